//! Conditions hold in whatever ranking.

use priorart_corpus::{Citation, Claim, Party, PatentNumber, Priority};
use priorart_query::{Mode, SearchOptions, cpc};

use crate::support::{MODES, TestIndex, all, sample};

/// What satisfies the conditions, whatever the ranking; `query` is conditions alone.
#[track_caller]
fn check(index: &TestIndex, query: &str, expected: &[&str]) {
    let mut found = index.numbers(query, Mode::Keyword);
    found.sort();
    assert_eq!(found, expected, "{query}");
    // Words that every patent has, in one ranking, and are near every patent, in the other.
    for mode in MODES {
        let mut found = index.numbers(&format!("comprising collar pump anode valve band {query}"), mode);
        found.sort();
        assert_eq!(found, expected, "{query} in {mode:?} mode");
    }
}

const FENCE: &str = "US9000001B2";
const PUMP: &str = "US9000002B2";
const ANODE: &str = "US20110039701A1";
const VALVE: &str = "EP1000000B1";
const LEASH: &str = "US9000005B2";

#[test]
fn words_and_phrases() {
    let index = TestIndex::embedded(&sample());
    check(&index, "\"solid electrolyte\"", &[ANODE]);
    check(&index, "\"solid electrolytes\"", &[ANODE]);
    check(&index, "\"electrolyte solid\"", &[]);
    check(&index, "\"anode of graphene\"", &[ANODE]);
    check(&index, "ti:valve", &[VALVE]);
    check(&index, "cl:valve", &[VALVE, PUMP]);
    check(&index, "ab:\"check valve\"", &[PUMP]);
    check(&index, "desc:oak", &[LEASH]);
    check(&index, "ti:(anode OR leash)", &[ANODE, LEASH]);
    check(&index, "(solid rotor)", &[PUMP]);
    check(&index, "valve AND rotor", &[PUMP]);
    check(&index, "graphene OR leash", &[ANODE, LEASH]);
    check(&index, "ti:zyzzyva", &[]);
}

#[test]
fn negations() {
    let index = TestIndex::embedded(&sample());
    check(&index, "-valve", &[ANODE, FENCE, LEASH]);
    check(&index, "-\"check valve\" -dog", &[VALVE, ANODE, FENCE]);
    check(&index, "-(valve OR anode)", &[FENCE, LEASH]);
    check(&index, "-cpc:A01K", &[VALVE, ANODE, PUMP]);
    check(&index, "-pd<2014", &[PUMP, LEASH]);
    check(&index, "solid AND NOT rotor", &[ANODE]);
}

/// One side has no words to rank by: in no ranking that goes by words, and in the result all the same.
#[test]
fn what_satisfies_a_condition_without_its_words_is_found() {
    let index = TestIndex::new(&sample(), |patent| patent.number.country == "US");
    for mode in [Mode::Hybrid, Mode::Keyword] {
        for (query, expected) in [
            ("leash OR cc:EP", &[VALVE, LEASH][..]),
            ("graph* OR leash", &[ANODE, LEASH]),
            ("leash OR NOT cc:US", &[VALVE, LEASH]),
            ("(valve XOR cpc:F04D)", &[VALVE]),
        ] {
            let mut found = index.numbers(query, mode);
            found.sort();
            assert_eq!(found, expected, "{query} {mode:?}");
            for depth in [1, 200] {
                let options = SearchOptions { depth, limit: 1, offset: expected.len() - 1, ..all(mode) };
                assert_eq!(index.search(query, &options).hits.len(), 1, "{query} {mode:?} {depth}");
            }
        }
    }
}

#[test]
fn classes_take_what_is_below_them() {
    let index = TestIndex::embedded(&sample());
    check(&index, "cpc:A", &[FENCE, LEASH]);
    check(&index, "cpc:A01K", &[FENCE, LEASH]);
    check(&index, "cpc:A01K15", &[FENCE]);
    check(&index, "cpc:A01K27/00", &[LEASH]);
    check(&index, "ipc:H01M4/13", &[ANODE]);
    check(&index, "cpc:H01M4/1", &[]);
    check(&index, "cpc:(F04D OR F16K)", &[VALVE, PUMP]);
}

#[test]
fn below_subgroups_the_dots_of_a_scheme_decide() {
    let index = TestIndex::embedded(&sample());
    let warned = |query: &str| index.search(query, &all(Mode::Hybrid)).warnings.join(" ");
    for field in ["cpc", "ipc"] {
        check(&index, &format!("{field}:H01M4/02"), &[]);
        check(&index, &format!("{field}:H01M4/13"), &[ANODE]);
        assert!(warned(&format!("{field}:H01M4/02")).contains("`priorart cpc import FILE`"));
    }
    let list = index.path().join("list.txt");
    std::fs::write(&list, "H01M4/00\t0\te\nH01M4/02\t1\te\nH01M4/04\t2\te\nH01M4/13\t2\te\n").unwrap();
    cpc::import(index.path(), &list).unwrap();
    for field in ["cpc", "ipc"] {
        check(&index, &format!("{field}:H01M4/02"), &[ANODE]);
        check(&index, &format!("{field}=H01M4/02"), &[]);
        check(&index, &format!("{field}:H01M4/04"), &[]);
        assert!(warned(&format!("{field}:H01M4/02")).is_empty());
        assert!(warned(&format!("{field}:H01M4/99")).contains("is not in the scheme"));
    }
}

