//! What is typed, and how it is understood.

use priorart_query::{Condition, Pattern, Query, TextFields, parse, parse_with};

/// A condition as one writes it down: `(a b)` all, `[a b]` one of them, `-a` not.
fn show(condition: &Condition) -> String {
    let list = |all: &[Condition]| all.iter().map(show).collect::<Vec<_>>().join(" ");
    match condition {
        Condition::Text(TextFields::FULL, pattern) => show_pattern(pattern),
        Condition::Text(fields, pattern) => format!("{fields}:{}", show_pattern(pattern)),
        Condition::Name(..) => condition.to_string().replace('"', ""),
        Condition::And(all) => format!("({})", list(all)),
        Condition::Or(all) => format!("[{}]", list(all)),
        Condition::Xor(one, other) => format!("<{} {}>", show(one), show(other)),
        Condition::Not(condition) => format!("-{}", show(condition)),
        condition => condition.to_string(),
    }
}

fn show_pattern(pattern: &Pattern) -> String {
    let list = |all: &[Pattern]| all.iter().map(show_pattern).collect::<Vec<_>>().join(" ");
    match pattern {
        Pattern::Or(all) => format!("[{}]", list(all)),
        pattern => pattern.to_string(),
    }
}

/// `text` is what is ranked by, `conditions` what must hold.
#[track_caller]
fn check(query: &str, text: &str, conditions: &str) {
    let parsed = parse(query).unwrap_or_else(|error| panic!("{}", error.render(query)));
    let found = parsed.conditions().map(show).collect::<Vec<_>>().join(" ");
    assert_eq!((parsed.text().as_str(), found.as_str()), (text, conditions));
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
    check("wherein: a pump", "wherein: a pump", "");
    check("where a=2 and b=x", "where a=2 and b=x", "");
    check("Pd < 5% of pd 2015", "Pd 5% of pd 2015", "");
    check("Si:C and C:N:P", "Si:C and C:N:P", "");
}

#[test]
fn brackets_within_a_word_are_its_own() {
    check("poly(vinyl chloride) film", "poly(vinyl chloride) film", "");
    check("1-(2-hydroxy(ethyl))amine", "1-(2-hydroxy(ethyl))amine", "");
    check("cl:poly(vinyl chloride)", "poly(vinyl chloride)", "cl:poly(vinyl chloride)");
    check("pump(a OR b)", "pump a b", "[a b]");
    check("x OR(y)", "x y", "[x y]");
}

#[test]
fn phrases_are_conditions() {
    check("a \"solid electrolyte\" b", "a solid electrolyte b", "\"solid electrolyte\"");
    check("\"a:b (c\"", "a:b (c", "\"a:b (c\"");
    check("ab:\"an anode\"", "an anode", "ab:\"an anode\"");
}

#[test]
fn negations_are_conditions_and_no_text() {
    check("pump -valve", "pump", "-valve");
    check("pump -\"ball valve\"", "pump", "-\"ball valve\"");
    check("pump NOT valve", "pump", "-valve");
    check("pump NOT NOT valve", "pump valve", "");
    check("-(a OR b) c", "c", "-[a b]");
    check("-ti:valve -cpc:H01M", "", "-ti:valve -cpc:H01M");
    check("a AND NOT b", "a", "(a -b)");
    check("-(-ti:a) -(NOT (-b))", "a", "ti:a -b");
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
    check("cl:(anode cathode)", "anode cathode", "(cl:anode cl:cathode)");
}

#[test]
fn fields_are_conditions() {
    check("ti:anode", "anode", "ti:anode");
    check("TI:anode", "anode", "ti:anode");
    check("cl:(anode OR cathode)", "anode cathode", "[cl:anode cl:cathode]");
    check("desc:pump x", "pump x", "desc:pump");
    check("cpc:h01m4/13", "", "cpc:H01M4/13");
    check("cpc:\"H01M 4/13\"", "", "cpc:H01M4/13");
    check("cpc:H01M4/00", "", "cpc:H01M4");
    check("cpc:h01m 4/13 pump", "pump", "cpc:H01M4/13");
    check("-cpc:(H01M 10/0525 OR C07D)", "", "-[cpc:H01M10/0525 cpc:C07D]");
    check("cpc:H01M 24/7", "24/7", "cpc:H01M");
    check("cpc:\"H01M\" 4/13", "4/13", "cpc:H01M");
    check("cpc:H01M4 4/13", "4/13", "cpc:H01M4");
    check("ipc:H01M cpc:H", "", "ipc:H01M cpc:H");
    check("cpc:(A61K OR C07D)", "", "[cpc:A61K cpc:C07D]");
    check("pa:siemens in:\"Ada Lovelace\"", "", "pa:siemens in:Ada Lovelace");
    check("cc:us kind:b2", "", "cc:US kind:B2");
    check("pn:US7,654,321", "", "pn:US7654321");
}

