//! Milvus as an engine of searches.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::rc::Rc;

use jiff::civil::Date;
use milvus::v2::prelude::{ConsistencyLevel, FieldData, QueryResults};
use priorart_corpus::{Patent, PatentNumber};
use priorart_index::{Coverage, ModelStamp, PatentId, PatentSet};
use priorart_query::cpc::Scheme;
use priorart_query::{
    Condition, Engine, FacetValues, Facets, Filtered, Holdings, Passages, QueryError, Scored, Store, Word,
};

use crate::client::{Milvus, Near, lists, numbers, texts};
use crate::error::MilvusError;
use crate::filter::{Filters, all, unsupported};
use crate::patents::{HEAD, Head, Met};
use crate::record::{self, Gathered, PASSAGE_FIELDS, PATENT_FIELDS};
use crate::schema::{APPLICATIONS, COUNTRY, ORDINAL, OWNER, PATENT, PUBLISHED, SERIAL, SUBCLASSES};
use crate::text::{one_of, quoted};

/// Rows that one question to Milvus may bring, which is its own limit.
pub(crate) const MOST_ROWS: usize = 16_384;
/// Patents that a ranking goes down to: they have several passages each, and a search for those has the limit.
const DEEPEST: usize = MOST_ROWS / 4;
/// What a server lacks that is too old.
pub(crate) const NO_FULL_TEXT: &str = "the collection has no full text, which Milvus has from 2.5 on";
/// Patents that are fetched at once, or looked up.
const TOGETHER: usize = 200;
/// Patents that are counted at once.
const COUNTED: usize = 2_000;

/// The rows that stand for their patents: the first of each.
fn firsts() -> String {
    format!("{ORDINAL} == 0")
}

impl Store for Milvus {
    fn engine(&self) -> Box<dyn Engine + '_> {
        Box::new(Session::new(self))
    }

    fn check_model(&self, model: &ModelStamp) -> Result<(), QueryError> {
        Ok(Self::check_model(self, model)?)
    }
}

/// One search or several after one another, on a collection. What it has fetched of patents it keeps: a service
/// begins a new one for each search.
#[derive(Debug)]
pub struct Session<'a> {
    pub(crate) milvus: &'a Milvus,
    met: RefCell<Met>,
    /// What is going to be asked for.
    expected: RefCell<Vec<PatentId>>,
}

impl<'a> Session<'a> {
    /// Begins to search.
    pub fn new(milvus: &'a Milvus) -> Self {
        Self { milvus, met: RefCell::default(), expected: RefCell::default() }
    }

    pub(crate) fn query(
        &self,
        filter: &str,
        fields: &[&str],
        limit: usize,
    ) -> Result<QueryResults, MilvusError> {
        // To see the very last writes, a server waits for its clock to tick, some 200 ms.
        self.milvus.server.query(filter, fields, limit, ConsistencyLevel::Bounded)
    }

    /// The patents whose rows a filter lets through, each once, with their publication dates.
    fn patents(&self, filter: &str) -> Result<Vec<(PatentId, u64)>, QueryError> {
        let found = self.query(&all(&[firsts(), filter.to_owned()]), &HEAD, MOST_ROWS)?;
        let rows = found.get_output_fields();
        let ids = self.met.borrow_mut().add(rows);
        if ids.len() >= MOST_ROWS {
            let what = format!("list {MOST_ROWS} patents or more in an order");
            return Err(unsupported(what, "add words to rank by, or narrow the search by date or class"));
        }
        Ok(ids.into_iter().zip(numbers(rows, PUBLISHED).iter().map(|day| *day as u64)).collect())
    }

    fn head(&self, id: PatentId) -> Result<Head, QueryError> {
        self.met.borrow().head(id).cloned().ok_or_else(|| self.gone(id))
    }