#[test]
fn names_numbers_countries_and_kinds() {
    let index = TestIndex::embedded(&sample());
    check(&index, "pa:\"pet safety\"", &[FENCE, LEASH]);
    check(&index, "pa:PUMPS", &[PUMP]);
    check(&index, "in:lovelace", &[ANODE, PUMP]);
    // The other has an Ada and a Lovelace, but no Ada Lovelace.
    check(&index, "in:\"ada lovelace\"", &[PUMP]);
    check(&index, "cc:EP", &[VALVE]);
    check(&index, "kind:A1", &[ANODE]);
    check(&index, "kind:B", &[VALVE, FENCE, PUMP, LEASH]);
    check(&index, "pn:US9000002", &[PUMP]);
    check(&index, "pn:\"US 9,000,002 B2\"", &[PUMP]);
    check(&index, "pn:US9000002A1", &[]);
}

#[test]
fn examiners_applications_families_and_citations() {
    let mut patents = sample();
    let number = |text: &str| PatentNumber::parse(text).unwrap();
    let pump = &mut patents[1];
    pump.examiners = vec![Party { name: "Smith; John".to_owned(), ..Party::default() }];
    pump.application_number = Some("12345678".to_owned());
    pump.priorities =
        vec![Priority { country: "DE".to_owned(), number: "102009012345".to_owned(), date: None }];
    pump.uspc = vec!["417/423.7".to_owned()];
    pump.family = Some("F77".to_owned());
    pump.citations = ["US7654321B2", "EP1000000B1"]
        .map(|cited| Citation { number: Some(number(cited)), ..Citation::default() })
        .into();
    pump.claims.push(Claim {
        number: 2,
        text: "The pump of claim 1, of brass.".to_owned(),
        depends_on: vec![1],
    });
    patents[0].family = Some("F77".to_owned());
    let index = TestIndex::embedded(&patents);
    for query in [
        "ex:smith",
        "an:12/345,678",
        "an:US12345678",
        "pr:DE102009012345",
        "uspc:417/423.7",
        "uspc:417",
        "cited:US7654321",
        "cited:US7654321B2",
        "cl:brass",
        "ic:rotor",
        "tac:brass",
    ] {
        check(&index, query, &[PUMP]);
    }
    for query in
        ["ex:jones", "an:EP12345678", "uspc:418", "cited:US7654322", "ic:brass", "ta:brass", "desc:brass"]
    {
        check(&index, query, &[]);
    }
    check(&index, "citing:US9000002B2", &[VALVE]);
    check(&index, "fam:F77", &[FENCE, PUMP]);
    check(&index, "fam:US9000001B2", &[FENCE, PUMP]);
}

#[test]
fn dates() {
    let index = TestIndex::embedded(&sample());
    check(&index, "pd<2012-03-06", &[VALVE, ANODE]);
    check(&index, "pd<=2012-03-06", &[VALVE, ANODE, FENCE]);
    check(&index, "pd>2012-03-06", &[PUMP, LEASH]);
    check(&index, "pd>=2012-03", &[FENCE, PUMP, LEASH]);
    check(&index, "pd>2012", &[PUMP, LEASH]);
    check(&index, "pd=2011-02", &[ANODE]);
    check(&index, "pd:2011..2014", &[ANODE, FENCE, PUMP]);
    check(&index, "pd:..2010", &[VALVE]);
    check(&index, "ad<2015", &[VALVE, ANODE, FENCE, PUMP, LEASH]);
    check(&index, "ad=2014-12-31", &[LEASH]);
    check(&index, "pr>2000-01-01", &[]);
}

#[test]
fn conditions_alone_are_answered_newest_first() {
    let index = TestIndex::embedded(&sample());
    assert_eq!(index.numbers("cc:US", Mode::Hybrid), [LEASH, PUMP, FENCE, ANODE]);
    assert_eq!(index.numbers("pd<=2012-03-06", Mode::Semantic), [FENCE, ANODE, VALVE]);
}

#[test]
fn a_patent_without_a_date_comes_last_and_satisfies_no_range() {
    let mut patents = sample();
    patents[0].publication_date = None;
    let index = TestIndex::embedded(&patents);
    assert_eq!(index.numbers("cc:US", Mode::Hybrid), [LEASH, PUMP, ANODE, FENCE]);
    check(&index, "cc:US pd>1900", &[ANODE, PUMP, LEASH]);
    check(&index, "-pd>1900", &[FENCE]);
}
