//! Years of publication as a picture, each bar a link.

use maud::{Markup, html};

use crate::pages::address::Address;
use crate::pages::layout::counted;

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 72.0;
/// What is left below the bars for the first and the last year.
const LABELS: f64 = 14.0;
/// More years than this are drawn in decades, so that a bar can be hit.
const MOST_BARS: u32 = 48;

struct Bar {
    /// "2015", "2010–2019".
    label: String,
    years: Vec<String>,
    count: u64,
}

/// The picture of counts by year, the newest first, as facets have them.
pub(crate) fn histogram(years: &[(String, u64)], here: &Address) -> Markup {
    let bars = bars(years);
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1) as f64;
    let step = WIDTH / bars.len().max(1) as f64;
    html! {
        svg.years viewBox={ "0 0 " (WIDTH) " " (HEIGHT + LABELS) } role="group"
            aria-label="Patents by year of publication" {
            @for (at, bar) in bars.iter().enumerate().filter(|(_, bar)| bar.count > 0) {
                @let height = (bar.count as f64 / most * (HEIGHT - 2.0)).max(3.0);
                (link(bar, here, &html! {
                    rect.area x=(number(at as f64 * step)) y="0" width=(number(step)) height=(HEIGHT) {}
                    rect.bar x=(number(at as f64 * step + step * 0.1)) y=(number(HEIGHT - height))
                        width=(number(step * 0.8)) height=(number(height)) rx="1" {}
                }))
            }
            line x1="0" x2=(WIDTH) y1=(HEIGHT) y2=(HEIGHT) {}
            @if let [first, .., last] = bars.as_slice() {
                text x="0" y=(HEIGHT + LABELS - 2.0) { (ends(&first.label).0) }
                text x=(WIDTH) y=(HEIGHT + LABELS - 2.0) text-anchor="end" { (ends(&last.label).1) }
            } @else if let [only] = bars.as_slice() {
                text x=(WIDTH / 2.0) y=(HEIGHT + LABELS - 2.0) text-anchor="middle" { (only.label) }
            }
        }
    }
}

fn link(bar: &Bar, here: &Address, picture: &Markup) -> Markup {
    let is_chosen = bar.years.iter().all(|year| here.has("year", year));
    let change = if is_chosen { Address::without } else { Address::with };
    let address = bar.years.iter().fold(here.clone(), |address, year| change(&address, "year", year));
    let label = format!("{}: {}", bar.label, counted(bar.count, "patent"));
    html! {
        a href=(address.to("/search")) aria-label=(label) aria-current=[is_chosen.then_some("true")] {
            title { (label) }
            (picture)
        }
    }
}

/// A bar a year from the first to the last, those without patents as well; a bar a decade where they are many.
fn bars(years: &[(String, u64)]) -> Vec<Bar> {
    let counts: Vec<(u32, &(String, u64))> =
        years.iter().rev().filter_map(|counted| Some((counted.0.parse().ok()?, counted))).collect();
    let (Some((first, _)), Some((last, _))) = (counts.first(), counts.last()) else {
        return Vec::new();
    };
    let span = if last - first < MOST_BARS { 1 } else { 10 };
    let bar = |at: u32| {
        let start = at * span;
        let within: Vec<_> =
            counts.iter().filter(|(year, _)| year / span == at).map(|(_, own)| own).collect();
        Bar {
            label: if span == 1 { start.to_string() } else { format!("{start}–{}", start + span - 1) },
            years: within.iter().map(|(year, _)| year.clone()).collect(),
            count: within.iter().map(|(_, count)| count).sum(),
        }
    };
    (first / span..=last / span).map(bar).collect()
}

/// The first and the last year of a label.
fn ends(label: &str) -> (&str, &str) {
    label.split_once('–').unwrap_or((label, label))
}

/// A coordinate with as many digits as can be seen.
fn number(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn years(years: &[(&str, u64)]) -> Vec<(String, u64)> {
        years.iter().map(|(year, count)| ((*year).to_owned(), *count)).collect()
    }

    #[track_caller]
    fn check(counts: &[(&str, u64)], expected: &[(&str, u64)]) {
        let found: Vec<_> = bars(&years(counts)).into_iter().map(|bar| (bar.label, bar.count)).collect();
        let found: Vec<_> = found.iter().map(|(label, count)| (label.as_str(), *count)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn years_without_patents_keep_their_place() {
        check(&[("2015", 2), ("2013", 1)], &[("2013", 1), ("2014", 0), ("2015", 2)]);
        check(&[("2015", 2)], &[("2015", 2)]);
        check(&[], &[]);
    }

    #[test]
    fn many_years_are_decades() {
        let bars = bars(&years(&[("2024", 5), ("2021", 1), ("1899", 2)]));
        assert_eq!((bars.len(), bars[0].label.as_str(), bars[0].count), (14, "1890–1899", 2));
        assert_eq!((&bars[13].years, bars[13].count), (&vec!["2021".to_owned(), "2024".to_owned()], 6));
    }

    #[test]
    fn a_bar_is_a_link_that_says_what_it_is() {
        let picture = histogram(&years(&[("2015", 2), ("2013", 1)]), &Address::parse("q=dog")).into_string();
        assert!(picture.contains("aria-label=\"2015: 2 patents\""), "{picture}");
        assert!(picture.contains("href=\"/search?q=dog&amp;year=2013\"") && !picture.contains("style="));
    }
}
