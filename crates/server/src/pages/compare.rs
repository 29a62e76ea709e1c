//! Patents side by side.

use std::collections::BTreeSet;

use maud::{Markup, html};
use priorart_corpus::{Party, Patent};

use super::layout::page;
use super::patent::claim_text;

/// The name of what is to be compared, in the address.
pub(crate) const NUMBER: &str = "number";
/// Columns that can still be read.
pub(crate) const MOST: usize = 4;

/// The whole page.
pub(crate) fn compare(patents: &[Patent], left_out: usize) -> Markup {
    let content = html! {
        div.compare {
            h1 { "Compare" }
            @if patents.len() < 2 {
                p.note { "Select two patents or more in a result, and choose “Compare selected”." }
            }
            @if left_out > 0 { p.note { "Of those that were selected, the first " (MOST) " are shown." } }
            @if !patents.is_empty() {
                div.scroll tabindex="0" role="region" aria-label="Patents side by side" { (table(patents)) }
            }
        }
    };
    page("Compare", None, &content)
}

fn table(patents: &[Patent]) -> Markup {
    let date = |date: Option<priorart_corpus::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    html! {
        table {
            thead {
                tr {
                    td {}
                    @for patent in patents {
                        th scope="col" {
                            a href={ "/patents/" (patent.number) } { (patent.title) }
                            span.number { (patent.number) }
                        }
                    }
                }
            }
            tbody {
                (row("Published", patents, &|patent| html! { (date(patent.publication_date)) }))
                (row("Earliest priority", patents, &|patent| html! { (date(patent.priority_date)) }))
                (row("Assignee", patents, &|patent| names(&patent.assignees)))
                (row("Inventors", patents, &|patent| names(&patent.inventors)))
                (classes(patents))
                (row("Abstract", patents, &|patent| html! { (patent.abstract_text) }))
                (row("Independent claims", patents, &independent))
                (row("Claims in all", patents, &|patent| html! { (patent.claims.len()) }))
            }
        }
    }
}

fn row(name: &str, patents: &[Patent], cell: &dyn Fn(&Patent) -> Markup) -> Markup {
    html! { tr { th scope="row" { (name) } @for patent in patents { td { (cell(patent)) } } } }
}

fn names(parties: &[Party]) -> Markup {
    html! { @for party in parties { div { (party.name) } } }
}

fn independent(patent: &Patent) -> Markup {
    html! { @for claim in patent.claims.iter().filter(|claim| claim.is_independent()) { (claim_text(claim)) } }
}

/// The classes, those marked that all of them have.
fn classes(patents: &[Patent]) -> Markup {
    let common = common(patents);
    let cell = |patent: &Patent| {
        html! {
            @for cpc in &patent.cpc {
                @if common.contains(cpc.symbol.as_str()) { mark { (cpc.symbol) } } @else { (cpc.symbol) }
                " "
            }
        }
    };
    row("Classes", patents, &cell)
}

/// The symbols that all patents have; none of one patent alone.
fn common(patents: &[Patent]) -> BTreeSet<&str> {
    let symbols = |patent: &'_ Patent| -> BTreeSet<String> {
        patent.cpc.iter().map(|cpc| cpc.symbol.clone()).collect()
    };
    let [first, rest @ ..] = patents else { return BTreeSet::new() };
    let rest: Vec<_> = rest.iter().map(symbols).collect();
    let all = first.cpc.iter().map(|cpc| cpc.symbol.as_str());
    all.filter(|symbol| !rest.is_empty() && rest.iter().all(|other| other.contains(*symbol))).collect()
}

#[cfg(test)]
mod tests {
    use priorart_corpus::CpcSymbol;

    use super::*;

    fn patent(title: &str, symbols: &[&str]) -> Patent {
        let cpc = symbols.iter().map(|symbol| CpcSymbol {
            symbol: (*symbol).into(),
            inventive: true,
            first: false,
        });
        Patent { title: title.into(), cpc: cpc.collect(), ..Patent::default() }
    }

    #[test]
    fn what_they_share_is_marked() {
        let patents = [patent("<script>", &["H01M4/13", "A01K1/00"]), patent("Pump", &["H01M4/13"])];
        let page = compare(&patents, 0).into_string();
        assert!(page.contains("<mark>H01M4/13</mark> A01K1/00"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
        assert!(common(&patents[..1]).is_empty());
    }

    #[test]
    fn one_is_no_comparison() {
        assert!(compare(&[patent("Pump", &[])], 0).into_string().contains("Select two patents"));
    }
}
