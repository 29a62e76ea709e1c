//! What is typed, and how it is understood.

use priorart_query::{Condition, Query, parse};

/// A condition as one writes it down: `(a b)` all, `[a b]` one of them, `-a` not.
fn show(condition: &Condition) -> String {
    let list = |all: &[Condition]| all.iter().map(show).collect::<Vec<_>>().join(" ");
    match condition {
        Condition::Word(field, word) => format!("{field:?}:{word}").replace("Any:", ""),
        Condition::Phrase(field, phrase) => format!("{field:?}:\"{phrase}\"").replace("Any:", ""),
        Condition::Class(field, symbol) => format!("{field:?}:{symbol}"),
        Condition::Name(field, name) => format!("{field:?}:{name}"),
        Condition::Country(country) => format!("cc:{country}"),
        Condition::Kind(kind) => format!("kind:{kind}"),
        Condition::Number(number) => format!("pn:{number}"),
        Condition::Date(field, range) => {
            let day = |day: Option<u64>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("{field:?}:{}..{}", day(range.first), day(range.last))
        }
        Condition::And(all) => format!("({})", list(all)),
        Condition::Or(all) => format!("[{}]", list(all)),
        Condition::Not(condition) => format!("-{}", show(condition)),
    }
}

/// `text` is what is ranked by, `conditions` what must hold.
#[track_caller]
fn check(query: &str, text: &str, conditions: &str) {
    let parsed = parse(query).unwrap_or_else(|error| panic!("{}", error.render(query)));
    let found = parsed.conditions.iter().map(show).collect::<Vec<_>>().join(" ");
    assert_eq!((parsed.text.as_str(), found.as_str()), (text, conditions));
    assert_eq!(parsed.number, None);
}

