//! Measures of classification where a text has several classes.

use serde::Serialize;

use crate::labelled::Labels;

/// How well classes that were given agree with the true ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassMeasures {
    /// The mean over the texts of F1: what the paper calls F1.
    pub sample_f1: f64,
    /// The mean of the Jaccard index, `|both| / |either|`: what the paper calls accuracy.
    pub jaccard: f64,
    /// The mean of the share of the classes given that are true. In the authors' notebook the function of
    /// this is named Recall.
    pub sample_precision: f64,
    /// The mean of the share of the true classes that were given. In the authors' notebook the function of
    /// this is named Precision.
    pub sample_recall: f64,
    /// F1 over all decisions taken together.
    pub micro_f1: f64,
    /// The mean of the classes' F1, over the classes that are true of a text or were given to one.
    pub macro_f1: f64,
    /// The share of the texts with exactly the true classes.
    pub exact: f64,
}

/// Compares text by text. A text with neither true nor given classes counts 0, as in the authors' code.
pub fn class_measures(truth: &[&Labels], given: &[Labels]) -> ClassMeasures {
    let pairs = || truth.iter().copied().zip(given);
    let mean = |each: &dyn Fn(usize, usize, usize) -> f64| {
        let sum: f64 = pairs().map(|(a, b)| each(a.intersection(b).count(), a.len(), b.len())).sum();
        sum / truth.len().max(1) as f64
    };
    let both: usize = pairs().map(|(a, b)| a.intersection(b).count()).sum();
    let sizes = |all: &mut dyn Iterator<Item = &Labels>| all.map(Labels::len).sum::<usize>();
    let all = sizes(&mut truth.iter().copied()) + sizes(&mut given.iter());
    ClassMeasures {
        sample_f1: mean(&|both, truth, given| ratio(2 * both, truth + given)),
        jaccard: mean(&|both, truth, given| ratio(both, truth + given - both)),
        sample_precision: mean(&|both, _, given| ratio(both, given)),
        sample_recall: mean(&|both, truth, _| ratio(both, truth)),
        micro_f1: ratio(2 * both, all),
        macro_f1: macro_f1(truth, given),
        exact: pairs().filter(|(a, b)| a == b).count() as f64 / truth.len().max(1) as f64,
    }
}

fn macro_f1(truth: &[&Labels], given: &[Labels]) -> f64 {
    let classes: Labels = truth.iter().copied().chain(given).flatten().cloned().collect();
    let of_class = |class: &String| {
        let both = truth.iter().zip(given).filter(|(a, b)| a.contains(class) && b.contains(class)).count();
        let true_of = truth.iter().filter(|labels| labels.contains(class)).count();
        let given_to = given.iter().filter(|labels| labels.contains(class)).count();
        ratio(2 * both, true_of + given_to)
    };
    classes.iter().map(of_class).sum::<f64>() / classes.len().max(1) as f64
}

/// The share of the texts one of whose `k` first classes is true; `ranked` has the best class first.
pub fn top_k<'a>(truth: &[&Labels], ranked: &[impl AsRef<[&'a str]>], k: usize) -> f64 {
    let is_hit = |(truth, ranked): &(&&Labels, &_)| {
        let ranked: &[&str] = AsRef::as_ref(*ranked);
        ranked.iter().take(k).any(|label| truth.contains(*label))
    };
    ratio(truth.iter().zip(ranked).filter(is_hit).count(), truth.len())
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[track_caller]
    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
    }

    /// Expected: scikit-learn 1.9's `f1_score`, `jaccard_score`, `precision_score`, `recall_score` and
    /// `accuracy_score` with `zero_division=0` on the same indicator matrices.
    #[test]
    fn measures_are_those_of_scikit_learn() {
        let truth = ["A B", "C", "A", "B C"].map(labels);
        let given = ["A", "C", "", "B D A"].map(labels);
        let found = class_measures(&truth.iter().collect::<Vec<_>>(), &given);
        near(found.sample_f1, (2.0 / 3.0 + 1.0 + 0.0 + 2.0 / 5.0) / 4.0);
        near(found.jaccard, (0.5 + 1.0 + 0.0 + 0.25) / 4.0);
        near(found.sample_precision, (1.0 + 1.0 + 0.0 + 1.0 / 3.0) / 4.0);
        near(found.sample_recall, (0.5 + 1.0 + 0.0 + 0.5) / 4.0);
        near(found.micro_f1, 6.0 / 11.0);
        near(found.macro_f1, (0.5 + 2.0 / 3.0 + 2.0 / 3.0 + 0.0) / 4.0);
        near(found.exact, 0.25);
    }

    #[test]
    fn one_of_the_first_classes_may_be_true() {
        let truth = ["A B", "C"].map(labels);
        let truth: Vec<&Labels> = truth.iter().collect();
        let ranked = [vec!["B", "C"], vec!["A", "C"]];
        assert_eq!([1, 2].map(|k| top_k(&truth, &ranked, k)), [0.5, 1.0]);
    }
}
