//! How well clusters agree with classes that are known.

use std::collections::BTreeMap;

use serde::Serialize;

/// Homogeneity, completeness and their harmonic mean (Rosenberg and Hirschberg 2007), each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct VMeasure {
    /// How far each cluster holds patents of one class only.
    pub homogeneity: f64,
    /// How far the patents of each class are in one cluster.
    pub completeness: f64,
    /// Their harmonic mean.
    pub v_measure: f64,
}

/// Compares clusters with classes, a pair of both for each point.
pub fn v_measure<K: Ord, C: Ord>(pairs: impl IntoIterator<Item = (K, C)>) -> VMeasure {
    let (mut clusters, mut classes, mut both) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let pairs: Vec<(K, C)> = pairs.into_iter().collect();
    for (cluster, class) in &pairs {
        *clusters.entry(cluster).or_insert(0) += 1;
        *classes.entry(class).or_insert(0) += 1;
        *both.entry((cluster, class)).or_insert(0) += 1;
    }
    let joint = entropy(both.into_values());
    let (of_clusters, of_classes) = (entropy(clusters.into_values()), entropy(classes.into_values()));
    // H(class | cluster) = H(both) − H(cluster), and the other way round.
    let share = |own: f64, other: f64| if own > 0.0 { 1.0 - (joint - other).max(0.0) / own } else { 1.0 };
    let (homogeneity, completeness) = (share(of_classes, of_clusters), share(of_clusters, of_classes));
    let sum = homogeneity + completeness;
    let v_measure = if sum > 0.0 { 2.0 * homogeneity * completeness / sum } else { 0.0 };
    VMeasure { homogeneity, completeness, v_measure }
}

/// In nats, of counts.
fn entropy(counts: impl Iterator<Item = usize>) -> f64 {
    let counts: Vec<f64> = counts.map(|count| count as f64).collect();
    let all: f64 = counts.iter().sum();
    counts.iter().map(|count| -(count / all) * (count / all).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected are the values of scikit-learn's `homogeneity_completeness_v_measure`.
    #[track_caller]
    fn check(classes: &[u32], clusters: &[u32], expected: [f64; 3]) {
        let found = v_measure(clusters.iter().zip(classes));
        for (found, expected) in
            [found.homogeneity, found.completeness, found.v_measure].into_iter().zip(expected)
        {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn values_are_those_of_scikit_learn() {
        check(&[0, 0, 1, 1], &[1, 1, 0, 0], [1.0, 1.0, 1.0]);
        check(&[0, 0, 1, 1], &[0, 0, 1, 2], [1.0, 0.666_667, 0.8]);
        check(&[0, 0, 1, 1], &[0, 1, 0, 1], [0.0, 0.0, 0.0]);
        check(&[0, 0, 1, 1], &[0, 0, 0, 0], [0.0, 1.0, 0.0]);
        check(&[0, 1, 2, 0, 1, 2, 0], &[0, 0, 1, 1, 2, 2, 0], [0.380_092, 0.380_092, 0.380_092]);
        check(&[], &[], [1.0, 1.0, 1.0]);
    }
}
