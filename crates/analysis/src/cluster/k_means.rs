//! k-means on the sphere.

use ndarray::{Array2, ArrayView1, Axis};
use rayon::prelude::*;

use super::Clustering;
use crate::linear::{Random, blocks};
use crate::{Embeddings, LandscapeError};

/// Runs from other first centres, of which the best is kept.
const RUNS: u64 = 3;
/// Rounds of a run at most.
const ROUNDS: usize = 100;
/// A run ends where the mean cosine to the centres grows by less than this.
const STANDSTILL: f64 = 1e-5;

/// Groups embeddings into `clusters` by the angle to their centres (spherical k-means, Dhillon and Modha 2001),
/// from centres that are drawn far apart (k-means++, Arthur and Vassilvitskii 2007). There are fewer clusters
/// only where there are fewer embeddings that differ.
///
/// # Errors
/// Fewer than two clusters, or fewer embeddings than clusters.
pub fn k_means(embeddings: &Embeddings, clusters: usize, seed: u64) -> Result<Clustering, LandscapeError> {
    if clusters < 2 {
        return Err(LandscapeError::Clusters { clusters });
    }
    if embeddings.len() < clusters {
        return Err(LandscapeError::TooFewForClusters { patents: embeddings.len(), clusters });
    }
    let mut best: Option<Assigned> = None;
    for run in 0..RUNS {
        let found = run_from(embeddings, first_centres(embeddings, clusters, seed.wrapping_add(run)));
        if best.as_ref().is_none_or(|best| found.mean > best.mean) {
            best = Some(found);
        }
    }
    let names = best.map(|best| best.nearest).unwrap_or_default();
    Ok(Clustering::new(&names.into_iter().map(|(name, _)| Some(name)).collect::<Vec<_>>()))
}

/// What a round of assignment finds.
struct Assigned {
    /// The nearest centre of each embedding, with the cosine to it.
    nearest: Vec<(usize, f32)>,
    /// The mean of those cosines.
    mean: f64,
    /// The sums of the embeddings of each centre.
    sums: Array2<f32>,
}

fn run_from(embeddings: &Embeddings, mut centres: Array2<f32>) -> Assigned {
    let mut assigned = assign(embeddings, &centres);
    for _ in 0..ROUNDS {
        centres = moved(embeddings, &assigned);
        let next = assign(embeddings, &centres);
        let gain = next.mean - assigned.mean;
        assigned = next;
        if gain < STANDSTILL {
            break;
        }
    }
    assigned
}

fn assign(embeddings: &Embeddings, centres: &Array2<f32>) -> Assigned {
    let blocks = blocks(embeddings.len());
    let of_block = |range: &std::ops::Range<usize>| {
        let rows = embeddings.rows(range.clone());
        let cosines = rows.dot(&centres.t());
        let nearest: Vec<(usize, f32)> = cosines.rows().into_iter().map(largest).collect();
        let mut sums = Array2::<f32>::zeros(centres.dim());
        for (row, (centre, _)) in rows.rows().into_iter().zip(&nearest) {
            let mut sum = sums.row_mut(*centre);
            sum += &row;
        }
        (nearest, sums)
    };
    let parts: Vec<_> = blocks.par_iter().map(of_block).collect();
    let mut sums = Array2::<f32>::zeros(centres.dim());
    let mut nearest = Vec::with_capacity(embeddings.len());
    for (some, sum) in parts {
        nearest.extend(some);
        sums += &sum;
    }
    let mean = nearest.iter().map(|(_, cosine)| f64::from(*cosine)).sum::<f64>() / nearest.len() as f64;
    Assigned { nearest, mean, sums }
}

/// The first of the largest numbers.
#[expect(clippy::needless_pass_by_value, reason = "a view is a reference")]
fn largest(row: ArrayView1<'_, f32>) -> (usize, f32) {
    let better = |best: (usize, f32), (at, &value)| if value > best.1 { (at, value) } else { best };
    row.iter().enumerate().fold((0, f32::NEG_INFINITY), better)
}

