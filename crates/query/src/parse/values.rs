//! Fields and their values: `ti:`, `.ti.`, `TI=`, and what stands behind them.

use std::ops::Range;

use super::{Parser, any_of, one_or};
use crate::ast::{Condition, TextFields};
use crate::error::ParseError;
use crate::fields::{self, Field};
use crate::lexer::{Token, TokenKind};
use crate::place;
use crate::values::{Value, wildcards};

impl<'a> Parser<'a> {
    /// The fields of a suffix.
    pub(super) fn named(&self, suffix: &Token) -> Result<Vec<Field>, ParseError> {
        let TokenKind::Suffix(names) = &suffix.kind else {
            return Err(self.missing(suffix.span.clone()));
        };
        Ok(fields_of(names))
    }

    /// A field and its value, which must touch it.
    pub(super) fn field(
        &mut self,
        names: &'a str,
        operator: &str,
        span: &Range<usize>,
    ) -> Result<Condition, ParseError> {
        if !fields::are_names(names) {
            let message = format!("there is no field {names}");
            return Err(ParseError::new(span.clone(), message, fields::advice(names)));
        }
        let mut fields = fields_of(names);
        let next = self.peek().filter(|next| next.span.start == span.end);
        if operator == "="
            && names.eq_ignore_ascii_case("cl")
            && let Some(TokenKind::Word(value) | TokenKind::Phrase(value)) = next.map(|next| &next.kind)
            && value.contains(|c: char| c.is_ascii_digit())
            && Field::AnyClass.condition(Value { text: value, quoted: false, operator }).is_some()
        {
            fields = vec![Field::AnyClass];
        }
        match next.map(|next| (&next.kind, &next.span)) {
            Some((TokenKind::Phrase(text), at)) if matches!(operator, "all" | "any") => {
                self.at += 1;
                self.words(&fields, text, operator, at)
            }
            Some((TokenKind::Word(text), at)) => {
                self.at += 1;
                self.values(&fields, Value { text, quoted: false, operator }, at)
            }
            Some((TokenKind::Phrase(text), at)) => {
                self.at += 1;
                self.values(&fields, Value { text, quoted: true, operator }, at)
            }
            Some((TokenKind::Open, at)) => self.group(&fields, at),
            _ => {
                let message = format!("{names}{operator} has no value");
                let help = format!("write it as {}", fields[0].example());
                Err(ParseError::new(span.clone(), message, help))
            }
        }
    }

    /// Espacenet's `ti all "solar cell"` and `ti any "…"`.
    fn words(
        &mut self,
        fields: &[Field],
        text: &str,
        operator: &str,
        span: &Range<usize>,
    ) -> Result<Condition, ParseError> {
        let words = text.split_whitespace();
        let words = words.map(|text| self.values(fields, Value { text, quoted: false, operator: "=" }, span));
        let words = words.collect::<Result<Vec<_>, _>>()?;
        if words.is_empty() {
            let help = format!("write it as {}", fields[0].example());
            return Err(ParseError::new(span.clone(), "there are no words", help));
        }
        Ok(one_or(words, if operator == "all" { Condition::And } else { any_of }))
    }

    /// A symbol as it is printed on patents, `H01M 4/13`, with its second half, which is taken.
    fn split_symbol(&mut self, fields: &[Field], subclass: &str) -> Option<String> {
        let is_class = matches!(fields, [Field::Class(_) | Field::AnyClass]);
        let next = self.peek().filter(|_| is_class && subclass.len() == 4)?;
        let TokenKind::Word(group) = &next.kind else {
            return None;
        };
        let symbol = is_group(group).then(|| format!("{subclass}{group}"))?;
        self.at += 1;
        Some(symbol)
    }

    pub(super) fn values(
        &mut self,
        fields: &[Field],
        value: Value<'_>,
        span: &Range<usize>,
    ) -> Result<Condition, ParseError> {
        let joined = if value.quoted { None } else { self.split_symbol(fields, value.text) };
        let text = joined.as_deref().unwrap_or(value.text);
        let fields = if fields.is_empty() { &[Field::Text(TextFields::FULL)] } else { fields };
        let all = fields.iter().map(|field| self.value(*field, Value { text, ..value }, span));
        Ok(one_or(all.collect::<Result<Vec<_>, _>>()?, any_of))
    }

    fn value(
        &mut self,
        field: Field,
        value: Value<'_>,
        span: &Range<usize>,
    ) -> Result<Condition, ParseError> {
        if field == Field::Unknown {
            self.warn(format!("{:?} was left out: the index cannot tell", value.text));
            return Ok(Condition::And(Vec::new()));
        }
        if let Field::Text(_) | Field::Name(_) | Field::AnyName = field {
            place::check_wildcards(&wildcards(value.text), span)?;
        }
        field.condition(value).ok_or_else(|| {
            let message = format!("{:?} is no value of this field", value.text);
            ParseError::new(span.clone(), message, format!("write it as {}", field.example()))
        })
    }
}

/// The fields of names that are known, those of texts as one.
fn fields_of(names: &str) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    for field in names.split(',').filter_map(fields::by_name) {
        match (found.last_mut(), field) {
            (Some(Field::Text(all)), Field::Text(one)) => *all = all.and(one),
            _ => found.push(field),
        }
    }
    found
}

/// `4/13`, `10/0525`: main group and subgroup, of two digits at least, which `24/7` lacks.
fn is_group(text: &str) -> bool {
    let text = text.strip_suffix("/low").unwrap_or(text);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('/').is_some_and(|(group, subgroup)| {
        (1..=4).contains(&group.len()) && subgroup.len() >= 2 && digits(group) && digits(subgroup)
    })
}
