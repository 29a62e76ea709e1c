//! The box, and how what is typed in it is searched.

use maud::{Markup, html};

use crate::pages::address::{Address, FILTERS, QUERY, TEXT};

/// What the form sends.
pub(crate) const BOX: &str = "box";
pub(crate) const ALSO: &str = "also";
pub(crate) const READ: &str = "read";

/// A choice that the form offers: its parameter, its label, and its values with their names, the usual first.
type Choice = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const MODE: Choice = (
    "mode",
    "Find by",
    &[("hybrid", "words and meaning"), ("keyword", "words alone"), ("semantic", "meaning alone")],
);

const CHOICES: [Choice; 4] = [
    (
        "weight",
        "Weight of words",
        &[("1", "equal"), ("0.25", "a quarter"), ("0.5", "half"), ("2", "double"), ("4", "fourfold")],
    ),
    (
        "family",
        "Families",
        &[
            ("none", "each publication"),
            ("simple", "one hit a family"),
            ("extended", "one hit an extended family"),
        ],
    ),
    ("sort", "Order", &[("score", "best first"), ("date", "newest first"), ("number", "by number")]),
    (
        READ,
        "Read the box as",
        &[("", "what it looks like"), ("query", "a query"), ("text", "a text, such as a disclosure")],
    ),
];

/// The form as the address fills it.
///
/// It is sent by POST, for a disclosure may be longer than what browsers put into an address, and answered by
/// a redirection to the address of the result: that is what is shared, kept, and gone back to.
pub(crate) fn form(here: &Address, is_first_page: bool) -> Markup {
    let (typed, also) = contents(here);
    html! {
        form.ask role="search" method="post" action="/search" {
            label.hidden for="q" { "Words, operators, a patent number, or a text" }
            textarea #q name=(BOX) rows=(rows(typed)) data-key="/" spellcheck="false" autocomplete="off"
                autofocus[is_first_page] aria-describedby="q-hint"
                placeholder="Words, operators, a patent number, or a pasted disclosure" { (typed) }
            @for (name, value) in here.pairs().filter(|(name, _)| goes_on(name)) {
                input type="hidden" name=(name) value=(value);
            }
            div.ask-row {
                (choice(&MODE, here))
                (options(here, also))
                button.primary { "Search" }
            }
            p.hint #q-hint hidden[!is_first_page] {
                code { "\"exact phrase\"" } " " code { "graph*" } " " code { "a NEAR5 b" } " "
                code { "cpc:H01M" } " " code { "pd<2015" } " " code { "-word" } " · "
                a href="/help" { "the whole language" }
            }
        }
    }
}

/// What is seldom changed; open where it was.
fn options(here: &Address, also: &str) -> Markup {
    let is_open = !also.is_empty() || CHOICES.iter().any(|(name, ..)| here.get(name).is_some());
    html! {
        details.options open[is_open] {
            summary { "Weight, families, order, conditions" }
            div {
                @for one in &CHOICES { (choice(one, here)) }
                label.choice.wide {
                    span { "And only where" }
                    input name=(ALSO) value=(also) placeholder="cpc:H01M pd<2015" autocomplete="off"
                        spellcheck="false";
                }
            }
        }
    }
}

/// What stands in the box, and the conditions beside it.
fn contents(here: &Address) -> (&str, &str) {
    let query = here.get(QUERY).unwrap_or_default();
    match here.get(TEXT) {
        Some(text) => (text, query),
        None => (query, ""),
    }
}

/// Filters and named patents go on with a new query; the place in the old result does not.
fn goes_on(name: &str) -> bool {
    FILTERS.contains(&name) || ["like", "more", "less", "prior_art_of", "known_citations"].contains(&name)
}

fn rows(typed: &str) -> usize {
    let lines: usize = typed.lines().map(|line| 1 + line.len() / 90).sum();
    lines.clamp(2, 8)
}

fn choice((name, label, values): &Choice, here: &Address) -> Markup {
    let chosen = here.get(name);
    let is_listed = chosen.is_none_or(|chosen| values.iter().any(|(value, _)| *value == chosen));
    html! {
        label.choice {
            span { (label) }
            select name=(name) {
                @for (value, words) in *values {
                    option value=(value) selected[chosen == Some(value)] { (words) }
                }
                @if !is_listed {
                    option value=[chosen] selected { (chosen.unwrap_or_default()) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_what_the_address_says_and_keeps_the_rest() {
        let here = Address::parse("q=a+%3Cb%3E&mode=keyword&country=US&page=2&weight=3");
        let form = form(&here, false).into_string();
        assert!(form.contains("a &lt;b&gt;</textarea>"), "{form}");
        assert!(form.contains("<option value=\"keyword\" selected>"), "{form}");
        assert!(form.contains("<option value=\"3\" selected>3</option>"), "{form}");
        assert!(form.contains("name=\"country\" value=\"US\"") && !form.contains("name=\"page\""), "{form}");
    }

    #[test]
    fn beside_a_text_stand_conditions() {
        assert_eq!(contents(&Address::parse("text=A+pump&q=cpc:F04D")), ("A pump", "cpc:F04D"));
        assert_eq!(contents(&Address::parse("q=pump+cpc:F04D")), ("pump cpc:F04D", ""));
    }
}