#[test]
fn dates_are_ranges() {
    check("pd<2015-01-01", "", "pd:..20141231");
    check("pd<=2015-01-01", "", "pd:..20150101");
    check("pd>2014-05", "", "pd:20140601..");
    check("pd:2010..2012", "", "pd:20100101..20121231");
    check("ad>=2010 pr<2015", "", "ad:20100101.. pr:..20141231");
    check("pd=2014", "", "pd:20140101..20141231");
    check("PD:2010-02..", "", "pd:20100201..");
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
    assert_eq!(Query::from_text(text).text(), text);
    assert!(Query::from_text(text).conditions().next().is_none());
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
    refused("Author:Lovelace", "Author:", "did you mean in:?");
    refused("foo:bar", "foo:", "the fields are ti ab cl ic desc ta tac full pa in ex pn an pr");
    refused("foo:(a OR b)", "foo:", "a blank after the colon makes it text");
}

#[test]
fn a_suffix_that_is_no_field_is_told_of_or_refused() {
    check("battery.xx. cell", "battery.xx. cell", "");
    warned("battery.xx. cell", ".xx. is looked for as a word: there is no field xx; did you mean .ex.?");
    warned("battery.ti,clam. cell", "there is no field clam; did you mean .cl.?");
    warned("anode AND battery.zzzz.", "there is no field zzzz; the fields are ti ab");
    refused("(anode OR cathode).xx.", ".xx.", "did you mean .ex.?");
    refused("\"solid electrolyte\".clam. AND pump", ".clam.", "did you mean .cl.?");
    for text in
        ["i.e. a pump", "a U.S. patent", "Ph.D. theses", "as in FIG.2. there", "\"battery.xx.\"", "(a).2."]
    {
        assert!(parse(text).unwrap().warnings.is_empty(), "{text}");
    }
}

#[test]
fn wildcards_are_conditions_and_no_text() {
    check("graph* anode", "anode", "graph*");
    check("te?m", "", "te?m");
    check("pump#", "", "pump#");
    check("graph$ pump$2", "", "graph* pump##");
    check("\"graph* anode\"", "anode", "\"graph* anode\"");
    check("pa:siem*", "", "pa:siem*");
    check("how does it work?", "how does it work?", "");
    check("ti:pump work?", "pump", "ti:pump work?");
    check("pump?", "", "pump?");
    check("(pump? OR valve)", "valve", "[pump? valve]");
    check("5*3 of #4 or C#", "5*3 of #4 or C#", "");
    refused("a*", "a*", "2 letters at least");
    refused("anode *a", "*a", "2 letters at least");
}

#[test]
fn places_are_conditions() {
    check("a NEAR5 b", "a b", "(a NEAR5 b)");
    check("a near/5 b", "a b", "(a NEAR5 b)");
    check("a ADJ b", "a b", "(a ADJ1 b)");
    check("a WITH b SAME2 c", "a b c", "((a WITH b) SAME2 c)");
    check("a SAME b WITH c NEAR d", "a b c d", "(a SAME (b WITH (c NEAR1 d)))");
    check("a NEAR3 b ADJ2 c", "a b c", "((a NEAR3 b) ADJ2 c)");
    check("(a OR \"b c\") NEAR3 d", "a b c d", "((a OR \"b c\") NEAR3 d)");
    check("cl:(a WITH b) x", "a b x", "cl:(a WITH b)");
    check("a NEAR3 b AND c", "a b c", "((a NEAR3 b) c)");
    check("a NOT WITH b", "a", "(a -(a WITH b))");
    check("-(a NEAR b) c", "c", "-(a NEAR1 b)");
    refused("a NEAR", "", "both sides");
    refused("NEAR b", "NEAR", "both sides");
    refused("a NEAR100 b", "NEAR100", "a number from 1 to 99");
    refused("a NEAR (b AND c)", "(b AND c)", "words, phrases");
    refused("a WITH -b", "-", "missing");
    refused("ti:a NEAR b", "ti:a NEAR b", "different fields");
    refused("(a WITH b) NEAR c", "(a WITH b)", "put the wider operator outside");
    refused("a NEAR cpc:H01M", "cpc:H01M", "a place in a text");
    refused(
        &"a NEAR ".repeat(12),
        "a NEAR a NEAR a NEAR a NEAR a NEAR a NEAR a NEAR a NEAR a NEAR a NEAR a NEAR a",
        "too much",
    );
}

