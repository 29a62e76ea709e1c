//! What a patent cites, what cites it, and what is near it.

use maud::{Markup, html};
use priorart_corpus::{Citation, CitedBy};
use priorart_query::Hit;

use super::load::Cited;

/// What it cites: patents first, with links to those of the index.
pub(crate) fn cites(cites: &[Cited]) -> Markup {
    let (patents, literature): (Vec<_>, Vec<_>) = cites.iter().partition(|one| one.citation.number.is_some());
    html! {
        @if !cites.is_empty() {
            section #cites {
                h2 { "Cites" }
                @if !patents.is_empty() {
                    div.scroll tabindex="0" role="region" aria-label="Patents that it cites" {
                        table {
                            thead { tr { th { "Number" } th { "Title or party" } th { "Date" } th { "Cited by" } } }
                            tbody { @for one in &patents { (cited(one)) } }
                        }
                    }
                }
                @if !literature.is_empty() {
                    h3 { "Other literature" }
                    ul.literature { @for one in &literature { li { (one.citation.text) } } }
                }
            }
        }
    }
}

fn cited(one: &Cited) -> Markup {
    let citation = &one.citation;
    let number = citation.number.as_ref().map(ToString::to_string).unwrap_or_default();
    html! {
        tr {
            td.number {
                @match &one.indexed {
                    Some((indexed, _)) => a href={ "/patents/" (indexed) } { (indexed) },
                    None => (number),
                }
            }
            td {
                @match &one.indexed {
                    Some((_, title)) => (title),
                    None => (citation.name.as_deref().unwrap_or_default()),
                }
            }
            td { (citation.date.map(|date| date.to_string()).unwrap_or_default()) }
            td { (by(citation)) }
        }
    }
}

fn by(citation: &Citation) -> String {
    let by = match citation.by {
        Some(CitedBy::Examiner) => "examiner",
        Some(CitedBy::Applicant) => "applicant",
        Some(CitedBy::ThirdParty) => "third party",
        Some(CitedBy::Other) => "other",
        None => "",
    };
    let parts = [by, citation.category.as_deref().unwrap_or_default()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Patents of the index that cite it.
pub(crate) fn cited_by(hits: &[Hit]) -> Markup {
    html! {
        @if !hits.is_empty() {
            section #cited-by { h2 { "Cited by" } (list(hits)) }
        }
    }
}

/// Patents of the index that are near it.
pub(crate) fn similar(hits: &[Hit]) -> Markup {
    html! {
        @if !hits.is_empty() {
            section #similar { h2 { "Similar patents" } (list(hits)) }
        }
    }
}

fn list(hits: &[Hit]) -> Markup {
    html! {
        ul.patents {
            @for hit in hits {
                li {
                    a href={ "/patents/" (hit.number) } { (hit.title) }
                    p.facts {
                        span.number { (hit.number) }
                        @if let Some(date) = &hit.date { time datetime=(date) { (date) } }
                        @if let Some(assignee) = &hit.assignee { span { (assignee) } }
                        @if let Some(near) = hit.semantic { span { "cosine " (format!("{:.3}", near.score)) } }
                    }
                }
            }
        }
    }
}
