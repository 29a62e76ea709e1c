//! `keyword/`: the text of the patents, in tantivy.

mod addresses;
mod analyser;
mod damaged;
mod document;
mod family;
mod schema;
mod sentences;
mod terms;
mod writer;

pub use analyser::{SENTENCE_END, TEXT_END, WORD_MARK, stem, words};
pub use document::day_number;
pub use family::simple_family;
pub use schema::Fields;
pub use terms::PatentTerms;
pub(crate) use writer::KeywordWriter;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use priorart_corpus::PatentNumber;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::error::DataCorruption;
use tantivy::index::SegmentComponent;
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Term};
use tantivy::{
    DocAddress, DocId, Index, IndexMeta, ReloadPolicy, Score, Searcher, SegmentOrdinal, SegmentReader,
    TantivyError,
};

use self::addresses::Addresses;
use self::damaged::contained;
use crate::manifest::Manifest;
use crate::origins::Moves;
use crate::{IndexError, PatentId, PatentSet};

/// The keyword index at one generation.
pub struct Keyword {
    path: PathBuf,
    searcher: Searcher,
    fields: Fields,
    /// What the last commit wrote down, at the time of opening.
    meta: IndexMeta,
    moves: Arc<Moves>,
    /// Made when it is first asked for.
    addresses: OnceLock<Addresses>,
}

impl Keyword {
    /// Opens the keyword index of an index at its last commit, and says which generation that is; `None` where
    /// another commit came in between.
    pub(crate) fn open(index: &Path) -> Result<Option<(Self, u64)>, IndexError> {
        let path = directory(index);
        let meta = path.join("meta.json");
        if !meta.exists() {
            Manifest::check_meta(index, &meta)?;
            return Err(IndexError::Missing { path: index.to_owned() });
        }
        let open = || {
            let tantivy = Index::open_in_dir(&path)?;
            register(&tantivy);
            let meta = tantivy.load_metas()?;
            check_stores(&tantivy, &meta)?;
            let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
            // Both a commit and a merge of tantivy's own may have come in between.
            let is_same = text_of(&tantivy.load_metas()?)? == text_of(&meta)?;
            let generation = generation_of(&meta)?;
            Ok(is_same.then(|| (reader.searcher(), meta, generation)))
        };
        let opened = contained(open).map_err(|source| IndexError::Keyword { path: path.clone(), source })?;
        let Some((searcher, meta, generation)) = opened else {
            return Ok(None);
        };
        let fields = checked_fields(&path, searcher.index())?;
        Ok(Some((
            Self { path, searcher, fields, meta, moves: Arc::default(), addresses: OnceLock::new() },
            generation,
        )))
    }

    /// The generation that is committed now.
    pub(crate) fn last_generation(&self) -> Result<u64, IndexError> {
        let read = || generation_of(&self.index().load_metas()?);
        contained(read).map_err(|source| self.failed(source))
    }

