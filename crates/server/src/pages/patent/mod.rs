//! A patent: its facts, its text, and what stands around it.

mod around;
mod claims;
mod facts;
mod load;
mod text;

use maud::{Markup, html};

use self::around::{cited_by, cites, similar};
pub(crate) use self::claims::text as claim_text;
use self::facts::{classes, facts};
pub(crate) use self::load::{Loaded, Place, load};
use super::address::{Address, HIT, PAGE};
use super::layout::page;
use super::passage::{anchor, whole};

/// Hits of a page where the address does not say: the page that a hit is on is found by it.
const USUAL_PAGE: usize = 10;

/// The whole page.
pub(crate) fn patent(loaded: &Loaded, here: &Address) -> Markup {
    let patent = &loaded.patent;
    let number = patent.number.to_string();
    let sections = [
        ("abstract", "Abstract", !patent.abstract_text.is_empty()),
        ("claims", "Claims", !patent.claims.is_empty()),
        ("description", "Description", !patent.description.is_empty()),
        ("cites", "Cites", !loaded.cites.is_empty()),
        ("cited-by", "Cited by", !loaded.cited_by.is_empty()),
        ("similar", "Similar", !loaded.similar.is_empty()),
    ];
    let content = html! {
        (through(loaded.place.as_ref(), here))
        article.patent lang=[patent.language.as_deref()] {
            header.patent-head {
                p.number { (number) }
                h1 { @if patent.title.is_empty() { "(no title)" } @else { (patent.title) } }
                p.actions {
                    a href=(Address::default().with("like", &number).to("/search")) { "Find similar" }
                    a href=(Address::default().with("prior_art_of", &number).to("/search")) { "Find prior art" }
                    a href=(Address::default().with("claim", &format!("{number}:1")).to("/chart")) { "Claim chart" }
                    a href={ "/api/patents/" (number) } { "JSON" }
                }
                nav.contents aria-label="On this page" {
                    @for (anchor, name, _) in sections.iter().filter(|(.., is_there)| *is_there) {
                        a href={ "#" (anchor) } { (name) }
                    }
                }
            }
            div.patent-body {
                div.patent-text {
                    (best(loaded))
                    (text::all(patent))
                    (cites(&loaded.cites))
                    (cited_by(&loaded.cited_by))
                    (similar(&loaded.similar))
                }
                aside.patent-facts aria-label="Facts" {
                    (facts(loaded))
                    (classes(&loaded.classes))
                }
            }
        }
    };
    page(&format!("{number} {}", patent.title), None, &content)
}

/// The way through the result that the patent was opened from.
fn through(place: Option<&Place>, here: &Address) -> Markup {
    let to = |number: &str, rank: usize| here.set(HIT, &rank.to_string()).to(&format!("/patents/{number}"));
    html! {
        @if let Some(place) = place {
            nav.through aria-label="Hits" {
                a href=(result_address(place.rank, here)) data-key="u" { "← Result" }
                span {
                    @if let Some(previous) = &place.previous {
                        a rel="prev" href=(to(previous, place.rank - 1)) data-key="previous" { "Previous" }
                    }
                    b { "Hit " (place.rank) }
                    @if let Some(next) = &place.next {
                        a rel="next" href=(to(next, place.rank + 1)) data-key="next" { "Next" }
                    }
                }
            }
        }
    }
}

/// The page of the result with the hit, at the hit.
fn result_address(rank: usize, here: &Address) -> String {
    let size = here.get("limit").and_then(|size| size.parse().ok()).unwrap_or(USUAL_PAGE).max(1);
    let page = (rank - 1) / size + 1;
    let result = here.clear(&[HIT, PAGE]);
    let result = if page > 1 { result.set(PAGE, &page.to_string()) } else { result };
    format!("{}#hit-{rank}", result.to("/search"))
}

fn best(loaded: &Loaded) -> Markup {
    html! {
        @if !loaded.passages.is_empty() {
            section.best aria-labelledby="best" {
                h2 #best { "Best passages for the query" }
                @for passage in &loaded.passages {
                    blockquote.passage {
                        a.place href={ "#" (anchor(&passage.place)) } { (passage.place) }
                        p { (whole(passage, &loaded.patent.title)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_the_hit() {
        let here = Address::parse("q=dog&hit=23");
        assert_eq!(result_address(23, &here), "/search?q=dog&page=3#hit-23");
        assert_eq!(result_address(10, &here), "/search?q=dog#hit-10");
        assert_eq!(
            result_address(23, &Address::parse("q=dog&limit=50&hit=23")),
            "/search?q=dog&limit=50#hit-23"
        );
    }

    #[test]
    fn neighbours_keep_the_query() {
        let place = Place { rank: 2, previous: Some("US1A".into()), next: None };
        let shown = through(Some(&place), &Address::parse("q=dog&hit=2")).into_string();
        assert!(
            shown.contains("href=\"/patents/US1A?q=dog&amp;hit=1\"") && !shown.contains("next"),
            "{shown}"
        );
    }
}
