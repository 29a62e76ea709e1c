//! A query as a row of tokens.

use std::ops::Range;

use crate::dates;
use crate::error::ParseError;
use crate::fields;
use crate::operators::{Proximity, proximity};

/// A piece of a query and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    Word(String),
    Phrase(String),
    Open,
    Close,
    And,
    Or,
    Xor,
    Not,
    /// A minus before what it negates.
    Minus,
    Proximity(Proximity),
    /// `ti:`, `ti,ab:`, `pd<`: names as they were typed and an operator; the value is the next token.
    Field {
        names: String,
        operator: &'static str,
    },
    /// `.ti.`, `.ab,ti.`: the names of fields behind what is looked for in them.
    Suffix(String),
}

/// Operators between a field and its value, the longer ones first.
const OPERATORS: [&str; 5] = ["<=", ">=", "<", ">", "="];

/// Espacenet's operators between a field and a phrase, written with blanks.
const SPELLED: [&str; 3] = ["all", "any", "within"];

/// Quotation marks, straight, curly and pointed.
const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

/// Bytes after which a bracket within a word is a group: the longest that is looked through for its end.
const LONGEST_INNER: usize = 100;

pub(crate) fn tokens(query: &str) -> Result<Vec<Token>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(start) = query[at..].find(|c: char| !c.is_whitespace()).map(|skip| at + skip) {
        if let Some(error) = parted_date(query, start, tokens.last()) {
            return Err(error);
        }
        let is_value = is_value(start, &tokens);
        let token = token(query, start, is_value, tokens.last())?;
        at = token.span.end;
        if is_value || !is_punctuation(&token) {
            push(query, &mut tokens, token);
        }
    }
    Ok(tokens)
}

/// Splits `.ti.` off a word, and joins `ti all "…"` to a field and its value.
fn push(query: &str, tokens: &mut Vec<Token>, mut token: Token) {
    if let TokenKind::Word(word) = &mut token.kind
        && let Some((head, names)) = word_with_suffix(word)
    {
        let cut = token.span.start + head.len();
        let suffix = Token { kind: TokenKind::Suffix(names.to_owned()), span: cut..token.span.end };
        *word = head.to_owned();
        token.span.end = cut;
        tokens.extend([token, suffix]);
        return;
    }
    if let TokenKind::Phrase(_) = token.kind
        && let [.., name, spelled] = tokens.as_slice()
        && let (TokenKind::Word(names), TokenKind::Word(operator)) = (&name.kind, &spelled.kind)
        && let Some(operator) = SPELLED.into_iter().find(|known| known == operator)
        && fields::are_names(names)
        && query[spelled.span.end..token.span.start].trim().is_empty()
    {
        let kind = TokenKind::Field { names: names.clone(), operator };
        let span = name.span.start..token.span.start;
        tokens.truncate(tokens.len() - 2);
        tokens.push(Token { kind, span });
    }
    tokens.push(token);
}

/// `pd < 2015` and `pd <2015` would be words; `Pd < 5%` is palladium.
fn parted_date(query: &str, start: usize, before: Option<&Token>) -> Option<ParseError> {
    let rest = &query[start..];
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator))?;
    let name = before.filter(|before| before.span.end < start)?;
    let TokenKind::Word(word) = &name.kind else {
        return None;
    };
    let date = run(rest[operator.len()..].trim_start());
    let is_date = dates::range(operator, date).is_some();
    (is_date && fields::is_date(word)).then(|| {
        let help = format!("write it without blanks: {word}{operator}{date}");
        ParseError::new(
            name.span.start..start + operator.len(),
            "a blank parts the field from its date",
            help,
        )
    })
}

/// A dash or an ampersand by itself: nothing to look for.
fn is_punctuation(token: &Token) -> bool {
    matches!(&token.kind, TokenKind::Word(word) if !word.contains(char::is_alphanumeric))
}

fn token(query: &str, start: usize, is_value: bool, before: Option<&Token>) -> Result<Token, ParseError> {
    let rest = &query[start..];
    let single = |kind| Ok(Token { kind, span: start..start + 1 });
    if let Some(names) = between_dots(rest).filter(|_| takes_suffix(start, before)) {
        let span = start..start + names.len() + 2;
        if let Some(unknown) = unknown_name(names) {
            let message = format!("there is no field {unknown}");
            return Err(ParseError::new(span, message, fields::advice_on_suffix(unknown)));
        }
        if fields::are_names(names) {
            return Ok(Token { kind: TokenKind::Suffix(names.to_owned()), span });
        }
    }
    if is_value && before.is_some_and(is_date_field) && !rest.starts_with(['(', ')']) {
        return date(query, start);
    }
    match rest.chars().next() {
        Some('(') => single(TokenKind::Open),
        Some(')') => single(TokenKind::Close),
        Some('-') if negates(rest) => single(TokenKind::Minus),
        Some(quote) if QUOTES.contains(&quote) => phrase(query, start, quote),
        _ => word(query, start, is_value),
    }
}

