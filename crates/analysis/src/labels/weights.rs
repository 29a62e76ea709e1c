//! Class-based TF-IDF.

use std::collections::HashMap;
use std::hash::Hash;

/// How often terms occur in each cluster and in all.
#[derive(Debug)]
pub(super) struct Counts<T> {
    of_cluster: Vec<HashMap<T, usize>>,
    of_all: HashMap<T, usize>,
}

impl<T: Copy + Eq + Hash + Ord> Counts<T> {
    pub(super) fn new(clusters: usize) -> Self {
        Self { of_cluster: vec![HashMap::new(); clusters], of_all: HashMap::new() }
    }

    /// Counts a term; one of a patent in no cluster counts for all alone.
    pub(super) fn add(&mut self, cluster: Option<u32>, term: T) {
        if let Some(cluster) = cluster {
            *self.of_cluster[cluster as usize].entry(term).or_default() += 1;
        }
        *self.of_all.entry(term).or_default() += 1;
    }

    /// The terms of each cluster that weigh most, with weight and count, the heaviest first.
    ///
    /// A term's weight is its share of the cluster's terms, times log(1 + the mean number of terms of a
    /// cluster / how often the term occurs in all) (Grootendorst 2022, arXiv:2203.05794).
    pub(super) fn weighed(&self, wanted: usize) -> Vec<Vec<(T, f64, usize)>> {
        let all: usize = self.of_all.values().sum();
        let mean = all as f64 / self.of_cluster.len().max(1) as f64;
        let of_cluster = self.of_cluster.iter().map(|counts| {
            let own: usize = counts.values().sum();
            let weight = |term: &T, count: usize| {
                count as f64 / own as f64 * (mean / self.of_all[term] as f64).ln_1p()
            };
            let mut weighed: Vec<_> =
                counts.iter().map(|(term, &count)| (*term, weight(term, count), count)).collect();
            weighed.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            weighed.truncate(wanted);
            weighed
        });
        of_cluster.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_the_formula() {
        let mut counts = Counts::new(2);
        for (cluster, term) in [(0, "cell"), (0, "cell"), (0, "part"), (1, "part"), (1, "pump"), (1, "hose")]
        {
            counts.add(Some(cluster), term);
        }
        let weighed = counts.weighed(2);
        assert_eq!(weighed[0][0], ("cell", 2.0 / 3.0 * (1.0_f64 + 3.0 / 2.0).ln(), 2));
        assert_eq!(weighed[0][1].0, "part");
        assert_eq!([weighed[1][0].0, weighed[1][1].0], ["hose", "pump"], "of equal weight by name");
    }

    #[test]
    fn what_lies_outside_counts_for_all() {
        let mut counts = Counts::new(1);
        for (cluster, term) in [(Some(0), "cell"), (Some(0), "part"), (None, "part")] {
            counts.add(cluster, term);
        }
        let weighed = &counts.weighed(5)[0];
        assert_eq!(weighed.iter().map(|term| term.0).collect::<Vec<_>>(), ["cell", "part"]);
    }
}
