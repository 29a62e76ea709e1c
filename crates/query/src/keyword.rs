//! The keyword ranking: BM25 over title, abstract, claims and description.

use priorart_index::{Keyword, PatentId, Reader};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocAddress, Order, Score};

use crate::ast::Condition;
use crate::conditions::all_of;
use crate::words::distinct_stems;

/// Words of a long text that are looked for, the rarest of them; more take long and find little else.
const MOST_WORDS: usize = 25;

/// What a word counts in the title, the abstract, the claims and the description.
const WEIGHTS: [f32; 4] = [3.0, 2.0, 1.5, 1.0];

/// Patents with their BM25 scores, best first.
pub(crate) type Scored = Vec<(PatentId, f32)>;

/// The stems of `text` that are looked for: all of them, or the rarest in the index.
pub(crate) fn telling_stems(reader: &Reader, text: &str) -> tantivy::Result<Vec<String>> {
    let mut stems = distinct_stems(text);
    if stems.len() > MOST_WORDS {
        let keyword = reader.keyword();
        let mut counted = stems
            .into_iter()
            .map(|stem| Ok((frequency(keyword, &stem)?, stem)))
            .collect::<tantivy::Result<Vec<_>>>()?;
        // A word that is nowhere finds nothing.
        counted.retain(|(patents, _)| *patents > 0);
        counted.sort_by_key(|(patents, _)| *patents);
        counted.truncate(MOST_WORDS);
        stems = counted.into_iter().map(|(_, stem)| stem).collect();
    }
    Ok(stems)
}

/// In how many patents a stem occurs, at least.
fn frequency(keyword: &Keyword, stem: &str) -> tantivy::Result<u64> {
    let counts =
        fields(keyword).map(|field| keyword.searcher().doc_freq(&Term::from_field_text(field, stem)));
    counts.into_iter().try_fold(0, |most, count| Ok(count?.max(most)))
}

fn fields(keyword: &Keyword) -> [Field; 4] {
    let fields = keyword.fields();
    [
        fields.title,
        fields.abstract_text,
        fields.claims,
        fields.description,
    ]
}

/// The `limit` best patents that have one of the stems and satisfy all conditions.
pub(crate) fn ranking(
    reader: &Reader,
    stems: &[String],
    conditions: &[Condition],
    limit: usize,
) -> tantivy::Result<Scored> {
    let keyword = reader.keyword();
    if stems.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let words = stems.iter().flat_map(|stem| word(keyword, stem)).collect();
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(BooleanQuery::union(words)))];
    if let Some(filter) = all_of(keyword, conditions)? {
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(filter, 0.0))));
    }
    let top = TopDocs::with_limit(limit).order_by_score();
    let found: Vec<(Score, DocAddress)> = keyword.searcher().search(&BooleanQuery::new(clauses), &top)?;
    found
        .into_iter()
        .map(|(score, address)| Ok((patent(keyword, address)?, score)))
        .collect()
}

fn word(keyword: &Keyword, stem: &str) -> Vec<Box<dyn Query>> {
    let fields = fields(keyword).into_iter().zip(WEIGHTS);
    fields
        .map(|(field, weight)| {
            let term = TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(term), weight)) as Box<dyn Query>
        })
        .collect()
}

/// The `limit` patents that satisfy all conditions and were published last, with their dates (yyyymmdd).
pub(crate) fn newest(
    reader: &Reader,
    conditions: &[Condition],
    limit: usize,
) -> tantivy::Result<Vec<(PatentId, u64)>> {
    let keyword = reader.keyword();
    let Some(filter) = all_of(keyword, conditions)?.filter(|_| limit > 0) else {
        return Ok(Vec::new());
    };
    let top = TopDocs::with_limit(limit).order_by_fast_field::<u64>("pub_date", Order::Desc);
    let found = keyword.searcher().search(&filter, &top)?;
    found
        .into_iter()
        .map(|(date, address)| Ok((patent(keyword, address)?, date.unwrap_or_default())))
        .collect()
}

fn patent(keyword: &Keyword, address: DocAddress) -> tantivy::Result<PatentId> {
    let segment = keyword.searcher().segment_reader(address.segment_ord);
    Ok(keyword.ids(segment)?.patent(address.doc_id))
}