/// A minus negates what it touches; one by itself is a dash.
fn negates(rest: &str) -> bool {
    rest[1..].starts_with(|c: char| c.is_alphanumeric() || c == '(' || QUOTES.contains(&c))
}

/// Whether what begins at `start` is the value of the field before it.
fn is_value(start: usize, before: &[Token]) -> bool {
    before.last().is_some_and(|last| last.span.end == start && matches!(last.kind, TokenKind::Field { .. }))
}

/// A suffix touches a bracket or a phrase; words are split from theirs.
fn takes_suffix(start: usize, before: Option<&Token>) -> bool {
    before.is_some_and(|before| {
        before.span.end == start && matches!(before.kind, TokenKind::Close | TokenKind::Phrase(_))
    })
}

/// What stands between the dots of `.ti.` or `.ab,ti.`, with which the text begins.
fn between_dots(rest: &str) -> Option<&str> {
    let names = rest.strip_prefix('.')?;
    let names = &names[..names.find('.')?];
    let after = rest[names.len() + 2..].chars().next();
    after.is_none_or(|c| c.is_whitespace() || c == ')').then_some(names)
}

/// `graphene.ti.`: the word and what stands between the dots.
fn word_and_names(word: &str) -> Option<(&str, &str)> {
    let head = word.strip_suffix('.')?;
    let dot = head.rfind('.').filter(|dot| *dot > 0)?;
    Some((&word[..dot], between_dots(&word[dot..])?))
}

/// `graphene.ti.`: the word and the names of fields.
fn word_with_suffix(word: &str) -> Option<(&str, &str)> {
    word_and_names(word).filter(|(_, names)| fields::are_names(names))
}

/// `graphene.xx.`: a name that looks like one of a field and is none. `i.e.` and `U.S.` do not.
pub(crate) fn unknown_suffix(word: &str) -> Option<&str> {
    word_and_names(word).and_then(|(_, names)| unknown_name(names))
}

/// The first of the names that is none, where all are of two to four letters, as those of fields.
fn unknown_name(names: &str) -> Option<&str> {
    let is_short =
        |name: &str| (2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphabetic());
    let are_short = names.split(',').all(is_short);
    names.split(',').find(|name| are_short && !fields::are_names(name))
}

fn is_date_field(token: &Token) -> bool {
    matches!(&token.kind, TokenKind::Field { names, .. } if fields::is_date(names))
}

/// The value of a date's field, of which each bound may be quoted: `>="20100101"<="20121231"`.
fn date(query: &str, start: usize) -> Result<Token, ParseError> {
    let mut value = String::new();
    let mut at = start;
    while let Some(next) = query[at..].chars().next() {
        if QUOTES.contains(&next) {
            let quoted = phrase(query, at, next)?;
            at = quoted.span.end;
            if let TokenKind::Phrase(text) = quoted.kind {
                value.push_str(&text);
            }
        } else {
            let run = run(&query[at..]);
            if run.is_empty() {
                break;
            }
            value.push_str(run);
            at += run.len();
        }
    }
    let is_quoted = query[start..].starts_with(QUOTES);
    let kind = if is_quoted { TokenKind::Phrase(value) } else { TokenKind::Word(value) };
    Ok(Token { kind, span: start..at })
}

fn phrase(query: &str, start: usize, quote: char) -> Result<Token, ParseError> {
    let inner = start + quote.len_utf8();
    let end = query[inner..].find(QUOTES).map(|end| inner + end).ok_or_else(|| {
        ParseError::new(start..query.len(), "the quotation mark is never closed", "close it, or leave it out")
    })?;
    let close = query[end..].chars().next().map_or(0, char::len_utf8);
    Ok(Token { kind: TokenKind::Phrase(query[inner..end].to_owned()), span: start..end + close })
}

/// A run without blanks, brackets or quotation marks: an operator, a field, or a word, which may go on
/// through brackets that touch it.
fn word(query: &str, start: usize, is_value: bool) -> Result<Token, ParseError> {
    let rest = &query[start..];
    let text = run(rest);
    let span = start..start + text.len();
    if is_value {
        return Ok(whole_word(rest, start, text));
    }
    if let Some(found) = field(text, &rest[text.len()..]) {
        let (kind, length) = found.map_err(|(message, help)| ParseError::new(span, message, help))?;
        return Ok(Token { kind, span: start..start + length });
    }
    if let Some(operator) = proximity(text) {
        let help = "write NEAR5, ADJ3, WITH or SAME; a word in small letters is looked for";
        let operator = operator.map_err(|message| ParseError::new(span.clone(), message, help))?;
        return Ok(Token { kind: TokenKind::Proximity(operator), span });
    }
    let kind = match text {
        "AND" => TokenKind::And,
        "OR" => TokenKind::Or,
        "XOR" => TokenKind::Xor,
        "NOT" => TokenKind::Not,
        _ => return Ok(whole_word(rest, start, text)),
    };
    Ok(Token { kind, span })
}

