//! The first page: the box, and what is behind it.

use maud::{Markup, html};

use super::address::Address;
use super::layout::{Section, counted, page};
use super::search::form;
use crate::problem::Problem;
use crate::snapshot::Snapshot;

/// Queries to begin with.
const EXAMPLES: [(&str, &str); 4] = [
    ("solid electrolyte coating of an anode", "by meaning and words"),
    ("graph* AND cpc:H01M", "words and a class"),
    ("(silicon NEAR5 graphene) pd<2016", "words near each other, before a day"),
    ("wearable sensor -wireless", "without a word"),
];

/// How much is searched.
#[derive(Debug)]
pub(crate) struct Holdings {
    pub(crate) patents: u64,
    pub(crate) generation: Option<u64>,
    /// The model that embedded it, if one did.
    pub(crate) model: Option<String>,
}

impl Holdings {
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, Problem> {
        let searcher = snapshot.searcher();
        let engine = searcher.engine();
        let model = engine.model().map(|model| model.name.clone());
        Ok(Self { patents: engine.count()?, generation: snapshot.generation(), model })
    }
}

/// The whole page.
pub(crate) fn home(holdings: &Holdings) -> Markup {
    let content = html! {
        div.home {
            h1 { "Find prior art" }
            p.lead { "By what it means and by the words it uses." }
            (form(&Address::default(), true))
            ul.examples aria-label="Examples" {
                @for (query, kind) in EXAMPLES {
                    li { a href=(Address::default().with("q", query).to("/search")) { (query) } " " small { (kind) } }
                }
            }
            p.hint {
                (counted(holdings.patents, "patent"))
                @if let Some(generation) = holdings.generation { ", generation " (generation) }
                @match &holdings.model {
                    Some(model) => { ", embedded by " (model) },
                    None => ", without embeddings: searched by words alone",
                }
                "."
            }
        }
    };
    page("Search", Some(Section::Search), &content)
}
