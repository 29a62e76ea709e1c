//! From what was sent by the form to the address of its result.

use priorart_query::field_names;

use super::form::{ALSO, BOX, READ};
use crate::pages::address::{Address, HIT, PAGE, QUERY, TEXT};

/// A text of fewer words is a query.
const LEAST_WORDS: usize = 30;

/// The address of the result that a form asks for.
pub(crate) fn address(form: &Address) -> Address {
    let typed = form.get(BOX).or_else(|| form.get(QUERY)).unwrap_or_default();
    let also = form.get(ALSO).unwrap_or_default();
    let is_text = match form.get(READ) {
        Some("text") => true,
        Some("query") => false,
        _ => is_text(typed),
    };
    let rest = form.clear(&[BOX, ALSO, READ, QUERY, TEXT, PAGE, HIT]);
    let query = if is_text { also.to_owned() } else { format!("{typed} {also}").trim().to_owned() };
    let wanted = [(QUERY, query.as_str()), (TEXT, if is_text { typed } else { "" })];
    let mut found = Address::default();
    for (name, value) in wanted.into_iter().chain(rest.pairs()).filter(|(_, value)| !value.is_empty()) {
        found = found.with(name, value);
    }
    found
}

/// Whether it was pasted rather than typed: many words, and none of them an operator or a field.
fn is_text(typed: &str) -> bool {
    typed.split_whitespace().count() >= LEAST_WORDS
        && !typed.split_whitespace().any(|word| is_operator(word) || is_field(word))
}

fn is_operator(word: &str) -> bool {
    let name = word.trim_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')'));
    ["AND", "OR", "XOR", "NOT", "NEAR", "ADJ", "WITH", "SAME"].contains(&name)
}

/// `cpc:H01M`, `pd<2015`, `ti,ab:pump`, `-(ti:valve`; not "wherein:".
fn is_field(word: &str) -> bool {
    let Some((names, value)) = word.trim_start_matches(['(', '-']).split_once([':', '=', '<', '>']) else {
        return false;
    };
    let is_name = |name: &str| field_names().any(|known| known.eq_ignore_ascii_case(name));
    !value.is_empty() && names.split(',').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(form: &str, expected: &str) {
        assert_eq!(address(&Address::parse(form)).to("/search"), expected);
    }

    #[test]
    fn a_form_becomes_an_address() {
        check("box=dog+fence&mode=hybrid&weight=1&family=none&sort=score&read=&also=", "/search?q=dog+fence");
        check("q=dog&country=US&page=3", "/search?q=dog&country=US");
        check("box=dog&also=cpc%3AA01K&mode=keyword", "/search?q=dog+cpc%3AA01K&mode=keyword");
        check("box=", "/search");
    }

    #[test]
    fn what_was_pasted_is_a_text_unless_it_is_said_to_be_none() {
        let words = "a+rotor+wherein:+".repeat(12);
        let text = address(&Address::parse(&format!("box={words}&also=pd%3C2015")));
        assert_eq!((text.get(QUERY), text.get(TEXT).is_some()), (Some("pd<2015"), true));
        for query in
            [format!("box={words}+AND+b"), format!("box={words}+cpc:H01M"), format!("box={words}&read=query")]
        {
            assert_eq!(address(&Address::parse(&query)).get(TEXT), None, "{query}");
        }
        assert_eq!(address(&Address::parse("box=a+rotor&read=text")).get(TEXT), Some("a rotor"));
    }
}
