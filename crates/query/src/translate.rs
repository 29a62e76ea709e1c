//! How a query was understood.

use serde::Serialize;

use crate::ast::{Condition, Part, Query};
use crate::parts::for_model;
use crate::words::{content_words, distinct_words};

/// How a query was understood: what each retriever is asked, and what must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Translation {
    /// The whole query in this language.
    pub query: String,
    /// What is ranked by words.
    pub keyword: Vec<String>,
    /// What every hit must satisfy; empty where anything may be found.
    pub filter: String,
    /// What is searched semantically: one text, or the parts of a long one.
    pub semantic: Vec<String>,
    /// What the searcher may not have meant.
    pub warnings: Vec<String>,
}

impl Query {
    /// Says how the query was understood, for a model that reads `max_tokens` at a time.
    pub fn translation(&self, max_tokens: usize) -> Translation {
        let text = self.text();
        let conditions: Vec<Condition> = self.conditions().cloned().collect();
        let filter: Vec<String> = conditions.iter().map(ToString::to_string).collect();
        let words = distinct_words(&text);
        Translation {
            query: self.to_string(),
            keyword: words.into_iter().map(|word| word.written).collect(),
            filter: filter.join(" AND "),
            semantic: for_model(&text, max_tokens).into_iter().map(str::to_owned).collect(),
            warnings: self.warnings.clone(),
        }
    }

    /// What the query finds as one condition, so that a later query can name it: all of its conditions, and
    /// one of its free words, of which function words find nothing.
    pub fn as_condition(&self) -> Condition {
        let mut all: Vec<Condition> = self.conditions().cloned().collect();
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Words(text) => Some(text.as_str()),
            Part::Condition(_) => None,
        });
        let mut any: Vec<Condition> =
            texts.flat_map(content_words).map(|word| Condition::word(&word.written)).collect();
        match any.len() {
            0 => {}
            1 => all.extend(any.pop()),
            _ => all.push(Condition::Or(any)),
        }
        all.extend(self.number.clone().map(Condition::Number));
        if all.len() == 1 { all.remove(0) } else { Condition::And(all) }
    }
}
