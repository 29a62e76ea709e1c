//! The embedded index as an engine.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use priorart_corpus::{Date, Patent, PatentNumber};
use priorart_index::{
    Coverage, IndexError, ModelStamp, NearestOptions, PassageId, PatentId, PatentSet, Reader, Stats,
};
use tantivy::columnar::StrColumn;
use tantivy::query::AllQuery;
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocSet, TERMINATED, TantivyError};

use crate::ast::Condition;
use crate::clause::Clause;
use crate::conditions::Conditions;
use crate::cpc::{LazyScheme, Scheme};
use crate::documents::Documents;
use crate::engine::{Engine, Filtered, Holdings, OnDisk, Passages, Scored};
use crate::error::QueryError;
use crate::facets::{self, Facets};
use crate::keyword;
use crate::store::Store;
use crate::words::Word;

/// An index of this machine at one generation, for many searches at once.
#[derive(Debug)]
pub struct Index {
    reader: Reader,
    scheme: Arc<LazyScheme>,
}

impl Index {
    /// Opens an index at its last commit.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        Ok(Self { reader: Reader::open(path)?, scheme: Arc::new(LazyScheme::new(path)) })
    }

    /// What reads it.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl Store for Index {
    fn engine(&self) -> Box<dyn Engine + '_> {
        Box::new(Embedded::new(&self.reader, Arc::clone(&self.scheme)))
    }

    fn check_model(&self, model: &ModelStamp) -> Result<(), QueryError> {
        Ok(self.reader.check_model(model)?)
    }

    fn generation(&self) -> Option<u64> {
        Some(self.reader.generation())
    }

    fn newer(&self) -> Result<Option<Arc<dyn Store>>, QueryError> {
        if self.reader.is_current()? {
            return Ok(None);
        }
        Ok(Some(Arc::new(Self::open(self.reader.path())?)))
    }
}

/// The engine of such an index.
#[derive(Debug)]
pub struct Embedded<'a> {
    reader: &'a Reader,
    scheme: Arc<LazyScheme>,
}

impl<'a> Embedded<'a> {
    /// Answers from what `reader` reads, with classes as `scheme` has them.
    pub fn new(reader: &'a Reader, scheme: Arc<LazyScheme>) -> Self {
        Self { reader, scheme }
    }

    /// The values of a patent in one field of the keyword index.
    fn texts(&self, id: PatentId, field: &str) -> Result<Vec<String>, QueryError> {
        let Some(address) = self.reader.keyword().address(id)? else {
            return Ok(Vec::new());
        };
        let segment = self.reader.keyword().searcher().segment_reader(address.segment_ord);
        let column: Option<StrColumn> = segment.fast_fields().str(field)?;
        let Some(column) = column else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for ordinal in column.term_ords(address.doc_id) {
            let mut text = String::new();
            column.ord_to_str(ordinal, &mut text).map_err(TantivyError::from)?;
            found.push(text);
        }
        Ok(found)
    }
}

