//! What the address of a page asks for.

use priorart_query::{ParseError, Query, SearchOptions, parse};
use serde::de::DeserializeOwned;

use super::address::{Address, QUERY};
use crate::api::ChartParams;
use crate::limits::Limits;
use crate::params::SearchParams;
use crate::problem::Problem;

/// Patents of a chart where the address does not say.
pub(crate) const CHARTED: &str = "4";

/// The query and its options; in the address texts may be packed, which the API knows nothing of.
pub(crate) fn asked(here: &Address, limits: &Limits) -> Result<(Query, SearchOptions), Problem> {
    params(here)?.understood(limits)
}

/// The parameters of a search as the API has them.
pub(crate) fn params(here: &Address) -> Result<SearchParams, Problem> {
    from_address(here)
}

/// The parameters of a chart as the API has them, for fewer patents: they stand side by side.
pub(crate) fn chart_params(here: &Address) -> Result<ChartParams, Problem> {
    let limited = if here.get("limit").is_some() { here.clone() } else { here.with("limit", CHARTED) };
    from_address(&limited)
}

fn from_address<T: DeserializeOwned>(here: &Address) -> Result<T, Problem> {
    let plain = form_urlencoded::Serializer::new(String::new()).extend_pairs(here.pairs()).finish();
    serde_html_form::from_str(&plain).map_err(|error| Problem::bad_request(format!("the address: {error}")))
}

/// What is wrong with the query, if anything.
pub(crate) fn fault(here: &Address) -> Option<(&str, ParseError)> {
    let query = here.get(QUERY)?;
    parse(query).err().map(|error| (query, error))
}
