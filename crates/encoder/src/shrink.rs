//! Batches on a device that may fail.

use crate::plan::{batches, lengths};

/// A device with the network on it, as it is seen from here.
pub(crate) trait Worker {
    /// Why a batch was not computed, or the worker could not be made anew.
    type Error;

    /// What a batch of `texts` gives: a vector for each.
    fn compute(&mut self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, Self::Error>;

    /// Makes the worker fit for another try, whatever happened to it.
    fn renew(&mut self) -> Result<(), Self::Error>;
}

/// Computes `texts` in batches of at most `budget` tokens; the vectors are in the order of the texts.
///
/// After a batch fails, the worker is renewed and all that is not computed yet is divided anew, into
/// batches of half the size: the batch may have been too large, and if the device was lost for another
/// reason, little is lost by it.
///
/// # Errors
///
/// The worker's own, where it cannot be renewed or fails twice at a text that is alone.
pub(crate) fn run<W: Worker>(
    worker: &mut W,
    texts: &[Vec<u32>],
    budget: &mut usize,
) -> Result<Vec<Vec<f32>>, W::Error> {
    let mut done: Vec<Option<Vec<f32>>> = vec![None; texts.len()];
    let mut failed_alone = None;
    loop {
        let waiting: Vec<usize> = (0..texts.len()).filter(|&text| done[text].is_none()).collect();
        let Some((failed, error)) = run_until_failure(worker, texts, &waiting, *budget, &mut done) else {
            return Ok(done.into_iter().flatten().collect());
        };
        if let [text] = *failed {
            if failed_alone == Some(text) {
                return Err(error);
            }
            failed_alone = Some(text);
        } else {
            let longest = texts[failed[0]].len();
            *budget = (*budget).min(failed.len() * longest).div_ceil(2);
        }
        worker.renew()?;
    }
}

/// The first batch that fails, if one does, its longest text first; what the batches before it give is
/// put into `done`.
fn run_until_failure<W: Worker>(
    worker: &mut W,
    texts: &[Vec<u32>],
    waiting: &[usize],
    budget: usize,
    done: &mut [Option<Vec<f32>>],
) -> Option<(Vec<usize>, W::Error)> {
    let waiting_texts = waiting.iter().map(|&text| texts[text].as_slice());
    for batch in batches(&lengths(waiting_texts), budget) {
        let batch: Vec<usize> = batch.into_iter().map(|place| waiting[place]).collect();
        let ids: Vec<&[u32]> = batch.iter().map(|&text| texts[text].as_slice()).collect();
        match worker.compute(&ids) {
            Ok(vectors) => batch.iter().zip(vectors).for_each(|(&text, vector)| done[text] = Some(vector)),
            Err(error) => return Some((batch, error)),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives each text its sum, and fails where it is told to.
    struct Faulty<F> {
        fails: F,
        /// The number of texts of each batch that was tried.
        tried: Vec<usize>,
        renewed: usize,
        renewals: usize,
    }

    impl<F: Fn(usize, &[&[u32]]) -> bool> Faulty<F> {
        /// `fails` is asked with the number of the try and its texts.
        fn new(fails: F) -> Self {
            Self { fails, tried: Vec::new(), renewed: 0, renewals: usize::MAX }
        }
    }

    impl<F: Fn(usize, &[&[u32]]) -> bool> Worker for Faulty<F> {
        type Error = &'static str;

        fn compute(&mut self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>, Self::Error> {
            self.tried.push(texts.len());
            if (self.fails)(self.tried.len(), texts) {
                return Err("computing");
            }
            Ok(texts.iter().map(|ids| vec![ids.iter().sum::<u32>() as f32]).collect())
        }

        fn renew(&mut self) -> Result<(), Self::Error> {
            self.renewed += 1;
            if self.renewed > self.renewals { Err("renewing") } else { Ok(()) }
        }
    }

    /// Eight texts of four tokens.
    fn texts() -> Vec<Vec<u32>> {
        (0..8).map(|text| vec![text; 4]).collect()
    }

    #[track_caller]
    fn check(fails: impl Fn(usize, &[&[u32]]) -> bool, tried: &[usize], budget_left: usize) {
        let mut worker = Faulty::new(fails);
        let mut budget = 16;
        let vectors = run(&mut worker, &texts(), &mut budget).unwrap();
        assert_eq!(vectors.concat(), [0.0, 4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 28.0]);
        assert_eq!(worker.tried, tried);
        assert_eq!(budget, budget_left);
    }

    #[test]
    fn without_a_fault_batches_are_full() {
        check(|_, _| false, &[4, 4], 16);
    }

    #[test]
    fn a_device_lost_once_goes_on_with_what_is_left() {
        check(|attempt, _| attempt == 2, &[4, 4, 2, 2], 8);
    }

    #[test]
    fn batches_shrink_until_they_fit() {
        check(|_, texts| texts.len() > 1, &[4, 2, 1, 1, 1, 1, 1, 1, 1, 1], 4);
    }

    #[test]
    fn a_text_alone_has_a_second_try() {
        let alone = |attempt, texts: &[&[u32]]| texts.len() > 1 || attempt == 3;
        check(alone, &[4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1], 4);
    }

    #[track_caller]
    fn check_error(renewals: usize, tried: &[usize], expected: &str) {
        let mut worker = Faulty { renewals, ..Faulty::new(|attempt, _| attempt > 1) };
        assert_eq!(run(&mut worker, &texts(), &mut 16).unwrap_err(), expected);
        assert_eq!(worker.tried, tried);
    }

    #[test]
    fn what_always_fails_ends_with_the_error() {
        check_error(usize::MAX, &[4, 4, 2, 1, 1], "computing");
        check_error(1, &[4, 4, 2], "renewing");
    }

    #[test]
    fn no_texts_give_no_vectors() {
        assert!(run(&mut Faulty::new(|_, _| true), &[], &mut 16).unwrap().is_empty());
    }
}
