//! What is asked for: the parameters of a search, the same in the API and in the address of a page.

use priorart_corpus::PatentNumber;
use priorart_query::cpc;
use priorart_query::{
    ClassField, Condition, DateField, DateRange, FLOOR, Family, Fusion, FusionMethod, KEYWORD_WEIGHT, Mode,
    NameField, Part, Query, RRF_K, SearchOptions, Sort, parse,
};
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::problem::Problem;

/// A search as it is written in a URL or a JSON body. What is left out has its usual value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SearchParams {
    /// A query in the query language.
    pub(crate) q: String,
    /// A text to search for as it stands, a disclosure or a claim, beside `q`.
    pub(crate) text: String,
    pub(crate) mode: Mode,
    /// The keyword ranking's weight against 1 for the semantic one.
    pub(crate) weight: f64,
    pub(crate) floor: usize,
    pub(crate) fusion: FusionParam,
    pub(crate) rrf_k: f64,
    /// Only patents with one of these classes.
    pub(crate) class: Vec<String>,
    /// Only patents of one of these owners.
    pub(crate) assignee: Vec<String>,
    /// Only patents of one of these offices.
    pub(crate) country: Vec<String>,
    /// Only patents published in one of these years.
    pub(crate) year: Vec<u16>,
    pub(crate) like: Vec<String>,
    pub(crate) more: Vec<String>,
    pub(crate) less: Vec<String>,
    pub(crate) prior_art_of: Option<String>,
    pub(crate) known_citations: bool,
    pub(crate) family: Family,
    pub(crate) sort: Sort,
    pub(crate) diversity: Option<f64>,
    pub(crate) facets: bool,
    pub(crate) explain: bool,
    /// From 1.
    pub(crate) page: usize,
    /// Hits of a page.
    pub(crate) limit: usize,
    /// Passages of a hit.
    pub(crate) passages: usize,
    /// How the API writes the result.
    pub(crate) format: Format,
    /// The columns of CSV, or the members of JSON lines.
    pub(crate) fields: Vec<String>,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// One object with everything.
    #[default]
    Json,
    /// An object a hit, a line each; this and the others are streamed, and may be long.
    Jsonl,
    Csv,
    Ris,
    Bibtex,
}

/// How the rankings are fused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FusionParam {
    #[default]
    Rrf,
    MinMax,
    ZScore,
}

/// Passages of a hit at most.
const MOST_PASSAGES: usize = 20;

impl Default for SearchParams {
    fn default() -> Self {
        Self {
            q: String::new(),
            text: String::new(),
            mode: Mode::default(),
            weight: KEYWORD_WEIGHT,
            floor: FLOOR,
            fusion: FusionParam::default(),
            rrf_k: RRF_K,
            class: Vec::new(),
            assignee: Vec::new(),
            country: Vec::new(),
            year: Vec::new(),
            like: Vec::new(),
            more: Vec::new(),
            less: Vec::new(),
            prior_art_of: None,
            known_citations: false,
            family: Family::default(),
            sort: Sort::default(),
            diversity: None,
            facets: false,
            explain: false,
            page: 1,
            limit: 10,
            passages: 1,
            format: Format::default(),
            fields: Vec::new(),
        }
    }
}

impl SearchParams {
    /// What these ask for, within the limits.
    ///
    /// # Errors
    /// 400 names what cannot be understood or is too much.
    pub(crate) fn understood(&self, limits: &Limits) -> Result<(Query, SearchOptions), Problem> {
        self.check(limits)?;
        Ok((self.query()?, self.options()?))
    }

    fn check(&self, limits: &Limits) -> Result<(), Problem> {
        at_most("q", self.q.len(), limits.query, "bytes")?;
        at_most("text", self.text.len(), limits.text, "bytes")?;
        let most = if self.format == Format::Json { limits.page } else { limits.depth };
        at_most("limit", self.limit, most, "hits")?;
        at_most("passages", self.passages, MOST_PASSAGES, "passages")?;
        let numbers = [&self.like, &self.more, &self.less, &self.class, &self.assignee, &self.country];
        at_most("a filter", numbers.map(Vec::len).into_iter().max().unwrap_or(0), limits.page, "values")?;
        at_most("year", self.year.len(), limits.page, "values")?;
        if self.page == 0 {
            return Err(Problem::bad_request("page is 0: it must be 1 or more"));
        }
        at_most("page times limit", self.page.saturating_mul(self.limit), limits.depth, "hits")
    }

    fn query(&self) -> Result<Query, Problem> {
        let mut query = if self.q.trim().is_empty() { Query::default() } else { parse(&self.q)? };
        if !self.text.trim().is_empty() {
            query.parts.insert(0, Part::Words(self.text.clone()));
        }
        for filter in [any(&self.class, class)?, any(&self.assignee, owner)?, any(&self.country, country)?] {
            filter.into_iter().for_each(|filter| query.require(filter));
        }
        any(&self.year, |year| Ok(published_in(*year)))?.into_iter().for_each(|filter| query.require(filter));
        Ok(query)
    }