    /// A patent and what is expected beside it, of what is not here yet.
    fn wanted(&self, id: PatentId, is_here: impl Fn(&Met, PatentId) -> bool) -> Vec<PatentId> {
        let expected = self.expected.borrow();
        let all = if expected.contains(&id) { expected.as_slice() } else { std::slice::from_ref(&id) };
        all.iter().copied().filter(|one| !is_here(&self.met.borrow(), *one)).collect()
    }

    /// Gathers something of the rows of patents.
    fn gather<T>(
        &self,
        ids: &[PatentId],
        fields: &[&str],
        add: impl Fn(&mut Gathered<T>, &[FieldData]),
    ) -> Result<BTreeMap<PatentId, BTreeMap<i64, T>>, QueryError> {
        let mut gathered = Gathered::new();
        for ids in ids.chunks(TOGETHER) {
            let filter = one_of(PATENT, self.numbers_of(ids)?);
            self.milvus.server.pages(&filter, fields, ConsistencyLevel::Bounded, |rows| {
                add(&mut gathered, rows);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        let met = self.met.borrow();
        Ok(gathered.into_iter().filter_map(|(number, one)| Some((met.id(&number)?, one))).collect())
    }

    fn fetch_patents(&self, ids: &[PatentId]) -> Result<(), QueryError> {
        let at = self.milvus.server.address.to_string();
        for (id, pieces) in self.gather(ids, &PATENT_FIELDS, record::records)? {
            let patent = record::patent(&at, pieces)?;
            self.met.borrow_mut().patents.insert(id, Rc::new(patent));
        }
        Ok(())
    }

    fn fetch_passages(&self, ids: &[PatentId]) -> Result<(), QueryError> {
        for (id, passages) in self.gather(ids, &PASSAGE_FIELDS, record::passages)? {
            let passages: Passages = passages.into_values().collect();
            self.met.borrow_mut().passages.insert(id, Rc::new(passages));
        }
        Ok(())
    }

    /// A patent that was found and is not there any more.
    fn gone(&self, id: PatentId) -> QueryError {
        let number = self.met.borrow().head(id).map(|head| head.number.to_string()).unwrap_or_default();
        let what = format!("{number} was removed while it was searched for; search again");
        MilvusError::Server { at: self.milvus.server.address.to_string(), what }.into()
    }

    fn lists_of(&self, id: PatentId, field: &str) -> Result<Vec<String>, QueryError> {
        let filter = all(&[firsts(), format!("{PATENT} == {}", quoted(&self.head(id)?.number))]);
        let found = self.query(&filter, &[field], 1)?;
        Ok(lists(found.get_output_fields(), field).first().cloned().unwrap_or_default())
    }

    fn numbers_of(&self, ids: &[PatentId]) -> Result<Vec<Rc<str>>, QueryError> {
        ids.iter().map(|id| Ok(self.head(*id)?.number)).collect()
    }
}

impl Engine for Session<'_> {
    fn model(&self) -> Option<&ModelStamp> {
        Some(self.milvus.model())
    }

    fn coverage(&self) -> Coverage {
        // A row without a vector cannot be written.
        Coverage::default()
    }

    fn count(&self) -> Result<u64, QueryError> {
        Ok(self.milvus.server.count(&firsts())?)
    }

    fn holdings(&self) -> Result<Holdings, QueryError> {
        let passages = self.milvus.server.count(&format!("{ORDINAL} >= 0"))?;
        Ok(Holdings { patents: self.count()?, passages, embedded: passages, disk: None })
    }

    fn scheme(&self) -> Result<Option<&Scheme>, QueryError> {
        Ok(None)
    }

    fn no_words(&self) -> Option<&str> {
        (!self.milvus.collection.full_text).then_some(NO_FULL_TEXT)
    }

    fn deepest(&self) -> usize {
        DEEPEST
    }

    fn frequency(&self, _stem: &str) -> Result<Option<(u64, u64)>, QueryError> {
        Ok(None)
    }

    fn find(&self, number: &PatentNumber) -> Result<Vec<PatentId>, QueryError> {
        Ok(self.find_each(std::slice::from_ref(number))?.remove(0))
    }

    fn find_each(&self, numbers: &[PatentNumber]) -> Result<Vec<Vec<PatentId>>, QueryError> {
        let mut found = Vec::with_capacity(numbers.len());
        for numbers in numbers.chunks(TOGETHER) {
            let mut known = self.patents(&one_of(SERIAL, numbers.iter().map(bare)))?;
            known.sort_by_key(|(_, published)| std::cmp::Reverse(*published));
            let mut numbered = Vec::with_capacity(known.len());
            for (id, _) in known {
                numbered.push((PatentNumber::from(self.head(id)?.number.to_string()), id));
            }
            let of = |number: &PatentNumber| {
                numbered.iter().filter(|(own, _)| own.matches(number)).map(|(_, id)| *id).collect()
            };
            found.extend(numbers.iter().map(of));
        }
        Ok(found)
    }

    fn number(&self, id: PatentId) -> Result<Cow<'_, str>, QueryError> {
        Ok(Cow::Owned(self.head(id)?.number.to_string()))
    }

    fn published(&self, id: PatentId) -> Result<Option<Date>, QueryError> {
        let day = self.head(id)?.published;
        let (year, month, day) = ((day / 10_000) as i16, (day / 100 % 100) as i8, (day % 100) as i8);
        Ok(Date::new(year, month, day).ok())
    }

    fn expect(&self, ids: &[PatentId]) -> Result<(), QueryError> {
        *self.expected.borrow_mut() = ids.to_vec();
        Ok(())
    }

    fn patent(&self, id: PatentId) -> Result<Patent, QueryError> {
        self.fetch_patents(&self.wanted(id, |met, one| met.patents.contains_key(&one)))?;
        let patent = self.met.borrow().patents.get(&id).cloned();
        Ok((*patent.ok_or_else(|| self.gone(id))?).clone())
    }

    fn passages(&self, id: PatentId) -> Result<Passages, QueryError> {
        self.fetch_passages(&self.wanted(id, |met, one| met.passages.contains_key(&one)))?;
        let passages = self.met.borrow().passages.get(&id).cloned();
        Ok((*passages.ok_or_else(|| self.gone(id))?).clone())
    }

    fn family(&self, id: PatentId) -> Result<Option<String>, QueryError> {
        Ok(self.head(id)?.family)
    }

    fn applications(&self, id: PatentId) -> Result<Vec<String>, QueryError> {
        self.lists_of(id, APPLICATIONS)
    }

    fn with_application(&self, application: &str) -> Result<Vec<PatentId>, QueryError> {
        let filter = format!("array_contains({APPLICATIONS}, {})", quoted(application));
        Ok(self.patents(&filter)?.into_iter().map(|(id, _)| id).collect())
    }

    fn facets(&self, set: &PatentSet) -> Result<Facets, QueryError> {
        let mut values = Vec::new();
        let ids: Vec<PatentId> = set.iter().collect();
        for ids in ids.chunks(COUNTED) {
            let filter = all(&[firsts(), one_of(PATENT, self.numbers_of(ids)?)]);
            let found = self.query(&filter, &[SUBCLASSES, OWNER, COUNTRY, PUBLISHED], MOST_ROWS)?;
            let rows = found.get_output_fields();
            let columns = lists(rows, SUBCLASSES).iter().zip(texts(rows, OWNER)).zip(texts(rows, COUNTRY));
            values.extend(columns.zip(numbers(rows, PUBLISHED)).map(|(((classes, owner), country), day)| {
                FacetValues {
                    classes: classes.clone(),
                    published: *day as u64,
                    assignee: Some(owner).filter(|owner| !owner.is_empty()).cloned(),
                    country: country.clone(),
                }
            }));
        }
        Ok(Facets::of(values))
    }

    fn under<'e>(
        &'e self,
        conditions: &[Condition],
        warnings: &mut Vec<String>,
    ) -> Result<Box<dyn Filtered + 'e>, QueryError> {
        let mut filters = Filters::new(self);
        let filter = filters.all_of(conditions)?;
        warnings.extend(filters.warnings.take());
        Ok(Box::new(UnderFilter { session: self, filter }))
    }
}