fn whole_word(rest: &str, start: usize, text: &str) -> Token {
    let whole = with_brackets(rest, text.len());
    Token { kind: TokenKind::Word(whole.to_owned()), span: start..start + whole.len() }
}

fn run(rest: &str) -> &str {
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')') || QUOTES.contains(&c));
    &rest[..end.unwrap_or(rest.len())]
}

/// The word at the beginning of `rest`, of which `length` bytes are known, with the brackets that touch it:
/// `poly(vinyl chloride)` is one name, and no group.
fn with_brackets(rest: &str, mut length: usize) -> &str {
    while let Some(inner) = inner(&rest[length..]) {
        length += inner + run(&rest[length + inner..]).len();
    }
    &rest[..length]
}

/// The length of the brackets that `rest` begins with, if what they hold is part of a word.
fn inner(rest: &str) -> Option<usize> {
    let mut depth = 0;
    let marks = |c: char| matches!(c, '(' | ')') || QUOTES.contains(&c);
    let opens_or_closes = rest.starts_with('(').then(|| rest.match_indices(marks))?;
    for (at, mark) in opens_or_closes.take_while(|(at, _)| *at < LONGEST_INNER) {
        match mark {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => return None,
        }
        if depth == 0 {
            let is_operator =
                |word| matches!(word, "AND" | "OR" | "XOR" | "NOT") || proximity(word).is_some();
            let is_group = rest[1..at].split_whitespace().any(is_operator);
            return (!is_group).then_some(at + 1);
        }
    }
    None
}

/// A field at the beginning of a run and the length of its name with the operator; an error is a message and
/// help.
type FieldToken = Result<(TokenKind, usize), (String, String)>;

/// Splits off a name of letters, or several between commas, and the operator that follows it. A colon behind
/// what is no name is text where a blank follows (`wherein: a pump`) and in a ratio (`Si:C`).
fn field(text: &str, after: &str) -> Option<FieldToken> {
    if let Some(bounded) = google_date(text) {
        return Some(bounded);
    }
    let bare = text.strip_prefix('@').unwrap_or(text);
    let end = bare.find(|c: char| !c.is_ascii_alphabetic() && c != ',').filter(|&end| end > 0)?;
    let (names, rest) = bare.split_at(end);
    let is_known = fields::are_names(names);
    let found = |operator: &'static str| {
        let length = text.len() - rest.len() + operator.len();
        Some(Ok((TokenKind::Field { names: names.to_owned(), operator }, length)))
    };
    if let Some(value) = rest.strip_prefix(':').filter(|value| is_known || !value.starts_with("//")) {
        let has_value = !value.is_empty() || after.starts_with(|c| c == '(' || QUOTES.contains(&c));
        let is_text = names.contains(',') || !has_value || is_ratio(names, value);
        return if is_known || !is_text { found(":") } else { None };
    }
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator))?;
    // `x<5` and `a=2` are text.
    let is_field = if operator == "=" { is_known } else { fields::is_date(names) };
    if is_field { found(operator) } else { None }
}

/// `Si:C`, `A:B`: short names in capitals on both sides.
fn is_ratio(name: &str, value: &str) -> bool {
    let is_short = |text: &str| !text.is_empty() && text.len() <= 2;
    name.starts_with(|c: char| c.is_ascii_uppercase()) && is_short(name) && value.split(':').all(is_short)
}

/// Google's `before:priority:20180930`.
fn google_date(text: &str) -> Option<FieldToken> {
    let (bound, rest) = text.split_once(':')?;
    let operator = match bound {
        "before" => "<",
        "after" => ">",
        _ => return None,
    };
    if rest.is_empty() {
        return None;
    }
    let names = match rest.split_once(':').map(|(name, _)| name) {
        Some("priority") => "pr",
        Some("filing") => "ad",
        Some("publication") => "pd",
        _ => {
            let help = format!("write {bound}:priority:20180930, {bound}:filing:… or {bound}:publication:…");
            return Some(Err((format!("{bound} takes a kind of date and a date"), help)));
        }
    };
    let length = bound.len() + 2 + rest.find(':').unwrap_or(0);
    Some(Ok((TokenKind::Field { names: names.to_owned(), operator }, length)))
}

/// Whether the word is read as that word wherever it stands.
pub(crate) fn is_bare(word: &str) -> bool {
    let read = tokens(word).unwrap_or_default();
    matches!(read.as_slice(), [Token { kind: TokenKind::Word(read), .. }] if read == word)
}
