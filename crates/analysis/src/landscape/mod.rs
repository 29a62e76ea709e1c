//! Landscapes: patents on a plane, those that are about the same thing near one another.

mod draw;
mod error;
mod selection;
mod table;

use serde::Serialize;

use self::draw::colours;
pub use self::draw::{MAP_SCRIPT, MAP_STYLE};
pub use self::error::LandscapeError;
pub use self::selection::{Member, Selection};
use crate::cluster::{Clustering, Method, VMeasure};
use crate::labels::{ClassTitle, Cluster};
use crate::layout::{NEIGHBOURS, Quality, layout, quality};

/// Patents in groups.
#[derive(Debug, Clone)]
pub struct Clustered {
    /// The cluster of each patent, in the selection's order.
    pub clustering: Clustering,
    /// What the clusters are about, the largest first.
    pub clusters: Vec<Cluster>,
    /// How well they agree with the sections of the CPC; `None` where no patent has a class.
    pub v_measure: Option<VMeasure>,
}

/// How a landscape is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LandscapeOptions {
    /// How patents are grouped.
    pub method: Method,
    /// What random choices come of; another seed gives another, equally good landscape. Usual: 0.
    pub seed: u64,
    /// Neighbours that a patent is kept near to: few show detail, many the whole. Usual: 15.
    pub neighbours: usize,
}

impl Default for LandscapeOptions {
    fn default() -> Self {
        Self { method: Method::default(), seed: 0, neighbours: NEIGHBOURS }
    }
}

/// A map of patents. As JSON it is what the drawing's script reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Landscape {
    /// The patents, in the selection's order.
    pub points: Vec<Point>,
    /// The clusters, the largest first; a point's cluster is a place in this list.
    pub clusters: Vec<Region>,
    /// How well the clusters agree with the sections of the CPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub v_measure: Option<VMeasure>,
    /// How well the map keeps neighbours.
    pub quality: Quality,
}

/// A cluster on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Region {
    /// What it is about.
    #[serde(flatten)]
    pub cluster: Cluster,
    /// Where its name stands: where its patents are densest. As [`Point::x`].
    pub x: f64,
    /// As [`Point::y`].
    pub y: f64,
    /// Its colour, "#3f78c9": neighbours have unlike ones.
    pub colour: String,
}

/// A patent on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// Publication number.
    pub number: String,
    /// Title.
    pub title: String,
    /// From 0, left, to 1, right, in steps of 1/100,000.
    pub x: f64,
    /// From 0, top, to 1, bottom.
    pub y: f64,
    /// Its cluster; `None` where it is in none.
    pub cluster: Option<u32>,
}

impl Landscape {
    /// Groups a selection and lays it out.
    ///
    /// # Errors
    /// See [`Method::cluster`] and [`layout`].
    pub fn of(
        selection: &Selection,
        options: &LandscapeOptions,
        class_title: ClassTitle<'_>,
    ) -> Result<Self, LandscapeError> {
        let Clustered { clustering, clusters, v_measure } =
            selection.cluster(options.method, options.seed, class_title)?;
        let embeddings = &selection.embeddings;
        let places = layout::<2>(embeddings, options.neighbours, options.seed)?;
        let quality = quality(embeddings, &places, options.neighbours, options.seed);
        let places = to_unit(&places);
        let shown = places.iter().zip(clustering.of());
        let points = selection.members.iter().zip(shown).map(|(member, (&[x, y], &cluster))| Point {
            number: member.number.clone(),
            title: member.title.clone(),
            x,
            y,
            cluster,
        });
        let points = points.collect();
        Ok(Self { points, clusters: regions(clusters, &clustering, &places), v_measure, quality })
    }
}

/// The clusters with their places and colours.
fn regions(clusters: Vec<Cluster>, clustering: &Clustering, places: &[[f64; 2]]) -> Vec<Region> {
    let mut members: Vec<Vec<[f64; 2]>> = vec![Vec::new(); clusters.len()];
    for (place, cluster) in places.iter().zip(clustering.of()) {
        if let Some(cluster) = cluster {
            members[*cluster as usize].push(*place);
        }
    }
    let names: Vec<[f64; 2]> = members.iter().map(|own| densest(own)).collect();
    let coloured = clusters.into_iter().zip(&names).zip(colours(&names));
    coloured.map(|((cluster, &[x, y]), colour)| Region { cluster, x, y, colour }).collect()
}