/// A number without its kind.
fn bare(number: &PatentNumber) -> String {
    PatentNumber { kind: String::new(), ..number.clone() }.to_string()
}

/// Patents of a collection under a filter.
struct UnderFilter<'a> {
    session: &'a Session<'a>,
    filter: String,
}

impl UnderFilter<'_> {
    /// The patents of the nearest rows with the score of each row.
    fn rows(&self, near: &Near<'_>, limit: usize) -> Result<Scored, QueryError> {
        if limit == 0 {
            return Ok(Scored::new());
        }
        let limit = limit.min(MOST_ROWS);
        let found = self.session.milvus.search(near, &self.filter, &HEAD, limit)?;
        let ids = self.session.met.borrow_mut().add(found.get_output_fields());
        Ok(ids.into_iter().zip(found.get_scores().iter().copied()).collect())
    }
}

impl Filtered for UnderFilter<'_> {
    /// A patent counts as much as its best passage.
    fn by_words(&self, words: &[Word], limit: usize) -> Result<Scored, QueryError> {
        if words.is_empty() || limit == 0 {
            return Ok(Scored::new());
        }
        if !self.session.milvus.collection.full_text {
            return Err(unsupported(format!("rank by words: {NO_FULL_TEXT}"), "use --mode semantic"));
        }
        let stems: BTreeSet<&str> = words.iter().map(|word| word.stem.as_str()).collect();
        let words = stems.into_iter().collect::<Vec<_>>().join(" ");
        let mut rows = limit.saturating_mul(4).min(MOST_ROWS);
        loop {
            let found = self.rows(&Near::Words(words.clone()), rows)?;
            let is_all = found.len() < rows || rows == MOST_ROWS;
            let mut best: HashMap<PatentId, f32> = HashMap::new();
            for (id, score) in found {
                // milvus-lite gives BM25, which is never negative, as a distance with a minus.
                let score = score.abs();
                best.entry(id).and_modify(|known| *known = known.max(score)).or_insert(score);
            }
            if is_all || best.len() >= limit {
                let mut numbered = Vec::with_capacity(best.len());
                for (id, score) in best {
                    numbered.push((score, self.session.head(id)?.number, id));
                }
                numbered.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
                return Ok(numbered.into_iter().take(limit).map(|(score, _, id)| (id, score)).collect());
            }
            rows = rows.saturating_mul(4).min(MOST_ROWS);
        }
    }

    fn with_words(&self, words: &[Word]) -> Result<PatentSet, QueryError> {
        if !self.session.milvus.collection.full_text {
            return Ok(PatentSet::new());
        }
        Ok(self.by_words(words, DEEPEST)?.into_iter().map(|(id, _)| id).collect())
    }

    fn nearest(&self, vector: &[f32], k: usize) -> Result<Scored, QueryError> {
        let expected = self.session.milvus.model().dimension as usize;
        if vector.len() != expected {
            let at = self.session.milvus.server.address.to_string();
            return Err(MilvusError::Dimension { at, found: vector.len(), expected }.into());
        }
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        let unit: Vec<f32> = vector.iter().map(|x| x / length.max(f32::MIN_POSITIVE)).collect();
        self.rows(&Near::Vector(&unit), k)
    }

    fn dated(&self) -> Result<Vec<(PatentId, u64)>, QueryError> {
        self.session.patents(&self.filter)
    }

    fn all(&self) -> Result<PatentSet, QueryError> {
        Ok(self.session.patents(&self.filter)?.into_iter().map(|(id, _)| id).collect())
    }
}
