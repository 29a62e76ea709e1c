//! What the keyword index holds of a patent.

use priorart_corpus::{Citation, Date, Patent, PatentNumber};
use priorart_index::{Fields, Reader};
use tantivy::Term;
use tantivy::query::{PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use crate::support::{TestIndex, number, patent, places};

fn rich() -> Patent {
    let mut patent = patent(0);
    patent.filing_date = Some(Date::constant(2008, 2, 29));
    patent.uspc = vec!["209/592".to_owned()];
    patent.family = Some("F12".to_owned());
    patent.ipc = vec!["B07C5/16".to_owned()];
    let number = Some(PatentNumber::new("US", "4058776", "A"));
    patent.citations = vec![Citation { number, ..Citation::default() }];
    patent
}

fn index() -> TestIndex {
    let index = TestIndex::new();
    let mut writer = index.writer();
    writer.add(&rich(), &places(), None).unwrap();
    writer.add(&patent(1), &places(), None).unwrap();
    writer.commit().unwrap();
    index
}

fn count(reader: &Reader, query: &dyn Query) -> u64 {
    reader.matching(query).unwrap().len()
}

#[test]
fn terms_are_found_in_their_fields() {
    let index = index();
    let reader = index.reader();
    let check = |field: fn(&Fields) -> Field, term: &str, expected: u64| {
        let term = Term::from_field_text(field(reader.keyword().fields()), term);
        let found = count(&reader, &TermQuery::new(term.clone(), IndexRecordOption::Basic));
        assert_eq!(found, expected, "{term:?}");
    };
    check(|fields| fields.number, "US7000000B2", 1);
    check(|fields| fields.serial, "US7000001", 1);
    check(|fields| fields.title, "apparatus", 2);
    check(|fields| fields.title, "sort", 2);
    check(|fields| fields.abstract_text, "item1", 1);
    check(|fields| fields.claims, "chute0", 1);
    check(|fields| fields.description, "embodi", 2);
    check(|fields| fields.assignee, "sorters", 2);
    check(|fields| fields.inventor, "lovelace", 2);
    check(|fields| fields.country, "US", 2);
    check(|fields| fields.kind, "B2", 2);
    for symbol in ["B", "B07", "B07C", "B07C5", "B07C5/16"] {
        check(|fields| fields.cpc, symbol, 2);
        check(|fields| fields.ipc, symbol, 1);
    }
    check(|fields| fields.cpc, "B07C5/1", 0);
    check(|fields| fields.uspc, "209/592", 1);
    check(|fields| fields.cited, "US4058776A", 1);
    check(|fields| fields.cited, "US4058776", 1);
    check(|fields| fields.family, "F12", 1);
}

#[test]
fn dates_are_ranges() {
    let index = index();
    let reader = index.reader();
    let fields = reader.keyword().fields();
    let before = |field, day| {
        RangeQuery::new(
            std::ops::Bound::Unbounded,
            std::ops::Bound::Excluded(Term::from_field_u64(field, day)),
        )
    };
    assert_eq!(count(&reader, &before(fields.pub_date, 20_100_105)), 0);
    assert_eq!(count(&reader, &before(fields.pub_date, 20_100_106)), 2);
    assert_eq!(count(&reader, &before(fields.file_date, 20_080_301)), 1);
}

#[test]
fn no_phrase_reaches_from_one_claim_into_the_next() {
    let index = index();
    let reader = index.reader();
    let claims = reader.keyword().fields().claims;
    let phrase =
        |words: [&str; 2]| PhraseQuery::new(words.map(|word| Term::from_field_text(claims, word)).into());
    assert_eq!(count(&reader, &phrase(["a", "scale"])), 2);
    assert_eq!(count(&reader, &phrase(["chute0", "2"])), 0);
}

#[test]
fn numbers_are_found_with_and_without_their_kind() {
    let index = index();
    let mut writer = index.writer();
    let mut again = patent(0);
    again.number.kind = "C1".to_owned();
    again.publication_date = Some(Date::constant(2012, 1, 3));
    writer.add(&again, &places(), None).unwrap();
    writer.commit().unwrap();
    let reader = index.reader();
    let numbers = |text: &str| -> Vec<String> {
        let ids = reader.find(&PatentNumber::parse(text).unwrap()).unwrap();
        ids.into_iter().map(|id| reader.number(id).unwrap().to_owned()).collect()
    };
    assert_eq!(numbers("US 7,000,000"), ["US7000000C1", "US7000000B2"]);
    assert_eq!(numbers("US 7,000,000 B2"), ["US7000000B2"]);
    assert!(numbers("US 7,000,000 A1").is_empty());
    assert!(reader.find(&number(4)).unwrap().is_empty());
}
