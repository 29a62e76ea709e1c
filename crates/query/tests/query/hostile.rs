//! Queries that want to be too much: they are refused, or searched within limits. Limits are counted, not timed.

use std::cell::RefCell;
use std::error::Error;

use priorart_corpus::Paragraph;
use priorart_query::{EmbedQuery, Mode, Query, QueryError, SearchOptions, Searcher, parse};

use crate::support::{MODES, TestIndex, Toy, sample};

/// Counts the texts that it is given, and the longest of them.
#[derive(Default)]
struct Counting(RefCell<Vec<usize>>);

impl EmbedQuery for Counting {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        self.0.borrow_mut().push(text.len());
        Toy.embed(text)
    }
}

/// Searches in all modes; what is found is all that there is at most, and refusals are for the query's sake.
#[track_caller]
fn answered(index: &TestIndex, query: &Query) -> usize {
    let reader = index.reader();
    let mut found = 0;
    for mode in MODES {
        let options = SearchOptions { mode, facets: true, explain: true, ..SearchOptions::default() };
        match Searcher::new(&reader).with_encoder(&Toy).search(query, &options) {
            Ok(result) => found = found.max(result.hits.len()),
            Err(QueryError::Empty | QueryError::TooManyWords { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    found
}

/// A query that is read, and finds so many of the sample.
#[track_caller]
fn finds(index: &TestIndex, query: &str, expected: usize) {
    let parsed = parse(query).unwrap_or_else(|error| panic!("{}", error.message));
    assert_eq!(answered(index, &parsed), expected, "{}", query.get(..80).unwrap_or(query));
}

#[test]
fn brackets_are_refused_or_searched() {
    let index = TestIndex::embedded(&sample());
    let nested = |depth: usize| format!("{}valve OR dog{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(10_000)).is_err());
    assert!(parse(&"(".repeat(10_000)).is_err());
    assert!(parse(&")".repeat(10_000)).is_err());
    finds(&index, &nested(100), 3);
    finds(&index, &format!("{} valve", "x()".repeat(10_000)), 5);
}

#[test]
fn stars_are_refused_or_searched() {
    let index = TestIndex::embedded(&sample());
    finds(&index, "*", 0);
    finds(&index, "* * * ? # $", 0);
    finds(&index, "*a*e*", 4);
    assert!(parse("ti:*").is_err());
    assert!(parse("a*").is_err());
    assert!(parse(&"*a".repeat(1000)).is_err());
}

#[test]
fn a_wildcard_that_stands_for_too_many_words_is_an_error() {
    let mut patents = sample();
    patents[0].abstract_text = (0..2000).map(|i| format!("word{i:04}")).collect::<Vec<_>>().join(" ");
    let index = TestIndex::embedded(&patents);
    let error = index.try_search("word*", &SearchOptions::default()).unwrap_err();
    assert!(matches!(error, QueryError::TooManyWords { .. }), "{error}");
    assert!(error.to_string().contains("word*"), "{error}");
    finds(&index, "word12*", 1);
    // It is looked for in a row of others all the same.
    for query in ["ti:(word* NEAR valve)", "\"word* of\"", "a OR (b WITH word*)"] {
        answered(&index, &parse(query).unwrap());
    }
}

/// Each operator on itself, a hundred times, in brackets and in a row; a side that is named twice would double
/// the work a hundred times.
#[test]
fn every_operator_nests() {
    let index = TestIndex::embedded(&sample());
    for operator in
        ["AND", "OR", "XOR", "NOT", "AND NOT", "NEAR99", "ADJ99", "WITH", "WITH99", "SAME", "NOT SAME"]
    {
        for nested in [
            format!("{}dog{}", format!("(dog {operator} ").repeat(99), ")".repeat(99)),
            format!("{}dog{}", "(".repeat(99), format!(" {operator} dog)").repeat(99)),
            format!("{}dog", format!("dog {operator} ").repeat(10)),
            format!("{}dog", format!("dog {operator} ").repeat(99)),
            format!("{}dog", format!("dog {operator} ").repeat(1999)),
        ] {
            if let Ok(query) = parse(&nested) {
                answered(&index, &query);
            }
        }
    }
    // An odd number of the same is one of it, an even number none.
    finds(&index, &format!("{}ti:valve", "ti:valve XOR ".repeat(98)), 1);
    finds(&index, &format!("{}ti:valve", "ti:valve XOR ".repeat(99)), 0);
    finds(&index, &format!("{}ti:valve{}", "-(".repeat(99), ")".repeat(99)), 4);
    finds(&index, &format!("{}ti:valve{}", "-(".repeat(98), ")".repeat(98)), 1);
}

#[test]
fn all_operators_nest_in_one_another() {
    let index = TestIndex::embedded(&sample());
    let mut query = "dog NEAR9 fence".to_owned();
    for (at, operator) in ["OR", "XOR", "AND", "NOT", "OR NOT"].iter().cycle().take(90).enumerate() {
        query = format!(
            "({query}) {operator} {}",
            ["valve", "ti:pump", "cpc:A01K", "\"a ball\"", "graph*"][at % 5]
        );
    }
    answered(&index, &parse(&query).unwrap());
}

/// Places that are looked for no further than the sentence are a few to each; else each would be joined to
/// hundreds, and these to hundreds again.
#[test]
fn the_most_frequent_words_are_joined_sentence_by_sentence() {
    let mut patents = sample();
    let text = "The pump of a valve in the shade of a tree. ".repeat(4000);
    patents[0].description = vec![Paragraph { text, ..Paragraph::default() }];
    let index = TestIndex::embedded(&patents);
    finds(&index, "((the NEAR99 of) NEAR99 (a NEAR99 in)) NEAR99 (the NEAR99 a)", 1);
    finds(&index, "desc:((tree ADJ99 the) NEAR99 (a NEAR99 in))", 0);
}

#[test]
fn a_megabyte_of_text_takes_few_embeddings() {
    let index = TestIndex::embedded(&sample());
    let reader = index.reader();
    let texts = ["a dog near the fence ".repeat(50_000), "漢字 ".repeat(150_000), "valve,".repeat(170_000)];
    for text in texts {
        for query in [parse(&text).unwrap(), Query::from_text(&text)] {
            let counting = Counting::default();
            let searcher = Searcher::new(&reader).with_encoder(&counting);
            let options = SearchOptions { mode: Mode::Hybrid, ..SearchOptions::default() };
            let result = searcher.search(&query, &options).unwrap();
            assert_eq!(result.hits.len(), 5);
            let embedded = counting.0.take();
            assert!(embedded.len() <= 24, "{} embeddings", embedded.len());
            assert!(embedded.iter().all(|length| *length <= 10_000), "{embedded:?}");
        }
    }
    assert!(parse(&format!("ti:({})", "a OR ".repeat(1 << 18))).is_err());
    assert!(parse(&format!("\"{}\"", "valve ".repeat(1 << 18))).is_ok());
}

#[test]
fn a_megabyte_of_claim_is_charted_within_limits() {
    let index = TestIndex::embedded(&sample());
    let reader = index.reader();
    let counting = Counting::default();
    let searcher = Searcher::new(&reader).with_encoder(&counting);
    let claim = format!("A pump comprising: {}", "a valve of brass; ".repeat(60_000));
    let chart = searcher.chart(&claim, &Query::default(), &SearchOptions::default()).unwrap();
    assert!(chart.elements.len() <= 100, "{}", chart.elements.len());
    assert!(chart.warnings.iter().any(|warning| warning.contains("elements")), "{:?}", chart.warnings);
    assert!(counting.0.take().len() <= 200);
}
