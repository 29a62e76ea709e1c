//! The hits of a result.

use maud::{Markup, html};
use priorart_query::{Explanation, Hit, HitPassage, Ranked};

use crate::pages::address::{Address, HIT, PAGE};
use crate::pages::passage::{anchor, snippet};

/// The form that the marks for comparison belong to.
pub(crate) const COMPARE: &str = "compare";

/// A hit.
pub(crate) fn hit(hit: &Hit, here: &Address) -> Markup {
    let address = patent_address(&hit.number, here, hit.rank);
    let title = if hit.title.is_empty() { "(no title)" } else { &hit.title };
    html! {
        article.hit id={ "hit-" (hit.rank) } {
            header {
                span.rank aria-hidden="true" { (hit.rank) }
                h2 { a href=(address) { (title) } }
                span.score title="Score" { (format!("{:.4}", hit.score)) }
            }
            p.facts {
                span.number { (hit.number) }
                @if let Some(date) = &hit.date { time datetime=(date) { (date) } }
                @if let Some(assignee) = &hit.assignee { span { (assignee) } }
                @if let Some(class) = &hit.class {
                    span.class { (class.symbol) @if !class.title.is_empty() { " " (class.title.replace(['{', '}'], "")) } }
                }
                @if let Some(by) = hit.known { strong.known { (by.phrase()) } }
            }
            @for found in &hit.passages { (passage(found, &address, &hit.title)) }
            div.hit-foot {
                (why(hit))
                (family(hit, here))
                (actions(hit, here))
            }
        }
    }
}

/// A patent's page, from which one can go on through the result.
pub(crate) fn patent_address(number: &str, here: &Address, rank: usize) -> String {
    here.set(HIT, &rank.to_string()).to(&format!("/patents/{number}"))
}

fn passage(passage: &HitPassage, address: &str, title: &str) -> Markup {
    html! {
        blockquote.passage {
            a.place href={ (address) "#" (anchor(&passage.place)) } { (passage.place) }
            p { (snippet(passage, title)) }
        }
    }
}

/// Both ranks, and behind them what they added to the score.
fn why(hit: &Hit) -> Markup {
    let rank = |ranked: Option<Ranked>| ranked.map_or("–".to_owned(), |ranked| format!("#{}", ranked.rank));
    html! {
        @if hit.keyword.is_some() || hit.semantic.is_some() {
            details.why {
                summary {
                    span { "words " b { (rank(hit.keyword)) } }
                    span { "meaning " b { (rank(hit.semantic)) } }
                }
                @if let Some(explain) = &hit.explain { (explanation(hit, explain)) }
            }
        }
    }
}

fn explanation(hit: &Hit, explain: &Explanation) -> Markup {
    let row = |name: &str, measure: &str, ranked: Option<Ranked>, adds: f64| {
        html! {
            tr {
                th scope="row" { (name) }
                @if let Some(ranked) = ranked {
                    td { "#" (ranked.rank) } td { (measure) " " (format!("{:.3}", ranked.score)) }
                } @else { td colspan="2" { "not in this ranking" } }
                td { (format!("{adds:.4}")) }
            }
        }
    };
    html! {
        table {
            thead { tr { th { "Ranking" } th { "Rank" } th { "Measured" } th { "Adds" } } }
            tbody {
                (row("words", "BM25", hit.keyword, explain.keyword))
                (row("meaning", "cosine", hit.semantic, explain.semantic))
                @if explain.floor > 0.0 {
                    tr {
                        th scope="row" { "floor" }
                        td colspan="2" { "keeps the best by meaning up" }
                        td { (format!("{:.4}", explain.floor)) }
                    }
                }
            }
        }
        @if !explain.matched.is_empty() {
            p { "Has the words " @for word in &explain.matched { mark { (word) } " " } }
        }
    }
}

fn family(hit: &Hit, here: &Address) -> Markup {
    html! {
        @if !hit.family.is_empty() {
            details.family {
                summary { "family of " (hit.family.len() + 1) }
                ul {
                    @for number in &hit.family {
                        li { a href=(here.clear(&[PAGE, HIT]).to(&format!("/patents/{number}"))) { (number) } }
                    }
                }
            }
        }
    }
}

/// What leads on from a hit.
fn actions(hit: &Hit, here: &Address) -> Markup {
    let number = hit.number.as_str();
    let like = Address::default().with("like", number).to("/search");
    html! {
        div.actions {
            a href=(like) title="Patents that are near this one" { "like this" }
            (feedback("more", "less", "more of this", number, here))
            (feedback("less", "more", "less of this", number, here))
            label { input type="checkbox" name="number" value=(number) form=(COMPARE); "compare" }
        }
    }
}

/// A judgement of a patent, which moves the query; the same click takes it back.
fn feedback(own: &str, opposite: &str, words: &str, number: &str, here: &Address) -> Markup {
    let is_given = here.has(own, number);
    let changed = if is_given { here.without(own, number) } else { here.with(own, number) };
    html! {
        a href=(changed.without(opposite, number).to("/search")) aria-current=[is_given.then_some("true")] {
            (words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Hit {
        Hit {
            rank: 3,
            number: "US99006007B2".into(),
            title: "<script>alert(1)</script>".into(),
            date: Some("2022-11-08".into()),
            assignee: Some("Dogs & Co".into()),
            inventors: Vec::new(),
            class: None,
            score: 0.0164,
            keyword: None,
            semantic: Some(Ranked { rank: 1, score: 0.5 }),
            reranked: None,
            family: vec!["US1A".into()],
            known: None,
            passages: Vec::new(),
            explain: Some(Explanation { keyword: 0.0, semantic: 0.0164, floor: 0.0, matched: Vec::new() }),
        }
    }

    #[test]
    fn a_hit_is_text_and_says_why() {
        let shown = hit(&sample(), &Address::parse("q=dog&page=2")).into_string();
        assert!(shown.contains("&lt;script&gt;") && !shown.contains("<script>"), "{shown}");
        assert!(shown.contains("href=\"/patents/US99006007B2?q=dog&amp;hit=3\""), "{shown}");
        assert!(shown.contains("words <b>–</b>") && shown.contains("meaning <b>#1</b>"), "{shown}");
        assert!(shown.contains("family of 2"), "{shown}");
    }

    #[test]
    fn feedback_is_given_taken_back_and_turned_round() {
        let shown = |query: &str| hit(&sample(), &Address::parse(query)).into_string();
        assert!(shown("q=dog").contains("href=\"/search?q=dog&amp;more=US99006007B2\""));
        let given = shown("q=dog&more=US99006007B2");
        assert!(given.contains("href=\"/search?q=dog\" aria-current=\"true\">more of this"), "{given}");
        assert!(given.contains("href=\"/search?q=dog&amp;less=US99006007B2\">less of this"), "{given}");
    }
}
