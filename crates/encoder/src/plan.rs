//! Which texts share a batch.

/// The greatest difference in length within a batch: beyond it, padding costs more than another
/// batch does.
const SPREAD: usize = 64;

/// Groups texts by their `lengths`: indices into it, the longest texts first, so that each batch
/// holds texts of like length and little of it is padding.
///
/// No batch, padding included, has more than `budget` tokens, unless one text alone has.
pub(crate) fn batches(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for index in longest_first(lengths) {
        let joins = |batch: &[usize]| {
            let longest = lengths[batch[0]];
            longest - lengths[index] <= SPREAD && longest * (batch.len() + 1) <= budget
        };
        match batches.last_mut() {
            Some(batch) if joins(batch) => batch.push(index),
            _ => batches.push(vec![index]),
        }
    }
    batches
}

/// Groups texts by their `lengths` where nothing is padded: indices into it, the longest texts first.
///
/// No group has more than `budget` tokens, unless one text alone has.
pub(crate) fn groups(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for index in longest_first(lengths) {
        tokens += lengths[index];
        match groups.last_mut() {
            Some(group) if tokens <= budget => group.push(index),
            _ => {
                tokens = lengths[index];
                groups.push(vec![index]);
            }
        }
    }
    groups
}

/// The number of tokens of each text.
pub(crate) fn lengths<'a>(texts: impl Iterator<Item = &'a [u32]>) -> Vec<usize> {
    texts.map(<[u32]>::len).collect()
}

/// The indices of `lengths` in falling order of length; texts of one length keep their order.
fn longest_first(lengths: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(lengths[index]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lengths: &[usize], budget: usize, expected: &[&[usize]]) {
        assert_eq!(batches(lengths, budget), expected);
    }

    #[test]
    fn texts_of_like_length_come_together() {
        check(&[3, 9, 4, 10], 20, &[&[3, 1], &[2, 0]]);
        check(&[5, 5, 5], 10, &[&[0, 1], &[2]]);
    }

    #[test]
    fn padding_counts_against_the_budget() {
        check(&[10, 1, 1], 20, &[&[0, 1], &[2]]);
    }

    #[test]
    fn a_short_text_is_not_padded_to_a_long_one() {
        check(&[20, 84, 85], 1000, &[&[2, 1], &[0]]);
    }

    #[test]
    fn a_text_over_the_budget_is_alone() {
        check(&[30, 2, 40], 20, &[&[2], &[0], &[1]]);
    }

    #[test]
    fn nothing_makes_no_batch() {
        check(&[], 20, &[]);
        check_groups(&[], 20, &[]);
    }

    #[track_caller]
    fn check_groups(lengths: &[usize], budget: usize, expected: &[&[usize]]) {
        assert_eq!(groups(lengths, budget), expected);
    }

    #[test]
    fn groups_are_filled_up_to_the_budget() {
        check_groups(&[3, 9, 4, 10], 20, &[&[3, 1], &[2, 0]]);
        check_groups(&[10, 1, 1], 20, &[&[0, 1, 2]]);
        check_groups(&[30, 2, 40], 20, &[&[2], &[0], &[1]]);
    }
}
