//! Attention within one text, one head at a time.
//!
//! Scores are held with the keys as rows and the queries along the vectors. So the softmax, which
//! runs over the keys, needs no sums within a vector, and the scores are at once in the layout that
//! the second product takes them in.

#![expect(
    clippy::inline_always,
    reason = "only inside the function that enables the instructions do they become instructions"
)]

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::matrix::{MANY_REGISTERS, panel, tile};
use super::vector::exp;
use crate::mpnet::relative_position_bucket;

/// The widest panel of queries on any instruction set.
const WIDEST: usize = 64;

/// What positions add to the scores.
///
/// It depends only on how far query and key are apart, so a vector of queries finds its values for
/// one key side by side in a table of distances.
#[derive(Debug)]
pub(super) struct PositionBias {
    /// For each head, by the query's place less the key's, from `-reach` on.
    heads: Vec<Vec<f32>>,
    reach: usize,
}

impl PositionBias {
    /// The bias of texts of up to `tokens` tokens from the table of `[buckets, heads]`.
    pub(super) fn new(table: &[f32], heads: usize, tokens: usize) -> Self {
        let (reach, buckets) = (tokens - 1, table.len() / heads);
        let bucket = |place: usize| {
            relative_position_bucket(place.saturating_sub(reach), reach.saturating_sub(place), buckets)
        };
        let of_head = |head| {
            // A panel may stand out over the end of the text.
            let places = 0..2 * reach + 1 + WIDEST;
            places.map(|place| table[bucket(place) * heads + head]).collect()
        };
        Self { heads: (0..heads).map(of_head).collect(), reach }
    }

    pub(super) fn heads(&self) -> usize {
        self.heads.len()
    }

    /// The values for one key and the `width` queries from `query` on.
    fn of(&self, head: usize, key: usize, query: usize, width: usize) -> &[f32] {
        &self.heads[head][self.reach + query - key..][..width]
    }
}

/// What attention makes of a head: `[head size][width]`, a column a query; what stands behind them means nothing.
pub(super) struct Context {
    pub(super) columns: Vec<f32>,
    pub(super) width: usize,
}

/// Attention of one head over one text.
pub(super) struct Attend<'a> {
    /// Those of the text's first tokens that attend to it, `[queries, hidden]`.
    pub(super) queries: &'a [f32],
    /// `[tokens, hidden]`, as are `values`.
    pub(super) keys: &'a [f32],
    pub(super) values: &'a [f32],
    pub(super) hidden: usize,
    pub(super) head: usize,
    pub(super) bias: &'a PositionBias,
}

impl WithSimd for Attend<'_> {
    type Output = Context;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Context {
        // Narrower than the tiles of the linear maps, as what stands out over a text's end is lost.
        if S::REGISTER_COUNT >= MANY_REGISTERS {
            self.in_tiles::<S, 8, 2>(simd)
        } else {
            self.in_tiles::<S, 4, 2>(simd)
        }
    }
}

impl Attend<'_> {
    fn size(&self) -> usize {
        self.hidden / self.bias.heads.len()
    }

    /// The columns of this head.
    fn columns(&self) -> Range<usize> {
        self.head * self.size()..(self.head + 1) * self.size()
    }

    #[inline(always)]
    fn in_tiles<S: Simd, const M: usize, const V: usize>(self, simd: S) -> Context {
        let panel_width = V * S::F32_LANES;
        let [attending, tokens] = [self.queries, self.keys].map(|rows| rows.len() / self.hidden);
        let width = attending.next_multiple_of(panel_width);
        let keys = self.key_blocks::<M>(tokens);
        let values = self.value_blocks::<M>(tokens);
        let mut queries = vec![0.0; self.size() * panel_width];
        let mut scores = vec![[simd.splat_f32s(0.0); V]; tokens];
        let mut columns = vec![0.0; self.size() * width];
        for start in (0..attending).step_by(panel_width) {
            self.pack_queries(start, panel_width, &mut queries);
            let peak = self.score::<S, M, V>(simd, &keys, panel::<S, V>(&queries), start, &mut scores);
            let factors = softmax(simd, &mut scores, peak);
            for (values, columns) in values.chunks_exact(tokens).zip(columns.chunks_mut(width * M)) {
                let sums = tile::<S, M, M, V>(simd, values, &scores, &[]);
                for (column, sums) in columns.chunks_exact_mut(width).zip(sums) {
                    let places = S::as_mut_simd_f32s(&mut column[start..start + panel_width]).0;
                    for ((place, sum), factor) in places.iter_mut().zip(sums).zip(factors) {
                        *place = simd.mul_f32s(sum, factor);
                    }
                }
            }
        }
        Context { columns, width }
    }

    /// The keys in blocks, `[block][head size][M keys]`.
    fn key_blocks<const M: usize>(&self, tokens: usize) -> Vec<[f32; M]> {
        let size = self.size();
        let mut blocks = vec![[0.0; M]; tokens.div_ceil(M) * size];
        for (token, row) in self.keys.chunks_exact(self.hidden).enumerate() {
            let block = &mut blocks[token / M * size..][..size];
            for (to, from) in block.iter_mut().zip(&row[self.columns()]) {
                to[token % M] = *from;
            }
        }
        blocks
    }

    /// The values in blocks, `[block][tokens][M of the head's columns]`.
    fn value_blocks<const M: usize>(&self, tokens: usize) -> Vec<[f32; M]> {
        let mut blocks = vec![[0.0; M]; self.size().div_ceil(M) * tokens];
        for (token, row) in self.values.chunks_exact(self.hidden).enumerate() {
            for (block, part) in row[self.columns()].chunks(M).enumerate() {
                blocks[block * tokens + token][..part.len()].copy_from_slice(part);
            }
        }
        blocks
    }

    /// The queries from `start` on as one panel, `[head size][width]`, scaled.
    fn pack_queries(&self, start: usize, width: usize, panel: &mut [f32]) {
        let scale = 1.0 / (self.size() as f32).sqrt();
        let rows = self.queries.chunks_exact(self.hidden).skip(start).take(width);
        for (place, row) in rows.enumerate() {
            for (to, from) in panel[place..].iter_mut().step_by(width).zip(&row[self.columns()]) {
                *to = from * scale;
            }
        }
    }

    /// Fills in `scores`, `[keys][queries]`, and gives the greatest of each query.
    #[inline(always)]
    fn score<S: Simd, const M: usize, const V: usize>(
        &self,
        simd: S,
        keys: &[[f32; M]],
        queries: &[[S::f32s; V]],
        start: usize,
        scores: &mut [[S::f32s; V]],
    ) -> [S::f32s; V] {
        let mut peak = [simd.splat_f32s(f32::MIN); V];
        let mut key = 0;
        for (keys, scores) in keys.chunks_exact(self.size()).zip(scores.chunks_mut(M)) {
            let sums = tile::<S, M, M, V>(simd, keys, queries, &[]);
            for (score, sums) in scores.iter_mut().zip(sums) {
                let bias = panel::<S, V>(self.bias.of(self.head, key, start, V * S::F32_LANES));
                *score = zip(sums, bias[0], |sum, bias| simd.add_f32s(sum, bias));
                peak = zip(peak, *score, |peak, score| simd.max_f32s(peak, score));
                key += 1;
            }
        }
        peak
    }
}

