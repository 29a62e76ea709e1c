//! Counts over a whole result: classes, years, owners, countries.

use std::collections::BTreeMap;

use priorart_index::{PatentSet, Reader};
use serde::Serialize;
use tantivy::TantivyError;
use tantivy::columnar::{Column, StrColumn};

use crate::error::QueryError;

/// Values that a facet lists.
const MOST_VALUES: usize = 20;

/// How many patents of a result have each value, the most frequent values first, 20 of each at most.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Facets {
    /// Patents in the result.
    pub patents: u64,
    /// Subclasses: "H01M".
    pub classes: Vec<(String, u64)>,
    /// Years of publication, the newest first, all of them.
    pub years: Vec<(String, u64)>,
    /// First assignees, else first applicants.
    pub assignees: Vec<(String, u64)>,
    /// Countries or offices of publication.
    pub countries: Vec<(String, u64)>,
}

/// What a patent adds to the counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FacetValues {
    /// Its subclasses, each once.
    pub classes: Vec<String>,
    /// Its publication date as yyyymmdd, 0 where there is none.
    pub published: u64,
    /// Its first assignee, else its first applicant.
    pub assignee: Option<String>,
    /// Its country or office of publication.
    pub country: String,
}

impl Facets {
    /// Counts over patents.
    pub fn of(patents: impl IntoIterator<Item = FacetValues>) -> Self {
        let [mut classes, mut years, mut assignees, mut countries] = [(); 4].map(|()| Counts::new());
        let mut all = 0;
        for patent in patents {
            all += 1;
            if patent.published > 0 {
                *years.entry(year(patent.published)).or_default() += 1;
            }
            patent.classes.into_iter().for_each(|class| *classes.entry(class).or_default() += 1);
            patent.assignee.into_iter().for_each(|name| *assignees.entry(name).or_default() += 1);
            *countries.entry(patent.country).or_default() += 1;
        }
        Self::listed(all, [classes, assignees, countries], years)
    }

    fn listed(patents: u64, counts: [Counts; 3], years: Counts) -> Self {
        let [classes, assignees, countries] = counts.map(most_frequent);
        Self { patents, classes, years: years.into_iter().rev().collect(), assignees, countries }
    }
}

fn year(day: u64) -> String {
    format!("{:04}", day / 10_000)
}

/// Counts over the patents of a set.
pub(crate) fn count(reader: &Reader, set: &PatentSet) -> Result<Facets, QueryError> {
    let keyword = reader.keyword();
    let [mut classes, mut assignees, mut countries] = [(); 3].map(|()| BTreeMap::new());
    let mut years = BTreeMap::new();
    for segment in keyword.searcher().segment_readers() {
        let ids = keyword.ids(segment)?;
        let documents: Vec<u32> =
            segment.doc_ids_alive().filter(|document| set.contains(ids.patent(*document))).collect();
        let texts = segment.fast_fields();
        count_texts(texts.str("subclass")?, &documents, &mut classes)?;
        count_texts(texts.str("owner")?, &documents, &mut assignees)?;
        count_texts(texts.str("country")?, &documents, &mut countries)?;
        count_years(&texts.u64("pub_date")?, &documents, &mut years);
    }
    Ok(Facets::listed(set.len(), [classes, assignees, countries], years))
}

type Counts = BTreeMap<String, u64>;

fn count_texts(column: Option<StrColumn>, documents: &[u32], counts: &mut Counts) -> Result<(), QueryError> {
    let Some(column) = column else {
        return Ok(());
    };
    let mut by_ordinal: BTreeMap<u64, u64> = BTreeMap::new();
    for document in documents {
        column.term_ords(*document).for_each(|ordinal| *by_ordinal.entry(ordinal).or_default() += 1);
    }
    for (ordinal, count) in by_ordinal {
        let mut text = String::new();
        column.ord_to_str(ordinal, &mut text).map_err(TantivyError::from)?;
        *counts.entry(text).or_default() += count;
    }
    Ok(())
}

fn count_years(dates: &Column<u64>, documents: &[u32], counts: &mut Counts) {
    for date in documents.iter().filter_map(|document| dates.first(*document)) {
        *counts.entry(year(date)).or_default() += 1;
    }
}

fn most_frequent(counts: Counts) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.truncate(MOST_VALUES);
    counts
}
