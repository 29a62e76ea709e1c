//! Families, prior art, refinement, order and counts.

use priorart_corpus::{Citation, CitedBy, Date, Patent, PatentNumber, Related};
use priorart_query::{Family, Fusion, Mode, QueryError, SearchOptions, Sort};

use crate::support::{MODES, TestIndex, all, numbers, patent, sample};

fn number(text: &str) -> PatentNumber {
    PatentNumber::parse(text).unwrap()
}

fn continues(mut patent: Patent, own: &str, parents: &[&str]) -> Patent {
    patent.application_number = Some(own.to_owned());
    let continued = |number: &&str| Related {
        relation: "continuation".to_owned(),
        country: "US".to_owned(),
        number: (*number).to_owned(),
        ..Related::default()
    };
    patent.related = parents.iter().map(continued).collect();
    patent
}

/// Two simple families that one parent ties to an extended one, and the sample besides.
fn relatives() -> Vec<Patent> {
    let twin = |at: u32| patent(&format!("US{}B2", 9_500_000 + at), "Sprayer", "A sprayer.", "A sprayer.");
    let mut patents = vec![
        continues(twin(1), "10000001", &[]),
        continues(twin(2), "10000002", &["10000001"]),
        continues(twin(3), "10000003", &["10000001", "10000002"]),
        continues(twin(4), "20000001", &[]),
    ];
    patents.extend(sample());
    patents
}

#[test]
fn families_are_collapsed_and_nothing_is_lost() {
    let index = TestIndex::embedded(&relatives());
    for mode in MODES {
        let found = |family| {
            let options = SearchOptions { family, ..all(mode) };
            index.search("sprayer ti:sprayer", &options).hits
        };
        assert_eq!(found(Family::Each).len(), 4, "{mode:?}");
        let simple = found(Family::Simple);
        assert_eq!(numbers(&simple), ["US9500001B2", "US9500003B2", "US9500004B2"], "{mode:?}");
        assert_eq!(simple[0].family, ["US9500002B2"], "{mode:?}");
        let extended = found(Family::Extended);
        assert_eq!(numbers(&extended), ["US9500001B2", "US9500004B2"], "{mode:?}");
        assert_eq!(extended[0].family, ["US9500002B2", "US9500003B2"], "{mode:?}");
        // A page of one hit goes as deep as it must.
        let options = SearchOptions { family: Family::Extended, limit: 1, offset: 1, depth: 1, ..all(mode) };
        assert_eq!(numbers(&index.search("sprayer ti:sprayer", &options).hits), ["US9500004B2"], "{mode:?}");
    }
}

#[test]
fn pages_beyond_the_depth_neither_repeat_nor_drop() {
    let index = TestIndex::embedded(&relatives());
    for mode in [Mode::Hybrid, Mode::Semantic] {
        for depth in [1, 2, 3] {
            let page = |offset| {
                let options = SearchOptions { mode, offset, limit: 2, depth, ..SearchOptions::default() };
                numbers(&index.search("a dog near the pump", &options).hits)
            };
            let mut paged: Vec<String> = (0..5).flat_map(|at| page(at * 2)).collect();
            assert_eq!(paged.len(), 9, "{mode:?} {depth}");
            paged.sort();
            paged.dedup();
            assert_eq!(paged.len(), 9, "{mode:?} {depth}");
        }
    }
}

/// The pump, with an older and a newer relative, what it cites, and the sample.
fn with_prior_art() -> Vec<Patent> {
    let mut patents = sample();
    patents[1].priority_date = Some(Date::constant(2013, 1, 1));
    patents[1] = continues(patents[1].clone(), "30000001", &[]);
    let cited = |text: &str, by| Citation { number: Some(number(text)), by: Some(by), ..Citation::default() };
    patents[1].citations =
        vec![cited("EP1000000", CitedBy::Examiner), cited("US9600001B2", CitedBy::Applicant)];
    let rotor = |at: u32, date| {
        let mut rotor =
            patent(&format!("US{}B2", 9_600_000 + at), "Rotor", "A pump rotor.", "A pump with a rotor.");
        rotor.publication_date = Some(date);
        rotor
    };
    patents.push(rotor(1, Date::constant(2010, 1, 1)));
    patents.push(rotor(2, Date::constant(2012, 12, 31)));
    patents.push(rotor(3, Date::constant(2013, 1, 1)));
    patents.push(continues(rotor(4, Date::constant(2011, 1, 1)), "30000002", &["30000001"]));
    patents
}

