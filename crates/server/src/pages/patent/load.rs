//! Everything that a patent's page shows, out of the index.

use priorart_corpus::{Citation, Patent, PatentNumber};
use priorart_index::PatentId;
use priorart_query::{Condition, Engine, Hit, HitPassage, Mode, Query, QueryError, SearchOptions, Searcher};

use crate::limits::Limits;
use crate::pages::address::{Address, HIT, QUERY, TEXT};
use crate::pages::asked::asked;
use crate::problem::Problem;
use crate::snapshot::{Snapshot, newest};

/// Patents that are shown as near, as citing, and as of the family.
const SIMILAR: usize = 8;
const CITING: usize = 100;
const FAMILY: usize = 50;
/// Passages that are shown for the query.
const PASSAGES: usize = 5;

/// A patent, and what the index has around it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) patent: Patent,
    pub(crate) classes: Vec<Class>,
    pub(crate) cites: Vec<Cited>,
    /// Patents of the index that cite it, the newest first.
    pub(crate) cited_by: Vec<Hit>,
    /// Patents of the index that are of its family.
    pub(crate) family: Vec<Hit>,
    pub(crate) similar: Vec<Hit>,
    /// The best passages for the query that it was found by.
    pub(crate) passages: Vec<HitPassage>,
    pub(crate) place: Option<Place>,
}

/// A CPC symbol with what it lies under, from the section down to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Class {
    pub(crate) symbol: String,
    pub(crate) is_inventive: bool,
    pub(crate) path: Vec<String>,
}

/// What it cites.
#[derive(Debug)]
pub(crate) struct Cited {
    pub(crate) citation: Citation,
    /// Number and title in the index, where it is there.
    pub(crate) indexed: Option<(String, String)>,
}

/// The patent's place in the result that it was opened from.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) rank: usize,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// Loads a patent; without a kind code, the newest publication of the number.
pub(crate) fn load(
    snapshot: &Snapshot,
    number: &PatentNumber,
    here: &Address,
    limits: &Limits,
) -> Result<Loaded, Problem> {
    let searcher = snapshot.searcher();
    let patent = newest(searcher.engine(), number)?;
    let number = &patent.number;
    let others = |condition, limit| matching(&searcher, condition, number, limit);
    Ok(Loaded {
        classes: classes(&searcher, &patent)?,
        cites: cited(searcher.engine(), &patent.citations)?,
        cited_by: others(Condition::Cites(number.clone()), CITING)?,
        family: others(Condition::Family(number.to_string()), FAMILY)?,
        similar: similar(&searcher, number)?,
        passages: passages(&searcher, number, here, limits)?,
        place: place(&searcher, number, here, limits)?,
        patent,
    })
}

fn classes(searcher: &Searcher<'_>, patent: &Patent) -> Result<Vec<Class>, Problem> {
    let scheme = searcher.scheme()?;
    let path = |symbol: &str| {
        let path = scheme.map(|scheme| scheme.path(symbol)).unwrap_or_default();
        path.iter().map(|entry| entry.title.to_owned()).collect()
    };
    let class = |cpc: &priorart_corpus::CpcSymbol| Class {
        path: path(&cpc.symbol),
        symbol: cpc.symbol.clone(),
        is_inventive: cpc.inventive,
    };
    Ok(patent.cpc.iter().map(class).collect())
}

/// The citations, each with its patent where that is indexed.
fn cited(engine: &dyn Engine, citations: &[Citation]) -> Result<Vec<Cited>, Problem> {
    let numbers: Vec<PatentNumber> = citations.iter().filter_map(|one| one.number.clone()).collect();
    let found: Vec<Option<PatentId>> =
        engine.find_each(&numbers)?.iter().map(|ids| ids.first().copied()).collect();
    engine.expect(&found.iter().flatten().copied().collect::<Vec<_>>())?;
    let mut found = found.into_iter();
    let cited = citations.iter().map(|citation| {
        let id = citation.number.as_ref().and_then(|_| found.next().flatten());
        let indexed = id.map(|id| engine.patent(id)).transpose()?;
        let indexed = indexed.map(|patent| (patent.number.to_string(), patent.title));
        Ok(Cited { citation: citation.clone(), indexed })
    });
    cited.collect()
}

/// The patents that satisfy a condition, the newest first, without the patent itself.
fn matching(
    searcher: &Searcher<'_>,
    condition: Condition,
    own: &PatentNumber,
    limit: usize,
) -> Result<Vec<Hit>, Problem> {
    let mut query = Query::default();
    query.require(condition);
    let options = SearchOptions { limit, ..SearchOptions::default() };
    let mut hits = searcher.search(&query, &options)?.hits;
    hits.retain(|hit| hit.number != own.to_string());
    Ok(hits)
}

/// The nearest patents; none where the index has no embeddings.
fn similar(searcher: &Searcher<'_>, number: &PatentNumber) -> Result<Vec<Hit>, Problem> {
    let like = vec![number.clone()];
    let options = SearchOptions { like, limit: SIMILAR, mode: Mode::Semantic, ..SearchOptions::default() };
    match searcher.search(&Query::default(), &options) {
        Ok(result) => Ok(result.hits),
        Err(QueryError::NotSemantic { .. } | QueryError::NoPatent { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

fn passages(
    searcher: &Searcher<'_>,
    number: &PatentNumber,
    here: &Address,
    limits: &Limits,
) -> Result<Vec<HitPassage>, Problem> {
    if here.get(QUERY).or(here.get(TEXT)).is_none() {
        return Ok(Vec::new());
    }
    let (mut query, options) = asked(here, limits)?;
    if query.number.is_some() || query.text().trim().is_empty() {
        return Ok(Vec::new());
    }
    query.require(Condition::Number(number.clone()));
    let options = SearchOptions { offset: 0, limit: 1, passages: PASSAGES, facets: false, ..options };
    let hits = searcher.search(&query, &options)?.hits;
    Ok(hits.into_iter().next().map(|hit| hit.passages).unwrap_or_default())
}

/// What stands before and behind it in the result.
fn place(
    searcher: &Searcher<'_>,
    number: &PatentNumber,
    here: &Address,
    limits: &Limits,
) -> Result<Option<Place>, Problem> {
    let Some(rank) = here.get(HIT).and_then(|rank| rank.parse::<usize>().ok()).filter(|rank| *rank > 0)
    else {
        return Ok(None);
    };
    let (query, options) = asked(here, limits)?;
    let offset = rank.saturating_sub(2);
    let options = SearchOptions { offset, limit: 3, facets: false, explain: false, ..options };
    let hits = searcher.search(&query, &options)?.hits;
    let own = number.to_string();
    // Another result, or another commit: the address names a place that this patent no longer has.
    let Some(at) = hits.iter().position(|hit| hit.number == own || hit.family.contains(&own)) else {
        return Ok(None);
    };
    let number = |at: Option<usize>| at.and_then(|at| hits.get(at)).map(|hit| hit.number.clone());
    Ok(Some(Place { rank: hits[at].rank, previous: number(at.checked_sub(1)), next: number(Some(at + 1)) }))
}