/// Replaces the scores by weights, of which it gives the factors that make their sum 1.
#[inline(always)]
fn softmax<S: Simd, const V: usize>(
    simd: S,
    scores: &mut [[S::f32s; V]],
    peak: [S::f32s; V],
) -> [S::f32s; V] {
    let mut sums = [simd.splat_f32s(0.0); V];
    for score in scores {
        *score = zip(*score, peak, |score, peak| exp(simd, simd.sub_f32s(score, peak)));
        sums = zip(sums, *score, |sum, weight| simd.add_f32s(sum, weight));
    }
    sums.map(|sum| simd.div_f32s(simd.splat_f32s(1.0), sum))
}

#[inline(always)]
fn zip<T: Copy, const V: usize>(mut left: [T; V], right: [T; V], with: impl Fn(T, T) -> T) -> [T; V] {
    for (left, right) in left.iter_mut().zip(right) {
        *left = with(*left, right);
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::isa::Isa;

    const HEADS: usize = 3;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1009) as f32 / 250.0 - 2.0).collect()
    }

    /// Attention as the paper has it, in double precision: `[tokens][size]`.
    fn plain(
        queries: &[f32],
        keys: &[f32],
        values: &[f32],
        bias: impl Fn(usize, usize) -> f32,
        size: usize,
    ) -> Vec<f64> {
        let row = |of: &[f32], token: usize| {
            of[token * size..][..size].iter().map(|x| f64::from(*x)).collect::<Vec<_>>()
        };
        let tokens = queries.len() / size;
        let mut context = Vec::new();
        for query in 0..tokens {
            let weight = |key| {
                let product: f64 = row(queries, query).iter().zip(row(keys, key)).map(|(a, b)| a * b).sum();
                (product / (size as f64).sqrt() + f64::from(bias(query, key))).exp()
            };
            let weights: Vec<f64> = (0..tokens).map(weight).collect();
            let sum: f64 = weights.iter().sum();
            for column in 0..size {
                let mixed: f64 = (0..tokens).map(|key| weights[key] * row(values, key)[column]).sum();
                context.push(mixed / sum);
            }
        }
        context
    }

    fn of_head(rows: &[f32], head: usize, size: usize) -> Vec<f32> {
        rows.chunks_exact(HEADS * size).flat_map(|row| &row[head * size..][..size]).copied().collect()
    }

    #[track_caller]
    fn check(tokens: usize, size: usize) {
        let hidden = HEADS * size;
        let [queries, keys, values] = [1, 2, 3].map(|seed| numbers(tokens * hidden, seed));
        let table = numbers(32 * HEADS, 4);
        let bias = PositionBias::new(&table, HEADS, 64);
        for (isa, head) in
            Isa::available().into_iter().flat_map(|isa| (0..HEADS).map(move |head| (isa, head)))
        {
            let attend =
                Attend { queries: &queries, keys: &keys, values: &values, hidden, head, bias: &bias };
            let Context { columns, width } = isa.run(attend);
            let [queries, keys, values] = [&queries, &keys, &values].map(|rows| of_head(rows, head, size));
            let bias = |query, key| table[relative_position_bucket(query, key, 32) * HEADS + head];
            let expected = plain(&queries, &keys, &values, bias, size);
            for (place, expected) in expected.iter().enumerate() {
                let off = (f64::from(columns[place % size * width + place / size]) - expected).abs();
                assert!(off < 1e-5, "{} at {place}: off by {off}", isa.name());
            }
        }
    }

    #[test]
    fn contexts_are_those_of_the_formula() {
        check(1, 8);
        check(2, 5);
        check(17, 8);
        check(33, 16);
        check(64, 12);
    }
}