#[test]
fn xor_is_one_and_not_the_other() {
    check("a XOR b", "a b", "<a b>");
    check("a OR b XOR c", "a b c", "<[a b] c>");
}

#[track_caller]
fn warned(query: &str, words: &str) {
    let warnings = parse(query).unwrap().warnings;
    assert!(warnings.iter().any(|warning| warning.contains(words)), "{warnings:?}");
}

#[test]
fn mixed_operators_are_warned_about() {
    warned("a OR b AND c", "AND binds tighter than OR and XOR: read as (a OR (b AND c))");
    warned("a XOR b OR c", "left to right: read as ((a XOR b) OR c)");
    warned("a WITH b NEAR3 c", "read as (a WITH (b NEAR3 c))");
    warned("graphene anode OR cathode", "read as (anode OR cathode) beside");
    warned("anode OR cathode graphene", "read as (anode OR cathode) beside");
    warned("siemens.as. and pump", "and is a word here: operators are written in capitals, AND");
    warned("battery and anode.clm.", "and is a word here");
    warned("ti=pump or pa=siemens", "or is a word here");
    warned("graphene language:EN", "\"EN\" was left out");
    for query in [
        "a OR b OR c",
        "(a OR b) AND c",
        "(anode OR cathode) graphene",
        "a AND b AND c",
        "a -b",
        "a NOT b",
        "a pump and a valve pd<2015",
        "and ti:pump",
    ] {
        assert!(parse(query).unwrap().warnings.is_empty(), "{query}");
    }
}

#[test]
fn sets_stand_for_earlier_queries() {
    let sets = ["graphene anode", "cpc:H01M"].map(|query| parse(query).unwrap().as_condition());
    let read = |query: &str| parse_with(query, &sets).unwrap();
    let shown = read("S1 AND S2").conditions().map(show).collect::<Vec<_>>().join(" ");
    assert_eq!(shown, "([graphene anode] cpc:H01M)");
    assert_eq!(read("-S2").conditions().map(show).collect::<Vec<_>>(), ["-cpc:H01M"]);
    assert!(read("S1").warnings.is_empty());
    assert_eq!(read("S3").warnings, ["S3 is looked for as a word: the results of this session are S1 to S2"]);
    assert_eq!(parse("S3").unwrap().text(), "S3");
    // Nearly every patent has one of the others.
    assert_eq!(show(&parse("the pump of a house").unwrap().as_condition()), "[pump house]");
    assert!(parse("S3").unwrap().warnings.is_empty());
}

#[test]
fn all_fields_are_there() {
    check("ic:pump", "pump", "ic:pump");
    check("ta:pump tac:pump full:pump", "pump pump pump", "ti,ab:pump ti,ab,cl:pump pump");
    check("ti,desc:(pump valve)", "pump valve", "(ti,desc:pump ti,desc:valve)");
    check("ex:lovelace", "", "ex:lovelace");
    check("an:\"US 12/345,678\"", "", "an:US12345678");
    check("pr:US61123456 pr<2010", "", "pr:US61123456 pr:..20091231");
    check("fam:US7654321B2 fam:12345", "", "fam:US7654321B2 fam:12345");
    check("uspc:403/396", "", "uspc:403/396");
    check("cited:US7654321 citing:\"EP 1 000 000 B1\"", "", "cited:US7654321 citing:EP1000000B1");
    check("cpc=H01M4/13", "", "cpc=H01M4/13");
    check("cpc=H01M4/00 cpc=H01M", "", "cpc=H01M4 cpc:H01M");
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
    assert!(parse(&format!("{}a", "a OR ".repeat(100_000))).is_err());
    assert!(parse(&format!("{}a", "a XOR ".repeat(10_000))).is_err());
    assert!(parse(&format!("{}a", "a AND b OR ".repeat(50_000))).is_err());
    assert!(parse(&format!("{}a", "a NEAR ".repeat(10_000))).is_err());
    assert!(parse(&format!("{}a{}", "-(".repeat(10_000), ")".repeat(10_000))).is_err());
    assert!(parse(&format!("ti:{}", "x".repeat(1_000_000))).is_ok());
    assert!(parse(&"*x".repeat(100_000)).is_err());
    assert!(parse(&"(a OR b) NEAR (c OR d) WITH ".repeat(10_000)).is_err());
    assert!(parse(&"x.ti. ".repeat(1000)).is_ok());
    assert!(parse(&"\"a\" ".repeat(5000)).is_err(), "too many conditions");
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
