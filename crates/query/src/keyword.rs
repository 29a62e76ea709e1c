//! The keyword ranking: BM25 over title, abstract, claims and description.

use priorart_index::{IndexError, Keyword, PatentId, PatentSet, Reader};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocAddress, Score};

use crate::documents::Documents;
use crate::engine::{Engine, Scored};
use crate::error::QueryError;
use crate::ranking::by_score;
use crate::words::{Word, counted, distinct_words};

/// Words of a long text that are looked for; more take long and find little else.
pub(crate) const MOST_WORDS: usize = 25;

/// What a word counts in the title, the abstract, the claims and the description.
const WEIGHTS: [f32; 4] = [3.0, 2.0, 1.5, 1.0];

/// The words of a query that are looked for: all of them, or the rarest in the index, which are those of the
/// highest idf.
pub(crate) fn query_words(engine: &dyn Engine, text: &str) -> Result<Vec<Word>, QueryError> {
    let words = distinct_words(text);
    if words.len() <= MOST_WORDS {
        return Ok(words);
    }
    let mut counted = Vec::with_capacity(words.len());
    for word in words {
        counted.push((engine.frequency(&word.stem)?.map(|(patents, _)| patents), word));
    }
    // A word that is nowhere finds nothing.
    counted.retain(|(patents, _)| *patents != Some(0));
    counted.sort_by_key(|(patents, _)| *patents);
    Ok(counted.into_iter().take(MOST_WORDS).map(|(_, word)| word).collect())
}

/// The `count` words that tell most about the text of a patent of the index: frequent in it and rare in
/// others, but for those that no other patent has. They are weighed by (1 + ln tf) · idf.
pub(crate) fn telling_words(engine: &dyn Engine, text: &str, count: usize) -> Result<Vec<Word>, QueryError> {
    let mut weighed = Vec::new();
    for (stem, (written, times)) in counted(text) {
        let frequency = engine.frequency(&stem)?;
        if frequency.is_none_or(|(patents, _)| patents > 1) {
            weighed.push(((1.0 + times.ln()) * idf(frequency), Word { stem, written }));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(weighed.into_iter().take(count).map(|(_, word)| word).collect())
}

/// Inverse document frequency as in BM25, of the patents with a word and of all; 1 where it is not known.
fn idf(frequency: Option<(u64, u64)>) -> f64 {
    frequency.map_or(1.0, |(with_word, all)| {
        let (with_word, all) = (with_word as f64, all as f64);
        ((all - with_word + 0.5) / (with_word + 0.5)).ln_1p()
    })
}

/// What a word counts: its inverse document frequency.
pub(crate) fn weight(engine: &dyn Engine, stem: &str) -> Result<f64, QueryError> {
    Ok(idf(engine.frequency(stem)?))
}

/// In how many patents a stem occurs, at least.
pub(crate) fn frequency(keyword: &Keyword, stem: &str) -> tantivy::Result<u64> {
    let counts =
        fields(keyword).map(|field| keyword.searcher().doc_freq(&Term::from_field_text(field, stem)));
    counts.into_iter().try_fold(0, |most, count| Ok(count?.max(most)))
}

fn fields(keyword: &Keyword) -> [Field; 4] {
    let fields = keyword.fields();
    [fields.title, fields.abstract_text, fields.claims, fields.description]
}

/// The `limit` best patents that have one of the words and are among the documents, where there are any to be
/// among; ties go by number.
pub(crate) fn ranking(
    reader: &Reader,
    words: &[Word],
    among: Option<&Documents>,
    limit: usize,
) -> tantivy::Result<Scored> {
    let keyword = reader.keyword();
    if words.is_empty() || limit == 0 {
        return Ok(Scored::new());
    }
    let mut best = best(keyword, &one_of(keyword, words, among), limit)?;
    best.sort_by(by_score(|id| reader.number(id).unwrap_or_default()));
    best.truncate(limit);
    Ok(best)
}

/// All patents that have one of the words and are among the documents.
pub(crate) fn matching(
    reader: &Reader,
    words: &[Word],
    among: Option<&Documents>,
) -> Result<PatentSet, IndexError> {
    reader.matching(&one_of(reader.keyword(), words, among))
}

fn one_of(keyword: &Keyword, words: &[Word], among: Option<&Documents>) -> BooleanQuery {
    let words = words.iter().flat_map(|word| in_each_field(keyword, &word.stem)).collect();
    let words: Box<dyn Query> = Box::new(BooleanQuery::union(words));
    let among = among.map(|documents| Box::new(documents.clone()) as Box<dyn Query>);
    BooleanQuery::intersection([words].into_iter().chain(among).collect())
}

/// The `limit` best patents, and all that tie with the last of them: which of those belong to the best is not
/// for their place in the index to say.
fn best(keyword: &Keyword, query: &BooleanQuery, limit: usize) -> tantivy::Result<Scored> {
    let all = keyword.searcher().num_docs() as usize;
    let mut asked = limit + 1;
    loop {
        let top = TopDocs::with_limit(asked).order_by_score();
        let found: Vec<(Score, DocAddress)> = keyword.search(query, &top)?;
        let is_cut_in_tie = found.len() == asked && found[asked - 1].0 >= found[limit - 1].0;
        if !is_cut_in_tie || asked >= all {
            let patents = found.into_iter().map(|(score, at)| Ok((patent(keyword, at)?, score)));
            return patents.collect();
        }
        asked = (asked * 4).min(all);
    }
}

fn in_each_field(keyword: &Keyword, stem: &str) -> Vec<Box<dyn Query>> {
    let fields = fields(keyword).into_iter().zip(WEIGHTS);
    fields
        .map(|(field, weight)| {
            let term = TermQuery::new(Term::from_field_text(field, stem), IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(term), weight)) as Box<dyn Query>
        })
        .collect()
}

fn patent(keyword: &Keyword, address: DocAddress) -> tantivy::Result<PatentId> {
    let segment = keyword.searcher().segment_reader(address.segment_ord);
    Ok(keyword.ids(segment)?.patent(address.doc_id))
}