#[track_caller]
fn refused(query: &str, place: &str, words: &str) {
    let error = parse(query).expect_err("it is refused");
    assert_eq!(&query[error.span.clone()], place, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn words_are_free() {
    check("", "", "");
    check("   ", "", "");
    check("graphene anode", "graphene anode", "");
    check("lithium-ion battery", "lithium-ion battery", "");
    check("how does it work?", "how does it work?", "");
    check("and or not near with", "and or not near with", "");
    check("wireless w/o cable, 24/7", "wireless w/o cable, 24/7", "");
    check("a - b & c * d", "a b c d", "");
    check("漢字 für", "漢字 für", "");
    check("7654321 pump", "7654321 pump", "");
}

#[test]
fn colons_of_a_text_are_text() {
    check("ratio 1:2 of x<5", "ratio 1:2 of x<5", "");
    check("see http://example.org/x now", "see http://example.org/x now", "");
    check("wherein: a pump", "wherein a pump", "");
    check("where a=2 and b=x", "where a=2 and b=x", "");
    check("Pd < 5% of pd 2015", "Pd 5% of pd 2015", "");
    check("Si:C and C:N:P", "Si C and C N:P", "");
}

#[test]
fn brackets_within_a_word_are_its_own() {
    check("poly(vinyl chloride) film", "poly(vinyl chloride) film", "");
    check("1-(2-hydroxy(ethyl))amine", "1-(2-hydroxy(ethyl))amine", "");
    check("cl:poly(vinyl chloride)", "poly(vinyl chloride)", "Claims:poly(vinyl chloride)");
    check("pump(a OR b)", "pump a b", "[a b]");
    check("x OR(y)", "x y", "[x y]");
}

#[test]
fn phrases_are_conditions() {
    check("a \"solid electrolyte\" b", "a solid electrolyte b", "\"solid electrolyte\"");
    check("\"a:b (c\"", "a:b (c", "\"a:b (c\"");
    check("ab:\"an anode\"", "an anode", "Abstract:\"an anode\"");
}

#[test]
fn negations_are_conditions_and_no_text() {
    check("pump -valve", "pump", "-valve");
    check("pump -\"ball valve\"", "pump", "-\"ball valve\"");
    check("pump NOT valve", "pump", "-valve");
    check("pump NOT NOT valve", "pump valve", "");
    check("-(a OR b) c", "c", "-[a b]");
    check("-ti:valve -cpc:H01M", "", "-Title:valve -Cpc:H01M");
    check("a AND NOT b", "a", "(a -b)");
}

#[test]
fn and_binds_tighter_than_or_and_both_tighter_than_a_blank() {
    check("pump AND valve", "pump valve", "(pump valve)");
    check("pump OR valve", "pump valve", "[pump valve]");
    check("a b OR c d", "a b c d", "[b c]");
    check("a OR b AND c", "a b c", "[a (b c)]");
    check("(a OR b) AND c", "a b c", "([a b] c)");
    check("(a OR b) (c OR d)", "a b c d", "[a b] [c d]");
}

#[test]
fn within_brackets_all_must_hold() {
    check("(a b)", "a b", "(a b)");
    check("(a)", "a", "");
    check("(salt & pepper)", "salt pepper", "(salt pepper)");
    check("cl:(anode cathode)", "anode cathode", "(Claims:anode Claims:cathode)");
}

#[test]
fn fields_are_conditions() {
    check("ti:anode", "anode", "Title:anode");
    check("TI:anode", "anode", "Title:anode");
    check("cl:(anode OR cathode)", "anode cathode", "[Claims:anode Claims:cathode]");
    check("desc:pump x", "pump x", "Description:pump");
    check("cpc:h01m4/13", "", "Cpc:H01M4/13");
    check("cpc:\"H01M 4/13\"", "", "Cpc:H01M4/13");
    check("cpc:H01M4/00", "", "Cpc:H01M4");
    check("cpc:h01m 4/13 pump", "pump", "Cpc:H01M4/13");
    check("-cpc:(H01M 10/0525 OR C07D)", "", "-[Cpc:H01M10/0525 Cpc:C07D]");
    check("cpc:H01M 24/7", "24/7", "Cpc:H01M");
    check("cpc:\"H01M\" 4/13", "4/13", "Cpc:H01M");
    check("cpc:H01M4 4/13", "4/13", "Cpc:H01M4");
    check("ipc:H01M cpc:H", "", "Ipc:H01M Cpc:H");
    check("cpc:(A61K OR C07D)", "", "[Cpc:A61K Cpc:C07D]");
    check("pa:siemens in:\"Ada Lovelace\"", "", "Assignee:siemens Inventor:Ada Lovelace");
    check("cc:us kind:b2", "", "cc:US kind:B2");
    check("pn:US7,654,321", "", "pn:US7654321");
}

#[test]
fn dates_are_ranges() {
    check("pd<2015-01-01", "", "Publication:..20150100");
    check("pd<=2015-01-01", "", "Publication:..20150101");
    check("pd>2014-05", "", "Publication:20140532..");
    check("pd:2010..2012", "", "Publication:20100101..20121231");
    check("ad>=2010 pr<2015", "", "Filing:20100101.. Priority:..20150100");
    check("pd=2014", "", "Publication:20140101..20141231");
    check("PD:2010-02..", "", "Publication:20100201..");
}

#[test]
fn a_number_alone_is_that_patent() {
    let number = |query: &str| parse(query).unwrap().number.map(|number| number.to_string());
    let check = |query: &str, expected: &str| assert_eq!(number(query).as_deref(), Some(expected), "{query}");
    check("US 7,654,321 B2", "US7654321B2");
    check(" 7654321 ", "US7654321");
    check("US7654321", "US7654321");
    check("EP 0 227 762 B1", "EP227762B1");
    check("US20210191781A1", "US20210191781A1");
}

#[test]
fn a_text_is_taken_as_it_stands() {
    let text = "AND (a \"b -c cpc:H01M";
    assert_eq!(Query::from_text(text).text, text);
    assert!(Query::from_text(text).conditions.is_empty());
}

#[test]
fn what_is_wrong_is_shown() {
    refused("graphene (anode", "(", "never closed");
    refused("graphene) anode", ")", "closes nothing");
    refused("()", "(", "hold nothing");
    refused("\"solid", "\"solid", "never closed");
    refused("\"\"", "\"\"", "no value");
    refused("AND pump", "AND", "missing");
    refused("pump OR", "", "missing");
    refused("pump NOT", "", "missing");
    refused("pump AND &", "", "missing");
    refused("cpc: H01M", "cpc:", "has no value");
    refused("cpc:hello", "hello", "cpc:H01M4/13");
    refused("cpc=H01M", "cpc=", "cpc takes a colon");
    refused("x TI=pump", "TI=", "write it as ti:graphene");
    refused("pd<soon", "soon", "pd<2015-01-01");
    refused("pump pd < 2015", "pd <", "write it without blanks: pd<2015");
    refused("PR >=2015-05 pump", "PR >=", "write it without blanks: PR>=2015-05");
    refused("pd< 2015", "pd<", "has no value");
    refused("pd:2015-02-30", "2015-02-30", "pd<2015-01-01");
    refused("pn:pump", "pump", "pn:US8926509B2");
    refused("cc:USA", "USA", "cc:US");
    refused("ti:&", "&", "ti:graphene");
}

#[test]
fn a_field_that_there_is_not_is_refused_with_the_nearest() {
    refused("cpd:H01M", "cpd:", "did you mean cpc:?");
    refused("title:anode", "title:", "did you mean ti:?");
    refused("asignee:siemens", "asignee:", "did you mean pa:?");
    refused("Inventor:Lovelace", "Inventor:", "did you mean in:?");
    refused("foo:bar", "foo:", "the fields are ti ab cl desc cpc ipc pa in cc kind pn pd ad pr");
    refused("foo:(a OR b)", "foo:", "a blank after the colon makes it text");
}

#[test]
fn operators_that_there_are_not_yet_are_refused() {
    refused("a NEAR/5 b", "NEAR/5", "NEAR is not supported yet");
    refused("a near/5 b", "near/5", "NEAR is not supported yet");
    refused("a ADJ b", "ADJ", "not supported yet");
    refused("a ADJ3 b", "ADJ3", "not supported yet");
    refused("a XOR b", "XOR", "not supported yet");
    refused("a WITH b", "WITH", "a word in small letters is looked for");
    refused("graph*", "graph*", "wildcards");
    refused("te?m", "te?m", "wildcards");
    refused("\"graph* anode\"", "\"graph* anode\"", "wildcards");
    refused("pa:siem*", "siem*", "wildcards");
    refused("cpc:H01M*", "H01M*", "cpc:H01M");
}

#[test]
fn hostile_queries_are_refused_or_read() {
    assert!(parse(&"(".repeat(10_000)).is_err());
    assert!(parse(&format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000))).is_err());
    assert!(parse(&"a(".repeat(200_000)).is_err());
    assert!(parse(&"a()".repeat(200_000)).is_ok());
    assert!(parse(&"-".repeat(10_000)).is_ok());
    assert!(parse(&"NOT ".repeat(10_000)).is_err());
    assert!(parse(&"a OR ".repeat(10_000)).is_err());
    assert!(parse(&"word ".repeat(200_000)).is_ok());
    assert!(parse("*").is_ok());
    assert!(parse("é\u{301}\"ü\" 漢字:(字").is_err());
}

#[test]
fn errors_are_shown_with_a_caret() {
    #[track_caller]
    fn check(query: &str, expected: &str) {
        assert_eq!(parse(query).unwrap_err().render(query), expected);
    }
    check(
        "graphene (anode",
        "graphene (anode\n         ^\nthe bracket is never closed; close it, or leave it out",
    );
    check(
        "漢字 cpd:H01M",
        "漢字 cpd:H01M\n     ^^^^\nthere is no field cpd; did you mean cpc:? a blank after the colon makes it text",
    );
    check(
        "pump\tpd<soon",
        "pump pd<soon\n        ^^^^\n\"soon\" is no value of this field; \
         write it as pd<2015-01-01, pd:2010..2015 or pd=2014",
    );
}
