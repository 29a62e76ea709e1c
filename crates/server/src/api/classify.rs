//! `/api/classify`: the classes of a text or a patent, by the vote of its nearest neighbours.

use axum::extract::State;
use axum::response::Response;
use priorart_analysis::{Labels, VoteRule, subclasses, votes};
use priorart_corpus::PatentNumber;
use priorart_query::{Mode, Query, SearchOptions, Searcher};
use serde::{Deserialize, Serialize};

use crate::api::json;
use crate::app::App;
use crate::extract::Params;
use crate::params::at_most;
use crate::problem::Problem;
use crate::snapshot::newest;

/// What is to be classified, and the [`VoteRule`].
#[derive(Debug, Deserialize)]
#[serde(default)]
pub(crate) struct ClassifyParams {
    text: String,
    /// An indexed patent, instead of a text.
    number: Option<String>,
    /// How many neighbours are asked, the paper's K.
    neighbours: usize,
    /// How many of them must have a class.
    least: usize,
}

impl Default for ClassifyParams {
    fn default() -> Self {
        let VoteRule { neighbours, least } = VoteRule::default();
        Self { text: String::new(), number: None, neighbours, least }
    }
}

/// The answer.
#[derive(Debug, Serialize)]
struct Classified {
    /// Most votes first; of equals, that of the nearer neighbour.
    classes: Vec<Counted>,
    /// The nearest first.
    neighbours: Vec<Neighbour>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Counted {
    class: String,
    votes: usize,
    /// Whether these are enough.
    given: bool,
}

#[derive(Debug, Serialize)]
struct Neighbour {
    number: String,
    title: String,
    /// The cosine of its nearest passage.
    score: f64,
    classes: Labels,
}

/// CPC subclasses.
pub(crate) async fn classify(
    State(app): State<App>,
    Params(params): Params<ClassifyParams>,
) -> Result<Response, Problem> {
    at_most("text", params.text.len(), app.limits().text, "bytes")?;
    at_most("neighbours", params.neighbours, app.limits().page, "patents")?;
    if params.least == 0 || params.least > params.neighbours {
        return Err(Problem::bad_request("least must be between 1 and neighbours"));
    }
    let number = params.number.filter(|number| !number.trim().is_empty());
    let like: Vec<PatentNumber> = number.iter().map(|number| number.parse()).collect::<Result<_, _>>()?;
    if like.is_empty() == params.text.trim().is_empty() {
        return Err(Problem::bad_request("give either text or number"));
    }
    let query = if like.is_empty() { Query::from_text(&params.text) } else { Query::default() };
    let options =
        SearchOptions { mode: Mode::Semantic, limit: params.neighbours, like, ..SearchOptions::default() };
    let least = params.least;
    app.run(move |snapshot| {
        let searcher = snapshot.searcher();
        if let Some(number) = options.like.first() {
            newest(searcher.engine(), number)?;
        }
        let neighbours = neighbours(&searcher, &query, &options)?;
        Ok(json(&Classified { classes: counted(&neighbours, least), neighbours }))
    })
    .await
}

fn neighbours(
    searcher: &Searcher<'_>,
    query: &Query,
    options: &SearchOptions,
) -> Result<Vec<Neighbour>, Problem> {
    let hits = searcher.search(query, options)?.hits.into_iter();
    hits.map(|hit| {
        let classes = subclasses(&newest(searcher.engine(), &hit.number.parse()?)?);
        Ok(Neighbour { number: hit.number, title: hit.title, score: hit.score, classes })
    })
    .collect()
}

fn counted(neighbours: &[Neighbour], least: usize) -> Vec<Counted> {
    let votes = votes(neighbours.iter().map(|one| &one.classes), neighbours.len());
    votes
        .into_iter()
        .map(|one| Counted { class: one.label, votes: one.votes, given: one.votes >= least })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_votes_give_a_class() {
        let neighbour = |classes: &str| Neighbour {
            number: String::new(),
            title: String::new(),
            score: 0.0,
            classes: classes.split_whitespace().map(str::to_owned).collect(),
        };
        let found = counted(&["A B", "B", "A", "C", "A C"].map(neighbour), 3);
        let found: Vec<_> = found.iter().map(|one| (one.class.as_str(), one.votes, one.given)).collect();
        assert_eq!(found, [("A", 3, true), ("B", 2, false), ("C", 2, false)]);
    }
}
