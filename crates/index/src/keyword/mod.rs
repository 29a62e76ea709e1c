//! `keyword/`: the text of the patents, in tantivy.

mod document;
mod schema;
mod writer;

pub use document::day_number;
pub use schema::Fields;
pub(crate) use writer::KeywordWriter;

use std::fmt;
use std::path::{Path, PathBuf};

use priorart_corpus::PatentNumber;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{DocId, Index, ReloadPolicy, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyError};

use crate::{IndexError, PatentId, PatentSet};

/// The keyword index at one generation.
pub struct Keyword {
    path: PathBuf,
    searcher: Searcher,
    fields: Fields,
}

impl Keyword {
    /// Opens the keyword index of an index at its last commit, and says which generation that is; `None` where
    /// another commit came in between.
    pub(crate) fn open(index: &Path) -> Result<Option<(Self, u64)>, IndexError> {
        let path = directory(index);
        if !path.join("meta.json").exists() {
            return Err(IndexError::Missing { path: index.to_owned() });
        }
        let open = || {
            let tantivy = Index::open_in_dir(&path)?;
            let before = generation_of(&tantivy)?;
            let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            let is_same = generation_of(&tantivy)? == before;
            Ok(is_same.then(|| (reader.searcher(), before)))
        };
        let opened = open().map_err(|source| IndexError::Keyword { path: path.clone(), source })?;
        let Some((searcher, generation)) = opened else {
            return Ok(None);
        };
        let fields = checked_fields(&path, searcher.index())?;
        Ok(Some((Self { path, searcher, fields }, generation)))
    }

    /// tantivy's searcher, over this generation for as long as it lives.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// tantivy's index, which knows the analysers of the fields (`tokenizer_for_field`).
    pub fn index(&self) -> &Index {
        self.searcher.index()
    }

    /// The fields.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The `id` column of a segment of tantivy's: document to patent.
    pub fn ids(&self, segment: &SegmentReader) -> tantivy::Result<Ids> {
        Ok(Ids { column: segment.fast_fields().u64("id")? })
    }

    /// The patents that a query matches.
    pub fn matching(&self, query: &dyn Query) -> Result<PatentSet, IndexError> {
        self.searcher.search(query, &Matching { keyword: self }).map_err(|source| self.failed(source))
    }

    /// The patents of this number, newest publication first; a missing kind matches any.
    pub(crate) fn find(&self, number: &PatentNumber) -> Result<Vec<PatentId>, IndexError> {
        let term = Term::from_field_text(self.fields.serial, &document::serial(number));
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let mut found =
            self.searcher.search(&query, &Dated { keyword: self }).map_err(|source| self.failed(source))?;
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    /// Files of the keyword index whose checksum is not the one that was committed.
    pub(crate) fn damaged(&self) -> Result<Vec<PathBuf>, IndexError> {
        let damaged = self.index().validate_checksum().map_err(|source| self.failed(source))?;
        Ok(damaged.into_iter().map(|name| self.path.join(name)).collect())
    }

    /// Bytes on disk.
    pub(crate) fn bytes(&self) -> Result<u64, IndexError> {
        let usage = self.searcher.space_usage().map_err(|source| self.failed(source.into()))?;
        Ok(usage.total().get_bytes())
    }

    fn failed(&self, source: TantivyError) -> IndexError {
        IndexError::Keyword { path: self.path.clone(), source }
    }
}

impl fmt::Debug for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyword").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Which patent a document of one of tantivy's segments is.
#[derive(Debug, Clone)]
pub struct Ids {
    column: Column<u64>,
}

impl Ids {
    /// The patent of a document; of a document without `id`, which no index has, the first patent.
    pub fn patent(&self, document: DocId) -> PatentId {
        self.column.first(document).unwrap_or_default().into()
    }
}

fn directory(index: &Path) -> PathBuf {
    index.join("keyword")
}

/// The fields, if they are those that this version writes.
fn checked_fields(path: &Path, index: &Index) -> Result<Fields, IndexError> {
    let (schema, fields) = schema::schema();
    if index.schema() == schema {
        return Ok(fields);
    }
    Err(IndexError::damaged(path.join("meta.json"), "its fields are not those that this version writes"))
}

/// The generation that the last commit wrote beside itself; 0 before the first.
fn generation_of(index: &Index) -> Result<u64, TantivyError> {
    let Some(payload) = index.load_metas()?.payload else {
        return Ok(0);
    };
    payload.parse().map_err(|_| {
        TantivyError::InvalidArgument(format!("meta.json names no generation of ours but {payload:?}"))
    })
}

/// Collects the patents that match.
struct Matching<'a> {
    keyword: &'a Keyword,
}

struct SegmentMatching {
    ids: Ids,
    set: PatentSet,
}

impl Collector for Matching<'_> {
    type Fruit = PatentSet;
    type Child = SegmentMatching;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentMatching> {
        Ok(SegmentMatching { ids: self.keyword.ids(segment)?, set: PatentSet::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<PatentSet>) -> tantivy::Result<PatentSet> {
        Ok(fruits.into_iter().reduce(PatentSet::union).unwrap_or_default())
    }
}

impl SegmentCollector for SegmentMatching {
    type Fruit = PatentSet;

    fn collect(&mut self, document: DocId, _: Score) {
        self.set.insert(self.ids.patent(document));
    }

    fn harvest(self) -> PatentSet {
        self.set
    }
}

/// Collects patents with their publication dates.
struct Dated<'a> {
    keyword: &'a Keyword,
}

struct SegmentDated {
    ids: Ids,
    dates: Column<u64>,
    found: Vec<(u64, PatentId)>,
}

impl Collector for Dated<'_> {
    type Fruit = Vec<(u64, PatentId)>;
    type Child = SegmentDated;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentDated> {
        let dates = segment.fast_fields().u64("pub_date")?;
        Ok(SegmentDated { ids: self.keyword.ids(segment)?, dates, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.concat())
    }
}

impl SegmentCollector for SegmentDated {
    type Fruit = Vec<(u64, PatentId)>;

    fn collect(&mut self, document: DocId, _: Score) {
        self.found.push((self.dates.first(document).unwrap_or(0), self.ids.patent(document)));
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}
