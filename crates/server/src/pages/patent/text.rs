//! Abstract, claims, description, and the same in other languages.

use maud::{Markup, html};
use priorart_corpus::{Paragraph, Patent, Translation};

use super::claims::{claims, text};
use crate::pages::passage::anchor;

/// All of a patent's text.
pub(crate) fn all(patent: &Patent) -> Markup {
    html! {
        @if !patent.abstract_text.is_empty() {
            section #abstract { h2 { "Abstract" } (lines(&patent.abstract_text)) }
        }
        @if !patent.claims.is_empty() {
            section #claims {
                h2 { "Claims" }
                @if !patent.claim_statement.is_empty() { p.statement { (patent.claim_statement) } }
                (claims(&patent.claims, &patent.number.to_string()))
            }
        }
        @if !patent.description.is_empty() {
            section #description { h2 { "Description" } (description(&patent.description)) }
        }
        @for translation in &patent.translations { (other(translation)) }
    }
}

fn lines(text: &str) -> Markup {
    html! { @for line in text.lines() { p { (line) } } }
}

/// Paragraphs carry the anchors that passages lead to.
fn description(paragraphs: &[Paragraph]) -> Markup {
    html! {
        @for (at, paragraph) in paragraphs.iter().enumerate() {
            @if paragraph.heading {
                h3 { (paragraph.text) }
            } @else if let Some(number) = paragraph.number.as_deref().map(anchor) {
                div.paragraph id={ "p-" (number) } { span { "[" (number) "]" } p { (paragraph.text) } }
            } @else {
                div.paragraph id={ "paragraph-" (at + 1) } { span {} p { (paragraph.text) } }
            }
        }
    }
}

fn other(translation: &Translation) -> Markup {
    html! {
        details.translation lang=(translation.language) {
            summary { "In another language: " b { (translation.language) } " " (translation.title) }
            (lines(&translation.abstract_text))
            @for claim in &translation.claims { (text(claim)) }
            @for paragraph in &translation.description { p { (paragraph.text) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_text_with_anchors() {
        let patent = Patent {
            title: "Pump".into(),
            abstract_text: "A <pump>.".into(),
            description: vec![
                Paragraph { heading: true, text: "FIELD".into(), ..Paragraph::default() },
                Paragraph { number: Some("0001".into()), text: "<img src=x>".into(), ..Paragraph::default() },
                Paragraph { text: "More.".into(), ..Paragraph::default() },
            ],
            ..Patent::default()
        };
        let shown = all(&patent).into_string();
        for expected in ["<p>A &lt;pump&gt;.</p>", "id=\"p-0001\"", "&lt;img src=x&gt;", "id=\"paragraph-3\""]
        {
            assert!(shown.contains(expected), "{expected} in {shown}");
        }
        assert!(!shown.contains("<img"), "{shown}");
    }
}
