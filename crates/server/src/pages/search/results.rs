//! The page of a result.

use maud::{Markup, html};
use priorart_query::{Refined, SearchResult};

use super::facets::{TitleOf, chosen, facets};
use super::form::form;
use super::hits::{COMPARE, hit};
use crate::pages::address::{Address, PAGE, QUERY, TEXT};
use crate::pages::layout::{Section, counted, page};

/// A result with what its page says of it.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) result: SearchResult,
    /// The page, from 1.
    pub(crate) page: usize,
    /// Whether there are more hits behind this page.
    pub(crate) is_more: bool,
}

/// The whole page.
pub(crate) fn results(found: &Results, here: &Address, title_of: TitleOf<'_>) -> Markup {
    let result = &found.result;
    let content = html! {
        (form(here, false))
        (chosen(here))
        div.result {
            section.hits aria-label="Result" {
                (said(result, here))
                @if result.hits.is_empty() {
                    (nothing(found.page, here))
                } @else {
                    (tools(found, here))
                    @for one in &result.hits { (hit(one, here)) }
                    (paging(found, here))
                }
            }
            @if let Some(counts) = result.facets.as_ref().filter(|counts| counts.patents > 0) {
                (facets(counts, here, title_of))
            }
        }
    };
    page(&title(here), Some(Section::Search), &content)
}

/// What was searched for, in a few words.
fn title(here: &Address) -> String {
    const LONGEST: usize = 60;
    let like = here.get("like").or_else(|| here.get("prior_art_of"));
    let whole = here.get(QUERY).or_else(|| here.get(TEXT)).or(like).unwrap_or("Search");
    let mut letters = whole.chars();
    let short: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() { format!("{short}…") } else { short }
}

/// What the searcher should know before the hits.
fn said(result: &SearchResult, here: &Address) -> Markup {
    html! {
        @for warning in &result.warnings { p.note { (warning) } }
        @if let Some(refined) = &result.refined { (moved(refined)) }
        @if let Some(text) = here.get(TEXT) {
            p.note {
                "Searched as a text of " (counted(text.split_whitespace().count() as u64, "word"))
                ": brackets, quotes and operators in it mean nothing. "
                a href=(here.clear(&[TEXT, QUERY]).with(QUERY, text).to("/search")) { "Read it as a query" }
            }
        }
    }
}

fn moved(refined: &Refined) -> Markup {
    html! {
        p.note {
            "The query was moved"
            @if !refined.more.is_empty() { " towards " (refined.more.join(", ")) }
            @if !refined.more.is_empty() && !refined.less.is_empty() { " and" }
            @if !refined.less.is_empty() { " away from " (refined.less.join(", ")) }
            ". Its cosine to what it was: " (format!("{:.3}", refined.moved_to)) "."
        }
    }
}

/// An empty result, and what may be done.
fn nothing(page: usize, here: &Address) -> Markup {
    html! {
        div.empty {
            @if page > 1 {
                h2 { "There is no page " (page) }
                p { a href=(here.clear(&[PAGE]).to("/search")) { "Back to the first page" } }
            } @else {
                h2 { "Nothing was found" }
                ul {
                    li { "Take a filter away, or a condition out of the query: all of them must hold." }
                    li { "Words in quotation marks, with wildcards or behind a field are conditions; plain words are not." }
                    @if here.get("mode") == Some("keyword") {
                        li { a href=(here.clear(&["mode"]).to("/search")) { "Search by meaning as well" } }
                    }
                }
            }
        }
    }
}

/// What can be done with the hits as a whole.
fn tools(found: &Results, here: &Address) -> Markup {
    const EXPORTS: [(&str, &str); 4] =
        [("csv", "CSV"), ("ris", "RIS"), ("bibtex", "BibTeX"), ("json", "JSON")];
    let hits = &found.result.hits;
    let (first, last) = (hits.first().map_or(0, |hit| hit.rank), hits.last().map_or(0, |hit| hit.rank));
    let whole = here.clear(&[PAGE]);
    html! {
        div.tools {
            h1 { "Hits " (first) "–" (last) }
            a.to-filters href="#filters" { "Filters" }
            form id=(COMPARE) method="get" action="/compare" {
                button.plain #compare-button { "Compare selected" }
            }
            nav aria-label="Export" {
                span { "Export" }
                @for (format, name) in EXPORTS {
                    a href=(whole.set("format", format).to("/export")) download { (name) }
                }
            }
            a href=(whole.to("/landscape")) { "Map" }
        }
    }
}

fn paging(found: &Results, here: &Address) -> Markup {
    let to = |page: usize| {
        let address = if page == 1 { here.clear(&[PAGE]) } else { here.set(PAGE, &page.to_string()) };
        address.to("/search")
    };
    html! {
        @if found.page > 1 || found.is_more {
            nav.paging aria-label="Pages of the result" {
                @if found.page > 1 { a rel="prev" href=(to(found.page - 1)) { "← Previous" } } @else { span {} }
                span { "Page " (found.page) }
                @if found.is_more { a rel="next" href=(to(found.page + 1)) { "Next →" } } @else { span {} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty(query: &str, page: usize) -> String {
        let found = Results { result: SearchResult::default(), page, is_more: false };
        results(&found, &Address::parse(query), &|_| String::new()).into_string()
    }

    #[test]
    fn an_empty_result_says_what_to_do() {
        assert!(empty("q=zyzzyva&mode=keyword", 1).contains("Search by meaning as well"));
        assert!(empty("q=dog&page=9", 9).contains("href=\"/search?q=dog\">Back to the first page"));
    }

    #[test]
    fn a_text_can_be_read_as_a_query() {
        let page = empty("text=a+pump+with+a+valve", 1);
        assert!(
            page.contains("a text of 5 words") && page.contains("/search?q=a+pump+with+a+valve"),
            "{page}"
        );
    }
}
