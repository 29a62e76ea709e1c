//! The query language: words, phrases, fields, AND OR NOT and brackets.
//!
//! ```text
//! query  = chain*                 a word by itself is free; every other chain is a condition
//! chain  = both ("OR" both)*
//! both   = unary ("AND" unary)*   AND binds tighter than OR, both tighter than standing side by side
//! unary  = ("NOT" | "-")* atom
//! atom   = word | phrase | field (word | phrase | "(" chain+ ")") | "(" chain+ ")"
//! ```

use std::ops::Range;

use priorart_corpus::PatentNumber;

use crate::ast::{Condition, Query, TextField};
use crate::error::ParseError;
use crate::fields::{self, Field};
use crate::lexer::{Token, TokenKind, tokens};

/// Brackets may nest this deep; nobody writes more, and each level takes stack.
const DEEPEST: usize = 100;

/// Reads a query in the language of `docs/query-language.md`.
///
/// ```
/// let query = priorart_query::parse("graphene anode \"solid electrolyte\" -lead cpc:H01M4 pd<2015")?;
/// assert_eq!(query.text, "graphene anode solid electrolyte");
/// assert_eq!(query.conditions.len(), 4);
/// # Ok::<(), priorart_query::ParseError>(())
/// ```
pub fn parse(query: &str) -> Result<Query, ParseError> {
    if let Some(number) = PatentNumber::parse(query.trim()) {
        return Ok(Query {
            number: Some(number),
            ..Query::default()
        });
    }
    let tokens = tokens(query)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        depth: 0,
        text: Vec::new(),
        end: query.len(),
    };
    let mut conditions = Vec::new();
    while parser.peek().is_some() {
        match parser.chain(None)? {
            Condition::Word(TextField::Any, _) => {}
            condition => conditions.push(condition),
        }
    }
    Ok(Query {
        text: parser.text.join(" "),
        conditions,
        number: None,
    })
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Words that are looked for, and not those that are negated.
    text: Vec<String>,
    /// Where the query ends.
    end: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next_is(&self, kind: &TokenKind) -> bool {
        self.peek().is_some_and(|token| token.kind == *kind)
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let taken = self.next_is(kind);
        self.at += usize::from(taken);
        taken
    }

    fn chain(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let first = self.both(field)?;
        let mut all = vec![first];
        while self.take(&TokenKind::Or) {
            all.push(self.both(field)?);
        }
        Ok(one_or(all, Condition::Or))
    }

    fn both(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let first = self.unary(field)?;
        let mut all = vec![first];
        while self.take(&TokenKind::And) {
            all.push(self.unary(field)?);
        }
        Ok(one_or(all, Condition::And))
    }

    fn unary(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let mut negated = false;
        let before = self.text.len();
        while self.take(&TokenKind::Not) {
            negated = !negated;
        }
        let condition = self.atom(field)?;
        if !negated {
            return Ok(condition);
        }
        self.text.truncate(before);
        Ok(Condition::Not(Box::new(condition)))
    }

    fn atom(&mut self, field: Option<Field>) -> Result<Condition, ParseError> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.missing(self.end..self.end));
        };
        match token.kind {
            TokenKind::And | TokenKind::Or | TokenKind::Close | TokenKind::Not => {
                Err(self.missing(token.span))
            }
            TokenKind::Open => self.group(field, &token.span),
            TokenKind::Field { name, operator } => {
                self.at += 1;
                self.field(&name, operator, &token.span)
            }
            TokenKind::Word(word) => {
                self.at += 1;
                self.value(field, ":", &word, false, &token.span)
            }
            TokenKind::Phrase(phrase) => {
                self.at += 1;
                self.value(field, ":", &phrase, true, &token.span)
            }
        }
    }

    fn missing(&self, span: Range<usize>) -> ParseError {
        let what = self.tokens.get(self.at).map(|token| &token.kind);
        let (message, help) = match what {
            Some(TokenKind::Close) => ("the bracket closes nothing", "open it before, or leave it out"),
            _ => (
                "something is missing here",
                "write words on both sides of AND and OR, and after NOT",
            ),
        };
        ParseError::new(span, message, help)
    }

    /// What stands side by side within brackets must all hold.
    fn group(&mut self, field: Option<Field>, open: &Range<usize>) -> Result<Condition, ParseError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            let help = format!("nest {DEEPEST} brackets at most");
            return Err(ParseError::new(
                open.clone(),
                "the brackets are nested too deep",
                help,
            ));
        }
        let mut all = Vec::new();
        while !self.take(&TokenKind::Close) {
            if self.peek().is_none() {
                let message = "the bracket is never closed";
                return Err(ParseError::new(
                    open.clone(),
                    message,
                    "close it, or leave it out",
                ));
            }
            all.push(self.chain(field)?);
        }
        self.depth -= 1;
        if all.is_empty() {
            return Err(ParseError::new(
                open.clone(),
                "the brackets hold nothing",
                "leave them out",
            ));
        }
        Ok(one_or(all, Condition::And))
    }

    /// A field and its value, which must touch it.
    fn field(&mut self, name: &str, operator: &str, span: &Range<usize>) -> Result<Condition, ParseError> {
        let Some(field) = fields::by_name(name) else {
            return self.no_field(name, operator, span);
        };
        let next = self.peek().filter(|next| next.span.start == span.end).cloned();
        match next.map(|next| (next.kind, next.span)) {
            Some((TokenKind::Word(value), at)) => {
                self.at += 1;
                self.value(Some(field), operator, &value, false, &at)
            }
            Some((TokenKind::Phrase(value), at)) => {
                self.at += 1;
                self.value(Some(field), operator, &value, true, &at)
            }
            Some((TokenKind::Open, at)) => self.group(Some(field), &at),
            _ => {
                let message = format!("{name}{operator} has no value");
                Err(ParseError::new(
                    span.clone(),
                    message,
                    format!("write it as {}", field.example()),
                ))
            }
        }
    }

    /// A colon after what is no field's name is text, if the name is not nearly one.
    fn no_field(&mut self, name: &str, operator: &str, span: &Range<usize>) -> Result<Condition, ParseError> {
        if let Some(near) = fields::nearest(name) {
            let message = format!("there is no field {name}");
            return Err(ParseError::new(
                span.clone(),
                message,
                format!("did you mean {near}{operator}?"),
            ));
        }
        self.value(None, ":", name, false, span)
    }

    fn value(
        &mut self,
        field: Option<Field>,
        operator: &str,
        value: &str,
        quoted: bool,
        span: &Range<usize>,
    ) -> Result<Condition, ParseError> {
        let field = field.unwrap_or(Field::Text(TextField::Any));
        if let Field::Text(_) = field {
            if !quoted {
                refuse_later_operators(value, span)?;
            }
            self.text.push(value.to_owned());
        }
        field.condition(operator, value, quoted).ok_or_else(|| {
            let message = format!("{value:?} is no value of this field");
            ParseError::new(span.clone(), message, format!("write it as {}", field.example()))
        })
    }
}