#[test]
fn prior_art_is_older_and_no_relative() {
    let index = TestIndex::embedded(&with_prior_art());
    for mode in MODES {
        let options = SearchOptions { prior_art_of: Some(number("US9000002")), ..all(mode) };
        let found = index.search("", &options).hits;
        assert_eq!(found[0].number, "US9600002B2", "{mode:?}");
        for gone in ["US9000002B2", "EP1000000B1", "US9600001B2", "US9600003B2", "US9600004B2"] {
            assert!(!numbers(&found).contains(&gone.to_owned()), "{mode:?} {gone}");
        }
        let options = SearchOptions { known_citations: true, ..options };
        let found = index.search("", &options).hits;
        let known = |number: &str| found.iter().find(|hit| hit.number == number).and_then(|hit| hit.known);
        assert_eq!(known("US9600001B2"), Some(CitedBy::Applicant), "{mode:?}");
        assert_eq!(known("EP1000000B1"), Some(CitedBy::Examiner), "{mode:?}");
        assert_eq!(known("US9600002B2"), None, "{mode:?}");
    }
    let missing = SearchOptions { prior_art_of: Some(number("US1234567")), ..all(Mode::Hybrid) };
    assert!(matches!(index.try_search("", &missing), Err(QueryError::NoPatent { .. })));
}

#[test]
fn a_query_moves_towards_more_and_away_from_less() {
    let index = TestIndex::embedded(&sample());
    let place = |options: &SearchOptions, number: &str| {
        let hits = index.search("solid", options).hits;
        numbers(&hits).iter().position(|found| found == number).unwrap()
    };
    let plain = all(Mode::Semantic);
    let more = SearchOptions { more: vec![number("US9000005")], ..plain.clone() };
    assert!(place(&more, "US9000005B2") < place(&plain, "US9000005B2"));
    let less = SearchOptions { less: vec![number("US9000002")], ..plain.clone() };
    let result = index.search("solid", &less);
    assert!(!numbers(&result.hits).contains(&"US9000002B2".to_owned()));
    let refined = result.refined.unwrap();
    assert_eq!(refined.less, ["US9000002B2"]);
    assert!(refined.moved_to < 1.0 && refined.moved_to > 0.5, "{refined:?}");
    // Without a query it is searched from the patents themselves.
    let hits = index.search("", &SearchOptions { more: vec![number("US9000005")], ..all(Mode::Hybrid) }).hits;
    assert_eq!(hits[0].number, "US9000005B2");
}

#[test]
fn hits_are_ordered_as_asked() {
    let index = TestIndex::embedded(&sample());
    let found =
        |sort| numbers(&index.search("valve dog anode", &SearchOptions { sort, ..all(Mode::Hybrid) }).hits);
    assert_eq!(
        found(Sort::Date),
        ["US9000005B2", "US9000002B2", "US9000001B2", "US20110039701A1", "EP1000000B1"]
    );
    let mut by_number = found(Sort::Score);
    by_number.sort();
    assert_eq!(found(Sort::Number), by_number);
}

#[test]
fn facets_count_the_whole_result() {
    let index = TestIndex::embedded(&sample());
    let options = SearchOptions { facets: true, limit: 1, ..SearchOptions::default() };
    let count = |query: &str| index.search(query, &options).facets.unwrap();
    let facets = count("cc:US");
    let pair = |value: &str, count| (value.to_owned(), count);
    assert_eq!(facets.patents, 4);
    assert_eq!(facets.classes, [pair("A01K", 2), pair("F04D", 1), pair("H01M", 1)]);
    assert_eq!(facets.years, [pair("2015", 1), pair("2014", 1), pair("2012", 1), pair("2011", 1)]);
    assert_eq!(facets.assignees[0], pair("Pet Safety Inc.", 2));
    assert_eq!(facets.countries, [pair("US", 4)]);
    assert_eq!(count("dog cpc:A01K").patents, 2);
}

