//! The search page: the box, the facets, the hits.

mod facets;
mod form;
mod histogram;
mod hits;
mod results;
mod typed;

use maud::Markup;

pub(crate) use self::facets::chosen;
pub(crate) use self::form::form;
use self::results::Results;
pub(crate) use self::typed::address;
use super::address::Address;
use super::asked::asked;
use crate::limits::Limits;
use crate::problem::Problem;
use crate::snapshot::Snapshot;

/// Searches, and shows what was found.
pub(crate) fn search(snapshot: &Snapshot, here: &Address, limits: &Limits) -> Result<Markup, Problem> {
    let (query, mut options) = asked(here, limits)?;
    let wanted = options.limit;
    // One more than is shown tells whether there is a page behind this one.
    options.limit = wanted + 1;
    options.facets = true;
    options.explain = true;
    let searcher = snapshot.searcher();
    let mut result = searcher.search(&query, &options)?;
    let is_more = result.hits.len() > wanted;
    result.hits.truncate(wanted);
    let scheme = searcher.scheme()?;
    let title_of = |symbol: &str| {
        let entry = scheme.and_then(|scheme| scheme.entry(symbol));
        entry.map(|entry| entry.title.to_owned()).unwrap_or_default()
    };
    let found = Results { page: options.offset / wanted + 1, is_more, result };
    Ok(results::results(&found, here, &title_of))
}
