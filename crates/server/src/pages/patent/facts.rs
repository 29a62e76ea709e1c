//! The facts beside a patent's text: dates, parties, classes, family.

use maud::{Markup, html};
use priorart_corpus::{Party, Priority};

use super::load::{Class, Loaded};
use crate::pages::address::{Address, QUERY};

/// Dates, parties, priorities and family.
pub(crate) fn facts(loaded: &Loaded) -> Markup {
    let patent = &loaded.patent;
    let date = |date: Option<priorart_corpus::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    html! {
        dl.facts-list {
            (fact("Published", &date(patent.publication_date)))
            (fact("Filed", &date(patent.filing_date)))
            (fact("Earliest priority", &date(patent.priority_date)))
            (fact("Application", patent.application_number.as_deref().unwrap_or_default()))
            (parties("Assignee", &patent.assignees, Some("pa")))
            (parties("Applicant", &patent.applicants, Some("pa")))
            (parties("Inventor", &patent.inventors, Some("in")))
            (parties("Examiner", &patent.examiners, Some("ex")))
            (priorities(&patent.priorities))
            (fact("IPC", &patent.ipc.join(", ")))
            (fact("USPC", &patent.uspc.join(", ")))
            @if !loaded.family.is_empty() {
                dt { "Family in the index" }
                @for member in &loaded.family {
                    dd { a href={ "/patents/" (member.number) } { (member.number) } " " (member.date.as_deref().unwrap_or_default()) }
                }
            }
        }
    }
}

fn fact(name: &str, value: &str) -> Markup {
    html! { @if !value.is_empty() { dt { (name) } dd { (value) } } }
}

/// Names, each a link to what else there is of them.
fn parties(name: &str, parties: &[Party], field: Option<&str>) -> Markup {
    html! {
        @if !parties.is_empty() {
            dt { (name) }
            @for party in parties {
                @let place: Vec<&str> = party.city.as_deref().into_iter().chain(party.country.as_deref()).collect();
                dd {
                    @if let Some(field) = field {
                        a href=(named(field, &party.name)) { (party.name) }
                    } @else { (party.name) }
                    @if !place.is_empty() { " " small { (place.join(", ")) } }
                }
            }
        }
    }
}

fn named(field: &str, name: &str) -> String {
    Address::default().with(QUERY, &format!("{field}:\"{}\"", name.replace('"', " "))).to("/search")
}

fn priorities(priorities: &[Priority]) -> Markup {
    html! {
        @if !priorities.is_empty() {
            dt { "Priority" }
            @for priority in priorities {
                dd {
                    (priority.country) " " (priority.number)
                    @if let Some(date) = priority.date { " " small { (date) } }
                }
            }
        }
    }
}

/// The CPC symbols with their titles, from the subclass down.
pub(crate) fn classes(classes: &[Class]) -> Markup {
    html! {
        @if !classes.is_empty() {
            section.classes {
                h2 { "Classes" }
                ul { @for class in classes { (self::class(class)) } }
            }
        }
    }
}

fn class(class: &Class) -> Markup {
    /// Section and class, which say little of one patent.
    const GENERAL: usize = 2;
    let link = Address::default().with(QUERY, &format!("cpc:{}", class.symbol)).to("/search");
    html! {
        li {
            a href=(link) { (class.symbol) }
            @if !class.is_inventive { " " small { "additional" } }
            @if let Some((own, above)) = class.path.split_last() {
                span.class-title { (own) }
                @let above = above.get(GENERAL..).unwrap_or_default();
                @if !above.is_empty() { small.class-path { (above.join(" › ")) } }
            }
        }
    }
}
