//! The map of a result: patents that are about the same thing near one another, coloured by cluster.

use maud::{Markup, html};
use priorart_analysis::{Landscape, LandscapeError, LandscapeOptions, Point, Region, Selection};
use priorart_corpus::PatentNumber;
use priorart_index::PatentId;

use super::address::{Address, PAGE};
use super::asked::asked;
use super::layout::{Section, counted, page};
use super::search::{chosen, form};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::snapshot::Snapshot;

/// The best hits that are drawn; more dots hide one another.
const MOST: usize = 400;
/// Fewer patents make no map.
const FEWEST: usize = 3;
/// The picture's side, and what is left around the dots.
const SIDE: f64 = 1000.0;
const MARGIN: f64 = 60.0;

/// Draws the best hits of the result that the address asks for.
pub(crate) fn draw(snapshot: &Snapshot, here: &Address, limits: &Limits) -> Result<Landscape, Problem> {
    let (query, mut options) = asked(&here.clear(&[PAGE]), limits)?;
    options.limit = MOST.min(limits.depth);
    let searcher = snapshot.searcher();
    let hits = searcher.search(&query, &options)?.hits;
    let numbers: Vec<PatentNumber> = hits.iter().map(|hit| hit.number.parse()).collect::<Result<_, _>>()?;
    let found = searcher.engine().find_each(&numbers)?;
    let ids: Vec<PatentId> = found.iter().filter_map(|ids| ids.first().copied()).collect();
    if ids.len() < FEWEST {
        return Err(Problem::bad_request(format!(
            "a map needs {FEWEST} patents or more: ask for more at once"
        )));
    }
    let selection = Selection::of(searcher.engine(), &ids).map_err(problem)?;
    let scheme = searcher.scheme()?;
    let title = |symbol: &str| Some(scheme?.entry(symbol)?.title.to_owned());
    Landscape::of(&selection, &LandscapeOptions::default(), &title).map_err(problem)
}

fn problem(error: LandscapeError) -> Problem {
    match error {
        LandscapeError::Index(error) => error.into(),
        LandscapeError::Query(error) => error.into(),
        other => Problem::bad_request(other.to_string()),
    }
}

/// The whole page; without a landscape, what to do for one.
pub(crate) fn landscape(landscape: Option<&Landscape>, here: &Address) -> Markup {
    let content = html! {
        div.landscape {
            h1 { "Landscape" }
            @if let Some(landscape) = landscape {
                p.hint {
                    "The best " (counted(landscape.points.len() as u64, "hit")) " in "
                    (counted(landscape.clusters.len() as u64, "cluster"))
                    ". Patents that are near one another are about the same thing; directions mean nothing. "
                    a href=(here.to("/search")) { "Back to the result" }
                }
                (chosen(here))
                div.map { (picture(landscape, here)) (legend(landscape, here)) }
            } @else {
                p { "A map is drawn of a result. Search, and choose “Map” beside the exports." }
                (form(here, false))
            }
        }
    };
    page("Landscape", Some(Section::Landscape), &content)
}

/// Every dot leads to its patent. The lists beside the picture say the same to whoever does not see it.
fn picture(landscape: &Landscape, here: &Address) -> Markup {
    html! {
        svg viewBox={ "0 0 " (SIDE) " " (SIDE) } role="group" aria-label="Map of the patents" {
            @for point in &landscape.points { (dot(point, landscape, here)) }
            @for region in &landscape.clusters {
                text x=(place(region.x)) y=(place(region.y)) text-anchor="middle" aria-hidden="true" {
                    (region.cluster.label)
                }
            }
        }
    }
}

fn dot(point: &Point, landscape: &Landscape, here: &Address) -> Markup {
    let region = point.cluster.and_then(|cluster| landscape.clusters.get(cluster as usize));
    let name = format!("{} {}", point.number, point.title);
    html! {
        a href=(here.to(&format!("/patents/{}", point.number))) tabindex="-1" aria-label=(name) {
            title { (name) }
            circle cx=(place(point.x)) cy=(place(point.y)) r="9"
                fill=(region.map_or("#888888", |region| region.colour.as_str())) {}
        }
    }
}

fn place(share: f64) -> String {
    format!("{:.1}", MARGIN + share * (SIDE - 2.0 * MARGIN))
}

fn legend(landscape: &Landscape, here: &Address) -> Markup {
    html! {
        ol.clusters aria-label="Clusters" {
            @for (at, region) in landscape.clusters.iter().enumerate() {
                li {
                    details {
                        summary { (colour(region)) (region.cluster.label) " " small { (region.cluster.size) } }
                        p.hint {
                            (region.cluster.words.join(", "))
                            @if let Some(class) = &region.cluster.class {
                                " · " (class.symbol) " " (class.title.as_deref().unwrap_or_default())
                            }
                        }
                        ul {
                            @for point in landscape.points.iter().filter(|point| point.cluster == Some(at as u32)) {
                                li {
                                    a href=(here.to(&format!("/patents/{}", point.number))) { (point.title) }
                                    " " small.number { (point.number) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn colour(region: &Region) -> Markup {
    html! { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { circle cx="5" cy="5" r="5" fill=(region.colour) {} } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_query_the_page_says_what_to_do() {
        assert!(landscape(None, &Address::default()).into_string().contains("choose “Map”"));
    }

    #[test]
    fn places_stay_within_the_margin() {
        assert_eq!([0.0, 0.5, 1.0].map(place), ["60.0", "500.0", "940.0"]);
    }
}
