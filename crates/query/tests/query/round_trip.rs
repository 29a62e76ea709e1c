//! Whatever is typed is answered, and what was understood can be typed.

use priorart_query::{Query, parse};
use proptest::prelude::*;

/// Pieces of queries, in all spellings.
const PIECES: &[&str] = &[
    "pump",
    "graph*",
    "te?m",
    "valve#",
    "col$1r",
    "lithium-ion",
    "poly(vinyl chloride)",
    "24/7",
    "Si:C",
    "wherein:",
    "S1",
    "\"solid electrolyte\"",
    "“ball valve”",
    "\"",
    "\"a*b c?\"",
    "AND",
    "OR",
    "XOR",
    "NOT",
    "NEAR",
    "NEAR5",
    "near/3",
    "ADJ2",
    "WITH",
    "SAME2",
    "prox/distance<4",
    "prox/unit=sentence",
    "(",
    ")",
    "(",
    ")",
    "-",
    "-pump",
    "-(",
    "ti:",
    "ti:pump",
    "ti,ab:",
    "cl:(",
    "TI=",
    "full:work?",
    "ti:AND",
    "desc:N:P",
    "ti all \"a b\"",
    "ab any \"a b\"",
    "pump.ti.",
    ").ab,ti.",
    "\"a b\".clm.",
    "cpc:H01M4/13",
    "cpc=H01M4/13",
    "cpc:H01M 4/13",
    "cpc=H01M4/04/low",
    "cl=H01M4/04",
    "ipc:H01M",
    "uspc:403/396",
    "pa:siemens",
    "ia=curie",
    "pd<2015",
    "pd:2010..2012",
    "pd within \"2010 2012\"",
    "pr:US61123456",
    "before:priority:20180930",
    "@pd<\"20150101\"",
    "@ad>=20100101<=20121231",
    "pn:US7654321B2",
    "an:12/345,678",
    "cited:US7654321",
    "citing:US7654321",
    "fam:F1",
    "cc:US",
    "kind:B",
    "language:EN",
    "foo:bar",
    ":",
    "&",
    "?",
    "*",
    "#",
    "$",
    "漢字",
    "é\u{301}",
];

#[track_caller]
fn comes_back(text: &str) {
    let Ok(query) = parse(text) else {
        return;
    };
    let printed = query.to_string();
    let again = parse(&printed).unwrap_or_else(|error| panic!("{text}\n{}", error.render(&printed)));
    let bare = |query: Query| Query { warnings: Vec::new(), ..query };
    assert_eq!(bare(again), bare(query), "{text:?} was printed as {printed:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn rows_of_pieces_come_back(row in prop::collection::vec(prop::sample::select(PIECES), 1..12)) {
        comes_back(&row.join(" "));
    }

    #[test]
    fn touching_pieces_come_back(row in prop::collection::vec(prop::sample::select(PIECES), 1..6)) {
        comes_back(&row.concat());
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place(text in "\\PC{0,60}") {
        if let Err(error) = parse(&text) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error}");
            prop_assert!(error.render(&text).contains('^'));
        }
        comes_back(&text);
    }

    #[test]
    fn any_row_of_marks_is_read_or_refused(text in "[ab1 ().,:;=<>@$*?#\"“”/-]{0,40}") {
        comes_back(&text);
    }
}