    /// Says where patents went by merges.
    pub(crate) fn with_moves(self, moves: Moves) -> Self {
        Self { moves: Arc::new(moves), ..self }
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

    /// Which patents the documents of a segment of tantivy's are.
    pub fn ids(&self, segment: &SegmentReader) -> tantivy::Result<Ids> {
        Ok(Ids { column: segment.fast_fields().u64("id")?, moves: Arc::clone(&self.moves) })
    }

    /// The document of a patent; `None` where it was replaced. The first call of a generation looks at all.
    pub fn address(&self, id: PatentId) -> tantivy::Result<Option<DocAddress>> {
        if self.addresses.get().is_none() {
            // Another thread may have been first.
            let _ = self.addresses.set(Addresses::of(self)?);
        }
        Ok(self.addresses.get().and_then(|all| all.get(id)))
    }

    /// The patents that a query matches.
    pub fn matching(&self, query: &dyn Query) -> Result<PatentSet, IndexError> {
        self.search(query, &Matching { keyword: self }).map_err(|source| self.failed(source))
    }

    /// As the searcher does it, but where tantivy panics on a damaged file, it is an error.
    pub fn search<C: Collector>(&self, query: &dyn Query, collector: &C) -> tantivy::Result<C::Fruit> {
        self.read(|searcher| searcher.search(query, collector))
    }

    /// Reads by other means than a search; where tantivy panics on a damaged file, it is an error.
    pub fn read<T>(&self, read: impl FnOnce(&Searcher) -> tantivy::Result<T>) -> tantivy::Result<T> {
        contained(|| read(&self.searcher))
    }

    /// The patents of this number, newest publication first; a missing kind matches any.
    pub(crate) fn find(&self, number: &PatentNumber) -> Result<Vec<PatentId>, IndexError> {
        let term = Term::from_field_text(self.fields.serial, &terms::serial(number));
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let mut found =
            self.search(&query, &Dated { keyword: self }).map_err(|source| self.failed(source))?;
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    /// The names of tantivy's files at this generation, each with a checksum of its own.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        // Of a segment without deletions tantivy lists these as well, though there are none.
        let is_there =
            |path: &PathBuf| ![".0.del", ".temp"].iter().any(|end| path.to_string_lossy().ends_with(end));
        let mut files: Vec<_> = self.meta.list_segment_files().into_iter().filter(is_there).collect();
        files.sort_unstable();
        files
    }

    /// What is in tantivy's `meta.json` at this generation.
    pub(crate) fn meta(&self) -> Result<String, IndexError> {
        text_of(&self.meta).map_err(|source| self.failed(source))
    }

    /// Files of the keyword index that are missing, or whose checksum is not the one that was committed.
    ///
    /// # Errors
    /// Where the keyword index can no longer be opened.
    pub(crate) fn damaged(&self) -> Result<Vec<IndexError>, IndexError> {
        Index::open_in_dir(&self.path).map_err(|source| self.failed(source))?;
        let check = |name: &PathBuf| {
            let path = self.path.join(name);
            match self.index().directory().validate_checksum(name) {
                Ok(true) => None,
                Ok(false) => Some(IndexError::damaged(path, "its checksum is not the committed one")),
                Err(error) => Some(IndexError::damaged(path, error.to_string())),
            }
        };
        Ok(self.files().iter().filter_map(check).collect())
    }

    /// Bytes on disk.
    pub(crate) fn bytes(&self) -> Result<u64, IndexError> {
        let usage = contained(|| Ok(self.searcher.space_usage()?)).map_err(|source| self.failed(source))?;
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
    moves: Arc<Moves>,
}

impl Ids {
    /// The patent of a document; of a document without `id`, which no index has, the first patent.
    pub fn patent(&self, document: DocId) -> PatentId {
        self.moves.current(self.column.first(document).unwrap_or_default().into())
    }
}

fn directory(index: &Path) -> PathBuf {
    index.join("keyword")
}

/// Names the analyser of ours: tantivy stores only its name.
fn register(index: &Index) {
    index.tokenizers().register(analyser::PATENT_TEXT, analyser::patent_text());
}

/// The fields, if they are those that this version writes.
fn checked_fields(path: &Path, index: &Index) -> Result<Fields, IndexError> {
    let (schema, fields) = schema::schema();
    if index.schema() == schema {
        return Ok(fields);
    }
    Err(IndexError::damaged(path.join("meta.json"), "its fields are not those that this version writes"))
}

/// Makes sure that the document stores, which hold nothing and are small, are whole: tantivy panics where they
/// are not.
fn check_stores(tantivy: &Index, meta: &IndexMeta) -> Result<(), TantivyError> {
    for segment in &meta.segments {
        let path = segment.relative_path(SegmentComponent::Store);
        if !tantivy.directory().validate_checksum(&path)? {
            return Err(DataCorruption::new(path, "its checksum is not the committed one".to_owned()).into());
        }
    }
    Ok(())
}

/// What tantivy writes to `meta.json`.
fn text_of(meta: &IndexMeta) -> Result<String, TantivyError> {
    Ok(serde_json::to_string(meta)?)
}

/// The generation that the last commit wrote beside itself; 0 before the first.
fn generation_of(meta: &IndexMeta) -> Result<u64, TantivyError> {
    let Some(payload) = &meta.payload else {
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
