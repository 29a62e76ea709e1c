//! Counts over the result, each of which narrows it by a click.

use maud::{Markup, html};
use priorart_query::Facets;

use super::histogram::histogram;
use crate::pages::address::Address;
use crate::pages::layout::{counted, grouped};

/// Values that are shown before the rest is unfolded.
const SHOWN: usize = 6;

/// Says what a class is about; empty where no scheme was taken in.
pub(crate) type TitleOf<'a> = &'a dyn Fn(&str) -> String;

/// What is searched for beside the box, and what narrows the result: a link each to be without it.
pub(crate) fn chosen(here: &Address) -> Markup {
    const NAMED: [(&str, &str); 8] = [
        ("like", "like "),
        ("prior_art_of", "prior art of "),
        ("more", "more of "),
        ("less", "less of "),
        ("class", "class "),
        ("year", "published "),
        ("assignee", ""),
        ("country", "office "),
    ];
    let chips =
        NAMED.iter().flat_map(|(name, words)| here.all(name).map(move |value| (*name, *words, value)));
    let chips: Vec<_> = chips.collect();
    html! {
        @if !chips.is_empty() {
            ul.chips aria-label="What was chosen" {
                @for (name, words, value) in &chips {
                    li {
                        a.chip href=(here.without(name, value).to("/search"))
                            aria-label={ "Remove: " (words) (value) } { (words) (value) span aria-hidden="true" { "×" } }
                    }
                }
                @if chips.len() > 1 {
                    li { a href=(here.clear(&NAMED.map(|(name, _)| name)).to("/search")) { "Remove all" } }
                }
            }
        }
    }
}

/// The facets beside the result.
pub(crate) fn facets(facets: &Facets, here: &Address, title_of: TitleOf<'_>) -> Markup {
    html! {
        aside.facets #filters aria-label="Filters" {
            h2 { "Filter" }
            p.hint { "Counted over the best " (counted(facets.patents, "patent")) }
            (facet(("class", "Class"), &facets.classes, here, title_of))
            @if !facets.years.is_empty() {
                section {
                    h3 { "Published" }
                    (histogram(&facets.years, here))
                }
            }
            (facet(("assignee", "Assignee"), &facets.assignees, here, &|_| String::new()))
            (facet(("country", "Country"), &facets.countries, here, &country))
        }
    }
}

fn facet(
    (name, heading): (&str, &str),
    values: &[(String, u64)],
    here: &Address,
    title_of: TitleOf<'_>,
) -> Markup {
    let most = values.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let item = |(value, count): &(String, u64)| {
        let is_chosen = here.has(name, value);
        let address = if is_chosen { here.without(name, value) } else { here.with(name, value) };
        let title = title_of(value);
        html! {
            li {
                a href=(address.to("/search")) aria-current=[is_chosen.then_some("true")] title=(title) {
                    span.value { (value) @if !title.is_empty() { " " small { (title) } } }
                    span.count { (grouped(*count)) }
                    svg.share viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
                        rect width=(count * 100 / most) height="1" {}
                    }
                }
            }
        }
    };
    let (first, rest) = values.split_at(values.len().min(SHOWN));
    html! {
        @if !values.is_empty() {
            section {
                h3 { (heading) }
                ul { @for value in first { (item(value)) } }
                @if !rest.is_empty() {
                    details {
                        summary { (rest.len()) " more" }
                        ul { @for value in rest { (item(value)) } }
                    }
                }
            }
        }
    }
}

/// The offices that most publications are from.
fn country(code: &str) -> String {
    const NAMES: [(&str, &str); 12] = [
        ("AU", "Australia"),
        ("CA", "Canada"),
        ("CN", "China"),
        ("DE", "Germany"),
        ("EP", "European Patent Office"),
        ("FR", "France"),
        ("GB", "United Kingdom"),
        ("IN", "India"),
        ("JP", "Japan"),
        ("KR", "Korea"),
        ("US", "United States"),
        ("WO", "International (PCT)"),
    ];
    NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| (*name).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Facets {
        Facets {
            patents: 3,
            classes: vec![("H01M".into(), 2), ("A01K".into(), 1)],
            years: vec![("2015".into(), 2), ("2013".into(), 1)],
            assignees: vec![("Pets \"R\" <Us>".into(), 1)],
            countries: vec![("US".into(), 3)],
        }
    }

    #[test]
    fn a_value_is_chosen_by_one_click_and_undone_by_the_next() {
        let shown =
            |query: &str| facets(&sample(), &Address::parse(query), &|_| "Batteries".into()).into_string();
        let free = shown("q=dog&page=2");
        assert!(free.contains("href=\"/search?q=dog&amp;class=H01M\""), "{free}");
        assert!(free.contains("H01M <small>Batteries</small>"), "{free}");
        let chosen = shown("q=dog&class=H01M");
        assert!(chosen.contains("href=\"/search?q=dog\" aria-current=\"true\""), "{chosen}");
    }

    #[test]
    fn names_are_text() {
        let shown = facets(&sample(), &Address::default(), &|_| String::new()).into_string();
        assert!(shown.contains("assignee=Pets+%22R%22+%3CUs%3E"), "{shown}");
        assert!(shown.contains("&lt;Us&gt;") && !shown.contains("<Us>"), "{shown}");
    }
}
