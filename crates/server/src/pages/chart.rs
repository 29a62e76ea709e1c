//! A claim against patents, element by element.

use maud::{Markup, html};
use priorart_query::{Cell, Chart, Coverage, Pair, QueryError};

use super::address::{Address, QUERY};
use super::asked::{CHARTED, chart_params};
use super::layout::{Section, page};
use super::passage::{anchor, snippet};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::snapshot::Snapshot;

/// The claim, in the address: its text, or the number of a patent and of its claim.
pub(crate) const CLAIM: &str = "claim";
/// Patents that may stand side by side.
const LIMITS: [&str; 4] = ["3", "4", "5", "8"];

/// Charts a claim; one of the index against what was published before its priority.
pub(crate) fn find(snapshot: &Snapshot, here: &Address, limits: &Limits) -> Result<Chart, Problem> {
    let params = chart_params(here)?;
    let (query, mut options) = params.understood(limits)?;
    let searcher = snapshot.searcher();
    let claim = searcher.claim(&params.claim, &mut options)?;
    searcher.chart(&claim, &query, &options).map_err(|error| match error {
        QueryError::Empty => Problem::bad_request("The claim has no words."),
        other => other.into(),
    })
}

/// The form, and the chart where there is one.
pub(crate) fn chart(chart: Option<&Chart>, here: &Address) -> Markup {
    let content = html! {
        div.chart {
            h1 { "Claim chart" }
            (form(here))
            @if let Some(chart) = chart {
                @for warning in &chart.warnings { p.note { (warning) } }
                @if chart.patents.is_empty() {
                    div.empty { h2 { "Nothing was found" } p { "No patent satisfies the conditions." } }
                } @else {
                    (tools(here))
                    @if let Some(pair) = &chart.pair { (best_pair(pair)) }
                    div.scroll tabindex="0" role="region" aria-label="The chart" { (table(chart)) }
                }
            }
        }
    };
    page("Claim chart", Some(Section::Chart), &content)
}

fn form(here: &Address) -> Markup {
    let limit = here.get("limit").unwrap_or(CHARTED);
    html! {
        form.ask method="post" action="/chart" {
            label for="claim" { "A claim, or a patent’s number and claim: US8926509B2:1" }
            textarea #claim name=(CLAIM) rows="5" data-key="/" spellcheck="false"
                placeholder="1. An anode comprising: graphene sheets; and silicon particles." {
                (here.get(CLAIM).unwrap_or_default())
            }
            div.ask-row {
                label.choice.wide {
                    span { "Only patents where" }
                    input name=(QUERY) value=(here.get(QUERY).unwrap_or_default()) placeholder="cpc:H01M pd<2015"
                        autocomplete="off" spellcheck="false";
                }
                label.choice {
                    span { "Patents" }
                    select name="limit" {
                        @for one in &LIMITS { option value=(one) selected[*one == limit] { (one) } }
                    }
                }
                button.primary { "Chart" }
            }
        }
    }
}

fn tools(here: &Address) -> Markup {
    const EXPORTS: [(&str, &str); 2] = [("csv", "CSV"), ("json", "JSON")];
    html! {
        div.tools {
            nav aria-label="Export" {
                span { "Export" }
                @for (format, name) in EXPORTS {
                    a href=(here.set("format", format).to("/chart/export")) download { (name) }
                }
            }
            button.plain.scripted type="button" data-print hidden { "Print" }
        }
    }
}

fn best_pair(pair: &Pair) -> Markup {
    let [one, other] = &pair.numbers;
    html! {
        p.pair {
            "Best pair: " (link(one)) " with " (link(other)) ". Together they cover the elements with "
            b { (percent(pair.coverage)) } " on the average and " b { (percent(pair.worst)) } " at worst."
        }
    }
}

fn link(number: &str) -> Markup {
    html! { a.number href={ "/patents/" (number) } { (number) } }
}

fn table(chart: &Chart) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "Element" }
                    @for patent in &chart.patents { (head(patent)) }
                }
            }
            tbody {
                @for (at, element) in chart.elements.iter().enumerate() {
                    tr {
                        th scope="row" { span.element-number { (at + 1) } (element) }
                        @for patent in &chart.patents {
                            @let is_better = chart.pair.as_ref().is_some_and(|pair| pair.by.get(at) == Some(&patent.number));
                            (cell(patent, patent.cells.get(at).and_then(Option::as_ref), is_better))
                        }
                    }
                }
            }
        }
    }
}

fn head(patent: &Coverage) -> Markup {
    html! {
        th scope="col" {
            (link(&patent.number))
            @if let Some(date) = &patent.date { " " time datetime=(date) { (date) } }
            span.title { (patent.title) }
            span.covers { (percent(patent.coverage)) " on the average, " (percent(patent.worst)) " at worst" }
        }
    }
}

fn cell(patent: &Coverage, cell: Option<&Cell>, is_better: bool) -> Markup {
    html! {
        @if let Some(cell) = cell {
            td class={ "cell strength-" (strength(cell.score)) @if is_better { " better" } } {
                p.cell-head {
                    a.place href={ "/patents/" (patent.number) "#" (anchor(&cell.passage.place)) } { (cell.passage.place) }
                    span { (percent(cell.score)) @if is_better { " · in the pair" } }
                }
                p { (snippet(&cell.passage, &patent.title)) }
            }
        } @else { td.cell { "no text" } }
    }
}

/// A score in steps, for its colour.
fn strength(score: f64) -> u32 {
    (score.clamp(0.0, 1.0) * 5.0).min(4.0) as u32
}

fn percent(score: f64) -> String {
    format!("{:.0} %", score * 100.0)
}

#[cfg(test)]
mod tests {
    use priorart_corpus::PassageKind;
    use priorart_query::HitPassage;

    use super::*;

    fn sample() -> Chart {
        let passage = HitPassage {
            kind: PassageKind::Claim,
            place: "claim 1".into(),
            score: None,
            text: "A rotor <b>".into(),
            highlights: vec![[2, 7]],
        };
        let patent = |number: &str, score| Coverage {
            number: number.into(),
            title: "<script>".into(),
            date: None,
            coverage: score,
            worst: score,
            cells: vec![Some(Cell { score, passage: passage.clone() })],
        };
        let pair = Pair {
            numbers: ["US1A".into(), "US2A".into()],
            worst: 0.75,
            coverage: 0.75,
            by: vec!["US1A".into()],
        };
        Chart {
            elements: vec!["a rotor".into()],
            patents: vec![patent("US1A", 0.75), patent("US2A", 0.1)],
            pair: Some(pair),
            warnings: Vec::new(),
        }
    }

    #[test]
    fn the_table_has_places_scores_and_the_pair() {
        let page = chart(Some(&sample()), &Address::parse("claim=A+rotor")).into_string();
        for expected in [
            "class=\"cell strength-3 better\"",
            "href=\"/patents/US1A#claim-1\"",
            "A <mark>rotor</mark> &lt;b&gt;",
            "75 % · in the pair",
            "/chart/export?claim=A+rotor&amp;format=csv",
        ] {
            assert!(page.contains(expected), "{expected} in {page}");
        }
        assert!(!page.contains("<script>"), "titles are text");
    }

    #[test]
    fn scores_have_five_strengths() {
        assert_eq!([0.0, 0.19, 0.2, 0.79, 0.8, 1.0, 1.5].map(strength), [0, 0, 1, 3, 4, 4, 4]);
    }
}