impl Engine for Embedded<'_> {
    fn model(&self) -> Option<&ModelStamp> {
        self.reader.model()
    }

    fn coverage(&self) -> Coverage {
        self.reader.coverage()
    }

    fn count(&self) -> Result<u64, QueryError> {
        Ok(self.reader.keyword().searcher().num_docs())
    }

    fn holdings(&self) -> Result<Holdings, QueryError> {
        let Stats { patents, passages, embedded, bytes, segments, .. } = self.reader.stats()?;
        Ok(Holdings { patents, passages, embedded, disk: Some(OnDisk { bytes, segments }) })
    }

    fn scheme(&self) -> Result<Option<&Scheme>, QueryError> {
        Ok(self.scheme.get()?)
    }

    fn deepest(&self) -> usize {
        self.reader.keyword().searcher().num_docs() as usize
    }

    fn frequency(&self, stem: &str) -> Result<Option<(u64, u64)>, QueryError> {
        let keyword = self.reader.keyword();
        Ok(Some((keyword::frequency(keyword, stem)?, keyword.searcher().num_docs())))
    }

    fn find(&self, number: &PatentNumber) -> Result<Vec<PatentId>, QueryError> {
        Ok(self.reader.find(number)?)
    }

    fn number(&self, id: PatentId) -> Result<Cow<'_, str>, QueryError> {
        Ok(Cow::Borrowed(self.reader.number(id)?))
    }

    fn published(&self, id: PatentId) -> Result<Option<Date>, QueryError> {
        let Some(address) = self.reader.keyword().address(id)? else {
            return Ok(None);
        };
        let segment = self.reader.keyword().searcher().segment_reader(address.segment_ord);
        let day = segment.fast_fields().u64("pub_date")?.first(address.doc_id);
        let date =
            |day: u64| Date::new((day / 10_000) as i16, (day / 100 % 100) as i8, (day % 100) as i8).ok();
        Ok(day.and_then(date))
    }

    fn patent(&self, id: PatentId) -> Result<Patent, QueryError> {
        Ok(self.reader.patent(id)?)
    }

    fn passages(&self, id: PatentId) -> Result<Passages, QueryError> {
        let segment = id.segment;
        let ids = self.reader.passages_of(id).map(|ordinal| PassageId { segment, ordinal });
        ids.map(|passage| Ok((self.reader.passage(passage)?.1, self.reader.vector(passage)))).collect()
    }

    fn family(&self, id: PatentId) -> Result<Option<String>, QueryError> {
        Ok(self.texts(id, "family")?.into_iter().next())
    }

    fn applications(&self, id: PatentId) -> Result<Vec<String>, QueryError> {
        self.texts(id, "applications")
    }

    fn with_application(&self, application: &str) -> Result<Vec<PatentId>, QueryError> {
        let keyword = self.reader.keyword();
        let field = keyword.fields().applications;
        let term = Term::from_field_text(field, application);
        let mut found = Vec::new();
        for segment in keyword.searcher().segment_readers() {
            let index = segment.inverted_index(field)?;
            let postings = index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut postings) = postings.map_err(TantivyError::from)? else {
                continue;
            };
            let ids = keyword.ids(segment)?;
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    found.push(ids.patent(postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(found)
    }

    fn facets(&self, set: &PatentSet) -> Result<Facets, QueryError> {
        facets::count(self.reader, set)
    }

    fn under<'e>(
        &'e self,
        conditions: &[Condition],
        warnings: &mut Vec<String>,
    ) -> Result<Box<dyn Filtered + 'e>, QueryError> {
        let makes = Conditions::new(self.reader, &self.scheme);
        let clause = makes.all_of(conditions)?;
        warnings.extend(makes.warnings.take());
        let among = clause.map(|clause| Documents::of(self.reader.keyword(), &clause)).transpose()?;
        Ok(Box::new(UnderConditions { reader: self.reader, among, patents: OnceCell::new() }))
    }
}

/// Patents of the index that satisfy conditions.
struct UnderConditions<'a> {
    reader: &'a Reader,
    /// Their documents; `None` where there are no conditions.
    among: Option<Documents>,
    /// The same as patents, once they are asked for.
    patents: OnceCell<PatentSet>,
}

impl UnderConditions<'_> {
    fn patents(&self, among: &Documents) -> Result<&PatentSet, QueryError> {
        if let Some(patents) = self.patents.get() {
            return Ok(patents);
        }
        let patents = among.patents(self.reader.keyword())?;
        Ok(self.patents.get_or_init(|| patents))
    }
}

impl Filtered for UnderConditions<'_> {
    fn by_words(&self, words: &[Word], limit: usize) -> Result<Scored, QueryError> {
        Ok(keyword::ranking(self.reader, words, self.among.as_ref(), limit)?)
    }

    fn with_words(&self, words: &[Word]) -> Result<PatentSet, QueryError> {
        Ok(keyword::matching(self.reader, words, self.among.as_ref())?)
    }

    fn nearest(&self, vector: &[f32], k: usize) -> Result<Scored, QueryError> {
        let allowed = self.among.as_ref().map(|among| self.patents(among)).transpose()?;
        let found = self.reader.nearest(vector, k, allowed, NearestOptions::default())?;
        found.into_iter().map(|(passage, score)| Ok((self.reader.passage(passage)?.0, score))).collect()
    }

    fn dated(&self) -> Result<Vec<(PatentId, u64)>, QueryError> {
        let keyword = self.reader.keyword();
        match &self.among {
            Some(among) => Ok(among.dated(keyword)?),
            None => Ok(Documents::of(keyword, &Clause::query(AllQuery))?.dated(keyword)?),
        }
    }

    fn all(&self) -> Result<PatentSet, QueryError> {
        match &self.among {
            Some(among) => Ok(self.patents(among)?.clone()),
            None => Ok(self.reader.matching(&AllQuery)?),
        }
    }
}