    fn options(&self) -> Result<SearchOptions, Problem> {
        let method = match self.fusion {
            FusionParam::Rrf => FusionMethod::Rrf { k: self.rrf_k },
            FusionParam::MinMax => FusionMethod::MinMax,
            FusionParam::ZScore => FusionMethod::ZScore,
        };
        let options = SearchOptions {
            mode: self.mode,
            limit: self.limit,
            offset: (self.page - 1) * self.limit,
            like: numbers(&self.like)?,
            more: numbers(&self.more)?,
            less: numbers(&self.less)?,
            prior_art_of: numbers(self.prior_art_of.as_slice())?.pop(),
            known_citations: self.known_citations,
            fusion: Fusion { method, keyword_weight: self.weight, floor: self.floor },
            family: self.family,
            diversity: self.diversity,
            sort: self.sort,
            facets: self.facets,
            passages: self.passages,
            explain: self.explain,
            ..SearchOptions::default()
        };
        options.validate()?;
        Ok(options)
    }
}

/// Refuses what is too much.
pub(crate) fn at_most(name: &str, count: usize, most: usize, unit: &str) -> Result<(), Problem> {
    if count > most {
        return Err(Problem::bad_request(format!("{name} has {count} {unit}: at most {most} are allowed")));
    }
    Ok(())
}

fn numbers(written: &[String]) -> Result<Vec<PatentNumber>, Problem> {
    let written = written.iter().filter(|number| !number.trim().is_empty());
    Ok(written.map(|number| number.parse()).collect::<Result<_, _>>()?)
}

/// One of the values; no condition where there are none.
fn any<T>(
    values: &[T],
    condition: impl Fn(&T) -> Result<Condition, Problem>,
) -> Result<Option<Condition>, Problem> {
    let mut all = values.iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    Ok(if all.len() > 1 { Some(Condition::Or(all)) } else { all.pop() })
}

/// A CPC class, or an IPC class: the facets have the one where there is no other.
fn class(symbol: &String) -> Result<Condition, Problem> {
    let symbol = cpc::normal(symbol)
        .ok_or_else(|| Problem::bad_request(format!("{symbol:?} is no class; write H01M or H01M4/13")))?;
    let of = |field| Condition::Class { field, symbol: symbol.clone(), exact: false };
    Ok(Condition::Or(vec![of(ClassField::Cpc), of(ClassField::Ipc)]))
}

#[expect(clippy::unnecessary_wraps, clippy::ptr_arg, reason = "one of several that `any` takes")]
fn owner(name: &String) -> Result<Condition, Problem> {
    Ok(Condition::Name(NameField::Assignee, name.clone()))
}

fn country(code: &String) -> Result<Condition, Problem> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code
        .then(|| Condition::Country(code.to_ascii_uppercase()))
        .ok_or_else(|| Problem::bad_request(format!("{code:?} is no country; write US")))
}

fn published_in(year: u16) -> Condition {
    let year = u64::from(year) * 10_000;
    let range = DateRange { first: Some(year + 101), last: Some(year + 1231) };
    Condition::Date(DateField::Publication, range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> SearchParams {
        serde_html_form::from_str(url).unwrap()
    }

    #[track_caller]
    fn check(url: &str, expected: &str) {
        let (query, _) = of(url).understood(&Limits::default()).unwrap();
        assert_eq!(query.to_string(), expected);
    }

    #[track_caller]
    fn refused(url: &str, expected: &str) {
        let problem = of(url).understood(&Limits::default()).unwrap_err();
        assert!(problem.detail.contains(expected), "{}", problem.detail);
    }

    #[test]
    fn filters_are_conditions_of_the_query() {
        check("q=anode+cpc:H01M", "anode cpc:H01M");
        check("q=anode&country=us&country=EP", "anode (cc:US OR cc:EP)");
        check("year=2015", "pd:20150101..20151231");
        check("q=a&text=b+(c", "b (c a");
    }

    #[test]
    fn a_url_holds_the_whole_state() {
        let state = of("q=graphene+anode&mode=keyword&class=H01M&class=C01B&page=3");
        assert_eq!((state.class.len(), state.page, state.mode), (2, 3, Mode::Keyword));
        let options = of("like=US+7,654,321+B2&like=US1234567A").options().unwrap();
        assert_eq!(
            options.like.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["US7654321B2", "US1234567A"]
        );
    }

    #[test]
    fn what_makes_no_sense_or_is_too_much_is_refused() {
        refused("q=(anode", "bracket");
        refused("class=battery", "no class");
        refused("country=USA", "no country");
        refused("like=anode", "no publication number");
        refused("page=0", "1 or more");
        refused("limit=0", "1 or more");
        refused("limit=101", "at most 100");
        refused("page=101&limit=100", "at most 10000");
        refused("weight=NaN", "0 or more");
        refused(&format!("q={}", "a".repeat(8193)), "at most 8192 are allowed");
    }
}