/// Operators of other systems would otherwise be searched for as words.
fn refuse_later_operators(word: &str, span: &Range<usize>) -> Result<(), ParseError> {
    let operator = word
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .trim_end_matches('/');
    if matches!(operator, "NEAR" | "ADJ" | "SAME" | "WITH" | "XOR") {
        let message = format!("{operator} is not supported yet");
        return Err(ParseError::new(
            span.clone(),
            message,
            "write a \"phrase\", or AND, OR and NOT",
        ));
    }
    let inner = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '*');
    let has_letters = inner.contains(char::is_alphanumeric);
    if has_letters && (inner.contains('*') || inner.contains('?')) {
        let help = "write the word out; its inflections are found by themselves";
        return Err(ParseError::new(
            span.clone(),
            "wildcards are not supported yet",
            help,
        ));
    }
    Ok(())
}

fn one_or(mut all: Vec<Condition>, several: fn(Vec<Condition>) -> Condition) -> Condition {
    if all.len() == 1 {
        all.remove(0)
    } else {
        several(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A condition as one writes it down.
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

    #[track_caller]
    fn check(query: &str, text: &str, conditions: &str) {
        let parsed = parse(query).unwrap_or_else(|error| panic!("{}", error.render(query)));
        let found = parsed.conditions.iter().map(show).collect::<Vec<_>>().join(" ");
        assert_eq!((parsed.text.as_str(), found.as_str()), (text, conditions));
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
        check("a - b", "a - b", "");
        check("how does it work?", "how does it work?", "");
        check("ratio 1:2 of x<5", "ratio 1:2 of x<5", "");
        check("see http://example.org/x now", "see http://example.org/x now", "");
        check("and or not", "and or not", "");
        check("wherein: a pump", "wherein a pump", "");
    }

    #[test]
    fn phrases_negations_and_groups_are_conditions() {
        check(
            "a \"solid electrolyte\" b",
            "a solid electrolyte b",
            "\"solid electrolyte\"",
        );
        check("pump -valve", "pump", "-valve");
        check("pump -\"ball valve\"", "pump", "-\"ball valve\"");
        check("pump NOT valve", "pump", "-valve");
        check("pump NOT NOT valve", "pump valve", "");
        check("pump --valve", "pump --valve", "");
        check("pump AND valve", "pump valve", "(pump valve)");
        check("pump OR valve", "pump valve", "[pump valve]");
        check("a b OR c d", "a b c d", "[b c]");
        check("a OR b AND c", "a b c", "[a (b c)]");
        check("(a OR b) AND c", "a b c", "([a b] c)");
        check("(a b)", "a b", "(a b)");
        check("(a)", "a", "");
        check("-(a OR b) c", "c", "-[a b]");
    }

    #[test]
    fn fields_are_conditions() {
        check("ti:anode", "anode", "Title:anode");
        check("TI:anode", "anode", "Title:anode");
        check("ab:\"an anode\"", "an anode", "Abstract:\"an anode\"");
        check(
            "cl:(anode OR cathode)",
            "anode cathode",
            "[Claims:anode Claims:cathode]",
        );
        check("desc:pump x", "pump x", "Description:pump");
        check("cpc:h01m4/13", "", "Cpc:H01M4/13");
        check("cpc:\"H01M 4/13\"", "", "Cpc:H01M4/13");
        check("cpc:H01M4/00", "", "Cpc:H01M4");
        check("ipc:H01M cpc:H", "", "Ipc:H01M Cpc:H");
        check("cpc:(A61K OR C07D)", "", "[Cpc:A61K Cpc:C07D]");
        check(
            "pa:siemens in:\"Ada Lovelace\"",
            "",
            "Assignee:siemens Inventor:Ada Lovelace",
        );
        check("cc:us kind:b2", "", "cc:US kind:B2");
        check("pn:US7,654,321", "", "pn:US7654321");
        check("-cpc:H01M", "", "-Cpc:H01M");
    }

    #[test]
    fn dates_are_ranges() {
        check("pd<2015-01-01", "", "Publication:..20150100");
        check("pd:2010..2012", "", "Publication:20100101..20121231");
        check("ad>=2010 pr<2015", "", "Filing:20100101.. Priority:..20150100");
        check("pd=2014", "", "Publication:20140101..20141231");
    }

    #[test]
    fn a_number_alone_is_that_patent() {
        for query in [
            "US 7,654,321 B2",
            " 7654321 ",
            "US7654321",
            "EP 0 227 762 B1",
            "US20210191781A1",
        ] {
            assert!(parse(query).unwrap().number.is_some(), "{query}");
        }
        check("7654321 pump", "7654321 pump", "");
    }

    #[test]
    fn what_is_wrong_is_shown() {
        refused("graphene (anode", "(", "never closed");
        refused("graphene) anode", ")", "closes nothing");
        refused("()", "(", "hold nothing");
        refused("\"solid", "\"solid", "never closed");
        refused("AND pump", "AND", "missing");
        refused("pump OR", "", "missing");
        refused("pump NOT", "", "missing");
        refused("cpd:H01M", "cpd:", "did you mean cpc:?");
        refused("cpc: H01M", "cpc:", "has no value");
        refused("cpc:hello", "hello", "cpc:H01M4/13");
        refused("pd<soon", "soon", "pd<2015-01-01");
        refused("pn:pump", "pump", "pn:US8926509B2");
        refused("a NEAR/5 b", "NEAR/5", "not supported yet");
        refused("a ADJ b", "ADJ", "not supported yet");
        refused("graph*", "graph*", "wildcards");
        refused("te?m", "te?m", "wildcards");
    }

    #[test]
    fn hostile_queries_are_refused_or_read() {
        assert!(parse(&"(".repeat(10_000)).is_err());
        assert!(parse(&format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000))).is_err());
        assert!(parse(&"-".repeat(10_000)).is_ok());
        assert!(parse(&"NOT ".repeat(10_000)).is_err());
        assert!(parse(&"a OR ".repeat(10_000)).is_err());
        assert!(parse(&"word ".repeat(200_000)).is_ok());
        assert!(parse("*").is_ok());
        assert!(parse("é\u{301}\"ü\" 漢字:(字").is_err());
    }

    #[test]
    fn a_caret_stands_under_the_place() {
        let shown = |query: &str| parse(query).unwrap_err().render(query);
        assert_eq!(shown("漢字 (anode").lines().nth(1), Some("     ^"));
        assert_eq!(shown("pump cpd:H01M").lines().nth(1), Some("     ^^^^"));
    }
}
