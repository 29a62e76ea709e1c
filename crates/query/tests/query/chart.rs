//! Claim charts of claims with known disclosures.

use priorart_corpus::{Paragraph, Patent};
use priorart_query::{Mode, Query, QueryError, SearchOptions, Searcher, render};

use crate::support::{TestIndex, Toy, patent, sample};

/// Five claims: the patents that disclose their elements, and the pair that covers them.
const CLAIMS: [(&str, &[&str], [&str; 2]); 5] = [
    (
        "A device comprising: a centrifugal impeller of bronze; and a magnetic coupling without a shaft seal.",
        &["US9100001B2", "US9100001B2", "US9100002B2"],
        ["US9100001B2", "US9100002B2"],
    ),
    (
        "A battery comprising: a lithium anode coated with graphene; and a sulfide glass electrolyte.",
        &["US9100003B2", "US9100003B2", "US9100004B2"],
        ["US9100003B2", "US9100004B2"],
    ),
    (
        "A collar comprising: a vibrating motor that warns the hound; and a satellite receiver for its position.",
        &["US9100005B2", "US9100005B2", "US9100006B2"],
        ["US9100005B2", "US9100006B2"],
    ),
    (
        "A printer comprising: a heated nozzle cleaned by a wire brush; and a spool of recycled filament.",
        &["US9100007B2", "US9100007B2", "US9100008B2"],
        ["US9100007B2", "US9100008B2"],
    ),
    (
        "A window comprising: an electrochromic tungsten layer; and a transparent photovoltaic frame.",
        &["US9100009B2", "US9100009B2", "US9100010B2"],
        ["US9100009B2", "US9100010B2"],
    ),
];

fn disclosures() -> Vec<Patent> {
    let texts = [
        ("Device with an impeller", "A centrifugal impeller of bronze turns in a device."),
        ("Seal", "A magnetic coupling turns the wheel without a shaft seal."),
        ("Battery", "The lithium anode of a battery is coated with graphene."),
        ("Glass", "The electrolyte is a sulfide glass."),
        ("Collar", "In a collar a vibrating motor warns the dog."),
        ("Tracking", "A satellite receiver tells the position of an animal."),
        ("Printer", "The heated nozzle of a printer is cleaned by a wire brush."),
        ("Spool", "Filament is recycled and wound on a spool."),
        ("Window", "A window has an electrochromic layer of tungsten."),
        ("Frame", "A transparent frame is photovoltaic."),
    ];
    let made = texts.iter().enumerate().map(|(at, (title, text))| {
        let mut made =
            patent(&format!("US{}B2", 9_100_001 + at), title, "Described below.", "A thing as described.");
        if at % 2 == 0 {
            (*text).clone_into(&mut made.abstract_text);
        } else {
            made.description = vec![Paragraph { text: (*text).to_owned(), ..Paragraph::default() }];
        }
        made
    });
    made.chain(sample()).collect()
}

#[test]
fn elements_are_found_and_the_planted_pair_is_the_best() {
    let index = TestIndex::embedded(&disclosures());
    let reader = index.reader();
    let searcher = Searcher::new(&reader).with_encoder(&Toy);
    let (mut right, mut all) = (0, 0);
    for (claim, disclosed, pair) in CLAIMS {
        let options = SearchOptions { limit: 50, ..SearchOptions::default() };
        let chart = searcher.chart(claim, &Query::default(), &options).unwrap();
        assert_eq!(chart.elements.len(), 3, "{:?}", chart.elements);
        assert_eq!(chart.pair.as_ref().unwrap().numbers, pair, "{claim}");
        for (element, expected) in disclosed.iter().enumerate() {
            let score = |at: usize| chart.patents[at].cells[element].as_ref().map_or(0.0, |cell| cell.score);
            let best = (0..chart.patents.len()).max_by(|a, b| score(*a).total_cmp(&score(*b))).unwrap();
            right += usize::from(chart.patents[best].number == *expected);
            all += 1;
        }
    }
    assert!(right * 10 >= all * 9, "{right} of {all} elements");
}

#[test]
fn a_chart_has_places_scores_and_highlights() {
    let index = TestIndex::embedded(&disclosures());
    let reader = index.reader();
    for mode in [Mode::Hybrid, Mode::Keyword, Mode::Semantic] {
        let options = SearchOptions { mode, limit: 2, ..SearchOptions::default() };
        let query = priorart_query::parse("pn:US9100002 OR pn:US9100001").unwrap();
        let chart = Searcher::new(&reader).with_encoder(&Toy).chart(CLAIMS[0].0, &query, &options).unwrap();
        assert_eq!(chart.patents.len(), 2, "the condition holds: {mode:?}");
        let seal = chart.patents.iter().find(|one| one.number == "US9100002B2").unwrap();
        let cell = seal.cells[2].as_ref().unwrap();
        assert_eq!(cell.passage.place, "paragraph 1");
        let marked: Vec<&str> =
            cell.passage.highlights.iter().map(|[start, end]| &cell.passage.text[*start..*end]).collect();
        assert_eq!(marked, ["magnetic", "coupling", "without", "shaft", "seal"]);
        assert_eq!(render::chart_csv(&chart).matches(",US9100002B2,").count(), 3);
        assert!(render::chart_html(&chart).contains("<mark>magnetic</mark>"));
    }
    let nothing = Searcher::new(&reader).chart(" ; ", &Query::default(), &SearchOptions::default());
    assert!(matches!(nothing, Err(QueryError::Empty)));
}
