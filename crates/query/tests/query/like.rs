//! Searches from patents of the index.

use priorart_corpus::{Patent, PatentNumber};
use priorart_query::{Mode, SearchOptions};

use crate::support::{MODES, TestIndex, all, numbers, patent, sample};

fn like(mode: Mode, numbers: &[&str]) -> SearchOptions {
    let like = numbers.iter().map(|number| PatentNumber::parse(number).unwrap()).collect();
    SearchOptions { like, ..all(mode) }
}

/// The sample, and a second patent on pumps that says the same in part, and much besides.
fn patents() -> Vec<Patent> {
    let own: Vec<String> = (0..100).map(|i| format!("blade{i}")).collect();
    let second = patent(
        "US9000006B2",
        "Rotor",
        "A solid rotor that spins in the housing of a pump.",
        &format!("A rotor comprising what no other patent has: {}", own.join(" ")),
    );
    sample().into_iter().chain([second]).collect()
}

#[test]
fn neighbours_are_found_and_not_the_patent_itself() {
    let index = TestIndex::embedded(&patents());
    for mode in MODES {
        let found = numbers(&index.search("", &like(mode, &["US9000006B2"])).hits);
        assert_eq!(found[0], "US9000002B2", "{mode:?}");
        assert!(!found.contains(&"US9000006B2".to_owned()), "{mode:?}");
    }
    let found = index.search("", &like(Mode::Semantic, &["US9000006B2"])).hits;
    assert_eq!(found.len(), 5, "all others have embeddings");
}

#[test]
fn several_patents_are_searched_from_at_once() {
    let index = TestIndex::embedded(&patents());
    let found = numbers(&index.search("", &like(Mode::Semantic, &["US9000006", "US9000005"])).hits);
    assert_eq!(found.len(), 4);
    let place = |number: &str| found.iter().position(|found| found == number);
    assert!(place("US9000002B2") < place("US20110039701A1"), "{found:?}");
    assert!(place("US9000001B2") < place("US20110039701A1"), "{found:?}");
}

#[test]
fn conditions_hold_for_neighbours() {
    let index = TestIndex::embedded(&patents());
    for mode in MODES {
        let found = numbers(&index.search("-centrifugal cc:US", &like(mode, &["US9000006B2"])).hits);
        assert!(!found.is_empty(), "{mode:?}");
        for gone in ["US9000002B2", "EP1000000B1"] {
            assert!(!found.contains(&gone.to_owned()), "{mode:?}: {found:?}");
        }
    }
}

#[test]
fn a_number_is_found_first_and_its_neighbours_follow() {
    let index = TestIndex::embedded(&patents());
    for query in ["US 9,000,006 B2", "9000006", "US9000006"] {
        for mode in MODES {
            let found = index.search(query, &all(mode)).hits;
            assert_eq!(numbers(&found)[..2], ["US9000006B2", "US9000002B2"], "{query} {mode:?}");
            assert_eq!((found[0].rank, found[0].score), (1, 1.0));
        }
    }
    let second = SearchOptions { offset: 1, limit: 1, ..all(Mode::Hybrid) };
    assert_eq!(numbers(&index.search("9000006", &second).hits), ["US9000002B2"]);
}

#[test]
fn a_number_beside_others_is_searched_from_with_them() {
    let index = TestIndex::embedded(&patents());
    let found = numbers(&index.search("US 9,000,006 B2", &like(Mode::Semantic, &["US9000005"])).hits);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.contains(&"US9000002B2".to_owned()), "{found:?}");
    assert!(!found.contains(&"US9000006B2".to_owned()), "{found:?}");
}

#[test]
fn a_number_that_is_not_there_is_said_so() {
    let index = TestIndex::embedded(&patents());
    let result = index.search("US 1,234,567 A", &all(Mode::Hybrid));
    assert!(result.hits.is_empty());
    assert_eq!(result.warnings, ["US1234567A is not in the index"]);
    let result = index.search("", &like(Mode::Hybrid, &["US9000006B2", "US1234567A"]));
    assert!(!result.hits.is_empty());
    assert_eq!(result.warnings, ["US1234567A is not in the index"]);
}

#[test]
fn without_embeddings_neighbours_are_found_by_words() {
    let index = TestIndex::new(&patents(), |_| false);
    let result = index.search("9000006", &all(Mode::Hybrid));
    assert_eq!(numbers(&result.hits)[..2], ["US9000006B2", "US9000002B2"]);
    assert!(result.warnings[0].contains("keyword ranking only"), "{:?}", result.warnings);
    assert!(index.try_search("9000006", &all(Mode::Semantic)).is_err());
}

#[test]
fn text_and_a_patent_are_searched_together() {
    let index = TestIndex::embedded(&patents());
    let found = numbers(&index.search("graphene anode", &like(Mode::Hybrid, &["US9000006B2"])).hits);
    let place = |number: &str| found.iter().position(|found| found == number);
    assert!(place("US20110039701A1") < place("EP1000000B1"), "{found:?}");
    assert!(place("US9000002B2") < place("EP1000000B1"), "{found:?}");
}
