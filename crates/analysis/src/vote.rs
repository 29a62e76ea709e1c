//! Classification by nearest neighbours.

use std::collections::BTreeMap;

use crate::error::AnalysisError;
use crate::labelled::Labels;

/// How many of how many neighbours give a class.
///
/// Bekamiri, Hain, Jurowetzki: `PatentSBERTa`: A deep NLP based hybrid model for patent distance and
/// classification using augmented SBERT, <https://doi.org/10.1016/j.techfore.2024.123536>. What the paper's
/// code writes as a sigmoid of the votes above 0.9 is three votes or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoteRule {
    /// How many neighbours are asked, the paper's K.
    pub neighbours: usize,
    /// How many of them must have a class.
    pub least: usize,
}

/// What the paper takes: three of eight.
impl Default for VoteRule {
    fn default() -> Self {
        Self { neighbours: 8, least: 3 }
    }
}

impl VoteRule {
    /// Refuses a rule by which no class is ever given.
    ///
    /// # Errors
    /// [`AnalysisError::Undefined`].
    pub fn validate(self) -> Result<(), AnalysisError> {
        if self.least == 0 || self.least > self.neighbours {
            let Self { neighbours, least } = self;
            let what = format!("{least} votes of {neighbours} neighbours: ask for 1 to {neighbours} votes");
            return Err(AnalysisError::Undefined(what));
        }
        Ok(())
    }
}

/// A class with its votes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Votes {
    /// The class.
    pub label: String,
    /// How many neighbours have it.
    pub votes: usize,
}

/// The classes of the first `neighbours` of these, most votes first; of equals, that of the nearer neighbour.
pub fn votes<'a>(nearest_first: impl Iterator<Item = &'a Labels>, neighbours: usize) -> Vec<Votes> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (at, labels) in nearest_first.take(neighbours).enumerate() {
        for label in labels {
            counts.entry(label).or_insert((0, at)).0 += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, (votes, nearest))| (std::cmp::Reverse(*votes), *nearest));
    counts.into_iter().map(|(label, (votes, _))| Votes { label: label.to_owned(), votes }).collect()
}

/// The classes that enough neighbours have.
pub fn given(votes: &[Votes], least: usize) -> Labels {
    votes.iter().filter(|one| one.votes >= least).map(|one| one.label.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Labels {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn three_of_eight_give_a_class() {
        let neighbours = ["A B", "B", "A", "C", "A C", "C", "D", "E", "D", "D"].map(labels);
        let rule = VoteRule::default();
        let found = votes(neighbours.iter(), rule.neighbours);
        let found: Vec<(&str, usize)> = found.iter().map(|one| (one.label.as_str(), one.votes)).collect();
        assert_eq!(found, [("A", 3), ("C", 3), ("B", 2), ("D", 1), ("E", 1)], "the last two are not asked");
        assert_eq!(given(&votes(neighbours.iter(), rule.neighbours), rule.least), labels("A C"));
    }

    #[test]
    fn a_rule_must_be_able_to_give_a_class() {
        assert!(VoteRule { neighbours: 3, least: 3 }.validate().is_ok());
        for (neighbours, least) in [(8, 0), (2, 3), (0, 0)] {
            assert!(VoteRule { neighbours, least }.validate().is_err());
        }
    }
}