/// The centres of what was assigned to them. A centre that lost all its embeddings goes to the one that is
/// farthest from its own.
fn moved(embeddings: &Embeddings, assigned: &Assigned) -> Array2<f32> {
    let mut centres = assigned.sums.clone();
    let mut members = vec![0_usize; centres.nrows()];
    assigned.nearest.iter().for_each(|(centre, _)| members[*centre] += 1);
    let mut farthest: Vec<usize> = Vec::new();
    if members.contains(&0) {
        farthest = (0..embeddings.len()).collect();
        farthest.sort_by(|a, b| assigned.nearest[*b].1.total_cmp(&assigned.nearest[*a].1));
    }
    for (mut centre, members) in centres.rows_mut().into_iter().zip(members) {
        if members == 0
            && let Some(at) = farthest.pop()
        {
            centre.assign(&embeddings.row(at));
        }
        let length = centre.dot(&centre).sqrt();
        if length > 0.0 {
            centre /= length;
        }
    }
    centres
}

/// Each centre but the first is the best of a few drawn in proportion to 1 − cosine to the centres before.
fn first_centres(embeddings: &Embeddings, clusters: usize, seed: u64) -> Array2<f32> {
    let mut random = Random::new(seed);
    let tries = 2 + (clusters as f64).ln() as usize;
    let mut chosen = vec![random.below(embeddings.len())];
    let mut distances = distances(embeddings, &chosen).remove(0);
    while chosen.len() < clusters {
        let all: f64 = distances.iter().map(|x| f64::from(*x)).sum();
        let drawn: Vec<usize> = (0..tries).map(|_| draw(&distances, random.unit() * all)).collect();
        let nearer = |to: Vec<f32>| -> Vec<f32> {
            to.into_iter().zip(&distances).map(|(new, old)| new.min(*old)).collect()
        };
        let left = self::distances(embeddings, &drawn).into_iter().map(nearer);
        let costed = left.map(|left| (left.iter().map(|x| f64::from(*x)).sum::<f64>(), left)).zip(drawn);
        if let Some(((_, left), at)) = costed.min_by(|((a, _), _), ((b, _), _)| a.total_cmp(b)) {
            chosen.push(at);
            distances = left;
        }
    }
    embeddings.matrix().select(Axis(0), &chosen)
}

/// 1 − cosine of every embedding to each of some of them.
fn distances(embeddings: &Embeddings, some: &[usize]) -> Vec<Vec<f32>> {
    let some = embeddings.matrix().select(Axis(0), some);
    let blocks = blocks(embeddings.len());
    let parts: Vec<_> =
        blocks.into_par_iter().map(|range| 1.0 - some.dot(&embeddings.rows(range).t())).collect();
    let of_one =
        |one: usize| parts.iter().flat_map(|part| part.row(one).to_vec()).map(|x| x.max(0.0)).collect();
    (0..some.nrows()).map(of_one).collect()
}

/// Where the running sum of the weights passes `point`; the last where rounding keeps it from it.
fn draw(weights: &[f32], mut point: f64) -> usize {
    let passes = |weight: &f32| {
        point -= f64::from(*weight);
        point < 0.0
    };
    weights.iter().position(passes).unwrap_or(weights.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_found_whatever_the_seed() {
        let (embeddings, truth) = Embeddings::about_axes(&[300, 200, 700, 100]);
        let expected = Clustering::new(&truth.into_iter().map(Some).collect::<Vec<_>>());
        for seed in 0..5 {
            assert_eq!(k_means(&embeddings, 4, seed).unwrap(), expected, "seed {seed}");
        }
        assert_eq!(expected.sizes(), [700, 300, 200, 100]);
    }

    #[test]
    fn threads_make_no_difference() {
        let (embeddings, _) = Embeddings::about_axes(&[400, 400, 400]);
        let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let several = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let [one, other] = [alone, several].map(|pool| pool.install(|| k_means(&embeddings, 9, 1).unwrap()));
        assert_eq!(one, other);
    }

    #[test]
    fn equal_embeddings_make_one_cluster() {
        let same = Embeddings::new([0.6, 0.8].repeat(6), 2).unwrap();
        assert_eq!(k_means(&same, 3, 0).unwrap().sizes(), [6]);
    }

    #[test]
    fn numbers_of_clusters_that_make_no_sense_are_refused() {
        let (embeddings, _) = Embeddings::about_axes(&[2, 1]);
        let error = |clusters| k_means(&embeddings, clusters, 0).unwrap_err().to_string();
        assert!(error(1).contains("ask for at least 2"), "{}", error(1));
        assert!(error(4).starts_with("too few patents (3) for 4 clusters"), "{}", error(4));
    }
}