#[test]
fn facets_and_orders_reach_below_the_depth() {
    let sprayer = |at: u32| {
        let mut one = patent(&format!("US{}B2", 9_500_000 + at), "Sprayer", "A sprayer.", "A sprayer.");
        one.publication_date = Some(Date::constant(2000 + at as i16, 1, 5));
        one
    };
    let patents: Vec<Patent> = (0..20).map(sprayer).chain(sample()).collect();
    let index = TestIndex::embedded(&patents);
    let shallow = |mode| SearchOptions { mode, depth: 3, limit: 2, ..SearchOptions::default() };
    let count = |query: &str, mode| {
        let pages = [0, 2, 8].map(|offset| {
            let options = SearchOptions { facets: true, offset, ..shallow(mode) };
            index.search(query, &options).facets.unwrap()
        });
        assert!(pages.iter().all(|page| page == &pages[0]), "the same on every page: {query} {mode:?}");
        pages[0].patents
    };
    for mode in MODES {
        assert_eq!(count("ti:sprayer pd<2015", mode), 15, "{mode:?}");
        assert_eq!(count("ti:sprayer OR cpc:A01K", mode), 22, "{mode:?}");
        assert_eq!(count("cc:US", mode), 24, "{mode:?}");
    }
    assert_eq!(count("sprayer -pd<2015", Mode::Keyword), 5);
    assert_eq!(count("sprayer", Mode::Keyword), 20);
    assert_eq!(
        count("sprayer dog", Mode::Hybrid),
        21,
        "those with the words; the three nearest are among them"
    );
    assert_eq!(count("sprayer", Mode::Semantic), 3, "as far as the ranking goes down");
    for mode in [Mode::Keyword, Mode::Hybrid] {
        let options = SearchOptions { sort: Sort::Date, ..shallow(mode) };
        assert_eq!(
            numbers(&index.search("sprayer", &options).hits),
            ["US9500019B2", "US9500018B2"],
            "{mode:?}"
        );
        let rest = SearchOptions { offset: 2, limit: 100, ..options };
        let rest = numbers(&index.search("sprayer cc:US -dog", &rest).hits);
        assert_eq!(rest[..18], (0..18).rev().map(|at| format!("US{}B2", 9_500_000 + at)).collect::<Vec<_>>());
    }
}

#[test]
fn diverse_hits_come_before_twins() {
    let twins =
        (0..4).map(|at| patent(&format!("US{}B2", 9_700_000 + at), "Dog pump", "A dog pump.", "A pump."));
    let patents: Vec<Patent> = twins.chain(sample()).collect();
    let index = TestIndex::embedded(&patents);
    let found = |diversity| {
        numbers(&index.search("dog pump", &SearchOptions { diversity, ..all(Mode::Semantic) }).hits)
    };
    let twins = |found: &[String]| found[..3].iter().filter(|number| number.starts_with("US97")).count();
    assert_eq!(twins(&found(None)), 3);
    assert_eq!(twins(&found(Some(0.3))), 1);
    let mut all = found(Some(0.3));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 9, "none is lost");
}

#[test]
fn the_floor_keeps_what_words_miss() {
    let distractor = |at: u32| {
        let title = "Fence for a dog";
        patent(
            &format!("US{}B2", 9_800_000 + at),
            title,
            "A wooden fence, a visible one.",
            "A wooden fence of oak.",
        )
    };
    let patents: Vec<Patent> = (0..5).map(distractor).chain(sample()).collect();
    let index = TestIndex::embedded(&patents);
    let first = |floor| {
        let options = SearchOptions { fusion: Fusion { floor, ..Fusion::default() }, ..all(Mode::Hybrid) };
        index.search("virtual boundary canine", &options).hits.swap_remove(0).number
    };
    assert_eq!(first(3), "US9000001B2");
}

#[test]
fn a_long_text_is_searched_in_parts() {
    let index = TestIndex::embedded(&sample());
    let long = format!(
        "{} {}",
        "a virtual perimeter for canines. ".repeat(60),
        "a centrifugal pump rotor. ".repeat(60)
    );
    let result = index.search(&long.replace('.', ","), &all(Mode::Semantic));
    let first: Vec<String> = numbers(&result.hits)[..2].to_vec();
    assert!(
        first.contains(&"US9000001B2".to_owned()) && first.contains(&"US9000002B2".to_owned()),
        "{first:?}"
    );
}
