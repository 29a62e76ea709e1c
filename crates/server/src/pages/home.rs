//! The first page: the box, and what is behind it.

use maud::{Markup, html};

use super::address::Address;
use super::layout::{Section, counted, page};
use super::search::form;
use crate::snapshot::Snapshot;

/// Queries to begin with.
const EXAMPLES: [(&str, &str); 4] = [
    ("solid electrolyte coating of an anode", "by meaning and words"),
    ("graph* AND cpc:H01M", "words and a class"),
    ("(silicon NEAR5 graphene) pd<2016", "words near each other, before a day"),
    ("wearable sensor -wireless", "without a word"),
];

/// What the index holds.
#[derive(Debug)]
pub(crate) struct Holdings {
    pub(crate) patents: u64,
    pub(crate) generation: u64,
    /// The model that embedded it, if one did.
    pub(crate) model: Option<String>,
}

impl Holdings {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        Self {
            patents: snapshot.keyword().searcher().num_docs(),
            generation: snapshot.generation(),
            model: snapshot.model().map(|model| model.name.clone()),
        }
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
                (counted(holdings.patents, "patent")) ", generation " (holdings.generation)
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
