//! Stochastic gradient descent on the cross-entropy of the graph and the layout.

use super::graph::Graph;
use crate::linear::Random;

/// Rounds: fewer where there are many points, as UMAP has it.
const ROUNDS: usize = 200;
const ROUNDS_OF_FEW: usize = 500;
const FEW: usize = 10_000;
/// Points that a moved point is pushed away from, for each that it is drawn to.
const PUSHES: usize = 5;
/// No step moves a point farther than this along an axis, times the rate.
const LONGEST: f32 = 4.0;
/// Points at distance d count as linked by 1 / (1 + A d²). UMAP fits A, and a power of d of nearly 2, to how
/// close points may come; with the power 2 a step takes no logarithm.
const A: f32 = 1.6;

/// Moves the points to where those that are linked are near one another and others are not.
///
/// One thread: with several, each step would depend on which was first.
pub(super) fn descend<const D: usize>(graph: &Graph, places: &mut [[f32; D]], seed: u64) {
    let rounds = if graph.points <= FEW { ROUNDS_OF_FEW } else { ROUNDS };
    let heaviest = graph.links.iter().map(|link| link.2).fold(0.0, f32::max);
    // The heaviest link is drawn tight in every round, one of half its weight in every other one.
    let due_every = |weight: f32| heaviest / weight;
    let mut due: Vec<f32> = graph.links.iter().map(|link| due_every(link.2)).collect();
    let mut random = Random::new(seed);
    for round in 0..rounds {
        let rate = 1.0 - round as f32 / rounds as f32;
        for (link, due) in graph.links.iter().zip(&mut due) {
            if *due > (round + 1) as f32 {
                continue;
            }
            *due += due_every(link.2);
            let (one, other) = (link.0 as usize, link.1 as usize);
            for (point, linked) in [(one, other), (other, one)] {
                pull(places, point, linked, rate);
                for _ in 0..PUSHES {
                    let other = random.below(places.len());
                    if other != point {
                        push(places, point, other, rate);
                    }
                }
            }
        }
    }
}

fn pull<const D: usize>(places: &mut [[f32; D]], from: usize, to: usize, rate: f32) {
    let (difference, square) = between(&places[from], &places[to]);
    let strength = -2.0 * A / (1.0 + A * square);
    for (axis, difference) in difference.into_iter().enumerate() {
        let step = rate * (strength * difference).clamp(-LONGEST, LONGEST);
        places[from][axis] += step;
        places[to][axis] -= step;
    }
}

fn push<const D: usize>(places: &mut [[f32; D]], point: usize, other: usize, rate: f32) {
    let (difference, square) = between(&places[point], &places[other]);
    let strength = 2.0 / ((0.001 + square) * (1.0 + A * square));
    for (axis, difference) in difference.into_iter().enumerate() {
        places[point][axis] += rate * (strength * difference).clamp(-LONGEST, LONGEST);
    }
}

/// The difference of two places, and the square of its length.
fn between<const D: usize>(one: &[f32; D], other: &[f32; D]) -> ([f32; D], f32) {
    let difference: [f32; D] = std::array::from_fn(|axis| one[axis] - other[axis]);
    let square = difference.iter().map(|x| x * x).sum();
    (difference, square)
}