/// How far about a point others are counted, in widths of the map.
const ABOUT: f64 = 0.04;
/// Points that are compared at most: every so-manieth of more.
const COMPARED: usize = 500;

/// The point that has most others about it: the middle of a cluster in two pieces would lie in neither.
fn densest(places: &[[f64; 2]]) -> [f64; 2] {
    let some: Vec<[f64; 2]> =
        places.iter().copied().step_by(places.len().div_ceil(COMPARED).max(1)).collect();
    let about = |place: &[f64; 2]| {
        let near = |other: &&[f64; 2]| (place[0] - other[0]).hypot(place[1] - other[1]) < ABOUT;
        some.iter().filter(near).count()
    };
    let first_best = |best: ([f64; 2], usize), place: &[f64; 2]| {
        let count = about(place);
        if count > best.1 { (*place, count) } else { best }
    };
    some.iter().fold(([0.5; 2], 0), first_best).0
}

/// Steps from one side of the map to the other.
const STEPS: f64 = 100_000.0;

/// The share of the points on either side that may lie beyond the frame.
const BEYOND: f64 = 0.005;
/// How much of the half of the map is the frame; the rest is the margin, for what lies beyond.
const FRAME: f64 = 0.92;
/// What is this far beyond the frame, in halves of it, has come through two thirds of the margin.
const SOFT: f64 = 0.3;

/// Brings places between 0 and 1 with one scale for both axes: the longer side of the frame fills the map. A
/// few far groups would leave little room for all others; they are brought into the margin, in their order.
fn to_unit(places: &[[f32; 2]]) -> Vec<[f64; 2]> {
    let frames = [0, 1].map(|axis| {
        let mut along: Vec<f32> = places.iter().map(|place| place[axis]).collect();
        along.sort_unstable_by(f32::total_cmp);
        let beyond = (along.len() as f64 * BEYOND) as usize;
        let [low, high] = [beyond, along.len().saturating_sub(1 + beyond)].map(|at| f64::from(along[at]));
        (low.midpoint(high), (high - low) / 2.0)
    });
    let half = frames[0].1.max(frames[1].1).max(f64::MIN_POSITIVE);
    let unit = |place: &[f32; 2], axis: usize| {
        let along = (f64::from(place[axis]) - frames[axis].0) / half;
        let beyond = (along.abs() - 1.0).max(0.0);
        let margin = (1.0 - FRAME) * (1.0 - (-beyond / SOFT).exp());
        let shown = FRAME * along.clamp(-1.0, 1.0) + margin.copysign(along);
        ((0.5 + shown / 2.0) * STEPS).round() / STEPS
    };
    places.iter().map(|place| [unit(place, 0), unit(place, 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_side_fills_the_map() {
        let found = to_unit(&[[-3.0, 1.0], [5.0, 3.0], [1.0, 2.0]]);
        assert_eq!(found, [[0.04, 0.385], [0.96, 0.615], [0.5, 0.5]]);
    }

    #[test]
    fn what_lies_far_out_leaves_room_for_the_rest() {
        let mut places: Vec<[f32; 2]> = (0..400_u16).map(|at| [f32::from(at), 0.0]).collect();
        places.extend([[10_000.0, 0.0], [20_000.0, 0.0]]);
        let found = to_unit(&places);
        assert!(found[390][0] > 0.9 && found[390][0] < found[399][0], "{:?}", found[390]);
        assert!(found.iter().all(|place| (0.0..=1.0).contains(&place[0])));
    }

    #[test]
    fn a_name_stands_in_the_larger_piece() {
        let places = [[0.1, 0.1], [0.12, 0.1], [0.9, 0.9], [0.9, 0.91], [0.91, 0.92], [0.5, 0.5]];
        assert!(densest(&places)[0] > 0.8);
        assert_eq!(densest(&[]), [0.5, 0.5]);
    }
}
