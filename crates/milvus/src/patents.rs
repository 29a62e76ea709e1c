//! Patents that a search has come across.

use std::collections::HashMap;
use std::rc::Rc;

use milvus::v2::prelude::FieldData;
use priorart_corpus::Patent;
use priorart_index::PatentId;
use priorart_query::Passages;

use crate::client::{numbers, texts};
use crate::schema::{FAMILY, PATENT, PUBLISHED};

/// What each row that is found tells of its patent.
pub(crate) const HEAD: [&str; 3] = [PATENT, PUBLISHED, FAMILY];

/// What is known of a patent without asking again.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) number: Rc<str>,
    /// As yyyymmdd, 0 where there is none.
    pub(crate) published: u64,
    pub(crate) family: Option<String>,
}

/// Patents by the ids that the search calls them by: their places in the order in which they were met.
#[derive(Debug, Default)]
pub(crate) struct Met {
    heads: Vec<Head>,
    ids: HashMap<Rc<str>, u32>,
    pub(crate) patents: HashMap<PatentId, Rc<Patent>>,
    pub(crate) passages: HashMap<PatentId, Rc<Passages>>,
}

impl Met {
    /// Takes in the patents of rows; the id of each row's patent.
    pub(crate) fn add(&mut self, rows: &[FieldData]) -> Vec<PatentId> {
        let columns = texts(rows, PATENT).iter().zip(numbers(rows, PUBLISHED)).zip(texts(rows, FAMILY));
        columns
            .map(|((number, published), family)| {
                let next = self.heads.len() as u32;
                let ordinal = *self.ids.entry(number.as_str().into()).or_insert(next);
                if ordinal == next {
                    let family = Some(family).filter(|family| !family.is_empty()).cloned();
                    let published = *published as u64;
                    self.heads.push(Head { number: number.as_str().into(), published, family });
                }
                PatentId { segment: 0, ordinal }
            })
            .collect()
    }

    pub(crate) fn head(&self, id: PatentId) -> Option<&Head> {
        self.heads.get(id.ordinal as usize)
    }

    /// The id of a patent that was met.
    pub(crate) fn id(&self, number: &str) -> Option<PatentId> {
        self.ids.get(number).map(|ordinal| PatentId { segment: 0, ordinal: *ordinal })
    }
}
