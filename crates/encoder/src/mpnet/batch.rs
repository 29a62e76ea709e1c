//! Several texts as one rectangle of tokens.

use burn::tensor::{Bool, Device, Int, Tensor, TensorData};

use crate::config::PADDING_INDEX;

/// Token ids with what the network needs besides: positions, and which tokens are padding.
#[derive(Debug)]
pub(crate) struct Batch {
    /// `[batch, tokens]`.
    pub(crate) ids: Tensor<2, Int>,
    /// `[batch, tokens]`.
    pub(crate) positions: Tensor<2, Int>,
    /// `[batch, tokens]`, true at padding; `None` where nothing is padded.
    pub(crate) padding: Option<Tensor<2, Bool>>,
}

impl Batch {
    /// Pads `texts` to the longest of them.
    pub(crate) fn new(texts: &[&[u32]], device: &Device) -> Self {
        let longest = texts.iter().map(|ids| ids.len()).max().unwrap_or(0);
        let shape = [texts.len(), longest];
        let padded = texts.iter().any(|ids| ids.len() < longest);
        let rectangle = |rows: Vec<Vec<u32>>| Tensor::from_data(fill(rows, longest), device);
        Self {
            ids: rectangle(texts.iter().map(|ids| ids.to_vec()).collect()),
            positions: rectangle(texts.iter().map(|ids| position_ids(ids)).collect()),
            padding: padded
                .then(|| Tensor::from_data(TensorData::new(padding_of(texts, longest), shape), device)),
        }
    }
}

fn fill(rows: Vec<Vec<u32>>, longest: usize) -> TensorData {
    let shape = [rows.len(), longest];
    let mut values = Vec::with_capacity(rows.len() * longest);
    for row in rows {
        let padding = longest - row.len();
        values.extend(row);
        values.extend(std::iter::repeat_n(PADDING_INDEX, padding));
    }
    TensorData::new(values, shape)
}

/// True at padding. A `<pad>` that stands in the text itself is none: it is attended to.
fn padding_of(texts: &[&[u32]], longest: usize) -> Vec<bool> {
    texts.iter().flat_map(|ids| (0..longest).map(move |place| place >= ids.len())).collect()
}

/// Position ids as Hugging Face makes them: the running count of tokens that are not `<pad>`, plus
/// the padding index; a `<pad>` gets the padding index and does not advance the count.
pub(crate) fn position_ids(ids: &[u32]) -> Vec<u32> {
    let mut last = PADDING_INDEX;
    ids.iter()
        .map(|&id| {
            if id == PADDING_INDEX {
                return PADDING_INDEX;
            }
            last += 1;
            last
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_behind_the_padding_index() {
        assert_eq!(position_ids(&[0, 17, 18, 2]), [2, 3, 4, 5]);
        assert_eq!(position_ids(&[]), [0; 0]);
    }

    #[test]
    fn a_literal_pad_does_not_advance_the_count() {
        assert_eq!(position_ids(&[0, 17, 1, 18, 2]), [2, 3, 1, 4, 5]);
    }

    #[test]
    fn shorter_texts_are_padded_and_masked() {
        let batch = Batch::new(&[&[0, 17, 1, 2], &[0, 2]], &Device::flex());
        assert_eq!(batch.ids.into_data().iter::<i64>().collect::<Vec<_>>(), [0, 17, 1, 2, 0, 2, 1, 1]);
        assert_eq!(batch.positions.into_data().iter::<i64>().collect::<Vec<_>>(), [2, 3, 1, 4, 2, 3, 1, 1]);
        let padding: Vec<bool> = batch.padding.unwrap().into_data().iter::<bool>().collect();
        assert_eq!(padding, [false, false, false, false, false, false, true, true]);
    }

    #[test]
    fn texts_of_one_length_need_no_mask() {
        assert!(Batch::new(&[&[0, 2], &[0, 2]], &Device::flex()).padding.is_none());
    }
}
