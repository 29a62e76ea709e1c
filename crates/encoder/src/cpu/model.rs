//! The network on the CPU: the steps of [`Mpnet`] on packed weights.

use burn::module::Param;
use burn::nn;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::attention::{Attend, Context, PositionBias};
use super::isa::Isa;
use super::kernels::Kernels;
use super::linear::{Kernel, Linear, Pack};
use super::matrix::{Project, Then};
use super::norm::{AddAndNorm, Norm};
use crate::config::MpnetConfig;
use crate::mpnet::{Layer, Mpnet, position_ids};
use crate::pooling::Tokens;

/// `MPNet` for the CPU, with the weights of a [`Mpnet`].
#[derive(Debug)]
pub(crate) struct CpuMpnet {
    isa: Isa,
    /// The rows of a tile, of which every thread takes whole ones.
    tile: usize,
    hidden: usize,
    intermediate: usize,
    /// `[vocabulary, hidden]`.
    words: Vec<f32>,
    /// `[positions, hidden]`.
    positions: Vec<f32>,
    norm: Norm,
    bias: PositionBias,
    layers: Vec<CpuLayer>,
}

#[derive(Debug)]
struct CpuLayer {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    attention_norm: Norm,
    inner: Linear,
    outer: Linear,
    output_norm: Norm,
}

impl CpuMpnet {
    /// Takes the weights out of `mpnet`, which is used up layer by layer, so that they are never
    /// there twice.
    pub(crate) fn new(mpnet: Mpnet, config: &MpnetConfig, kernels: &Kernels) -> Self {
        let epsilon = config.layer_norm_eps as f32;
        let Mpnet { embeddings, encoder } = mpnet;
        // The layers first: what they free makes room for the copy of the large word table.
        let pack = |layer| CpuLayer::new(layer, kernels.product, epsilon);
        let layers = encoder.layers.into_iter().map(pack).collect();
        let table = values(encoder.relative_attention_bias.weight);
        Self {
            isa: kernels.isa,
            tile: kernels.product.tile().rows,
            hidden: config.hidden_size,
            intermediate: config.intermediate_size,
            words: values(embeddings.words.weight),
            positions: values(embeddings.positions.weight),
            norm: norm(embeddings.norm, epsilon),
            bias: PositionBias::new(&table, config.num_attention_heads, config.max_tokens()),
            layers,
        }
    }

    /// The last hidden states of those tokens of `texts` that are `wanted`, text by text,
    /// `[wanted tokens, hidden]` row by row.
    ///
    /// The work is split over `pieces` threads.
    pub(crate) fn forward(&self, texts: &[&[u32]], pieces: usize, wanted: Tokens) -> Vec<f32> {
        let all = Pass::new(self, texts, Tokens::All, pieces);
        let last = Pass::new(self, texts, wanted, pieces);
        let mut hidden = all.embed(texts);
        let mut buffers = all.buffers();
        for (place, layer) in self.layers.iter().enumerate() {
            let after = if place + 1 < self.layers.len() { &all } else { &last };
            all.layer(layer, after, &mut hidden, &mut buffers);
        }
        hidden
    }
}

impl CpuLayer {
    fn new(layer: Layer, kernel: Kernel, epsilon: f32) -> Self {
        let linear = |linear| linear_of(linear, kernel);
        Self {
            query: linear(layer.attention.query),
            key: linear(layer.attention.key),
            value: linear(layer.attention.value),
            output: linear(layer.attention.output),
            attention_norm: norm(layer.attention_norm, epsilon),
            inner: linear(layer.feed_forward.linear_inner),
            outer: linear(layer.feed_forward.linear_outer),
            output_norm: norm(layer.output_norm, epsilon),
        }
    }

    /// The words of the largest block of rows that it packs.
    fn block_words(&self) -> usize {
        self.inner.block_words().max(self.outer.block_words())
    }
}

fn linear_of(linear: nn::Linear, kernel: Kernel) -> Linear {
    let bias = linear.bias.map(values).unwrap_or_default();
    Linear::new(&values(linear.weight), &bias, kernel)
}

fn norm(norm: nn::LayerNorm, epsilon: f32) -> Norm {
    Norm { gamma: values(norm.gamma), beta: norm.beta.map(values).unwrap_or_default(), epsilon }
}

fn values<const D: usize>(param: Param<Tensor<D>>) -> Vec<f32> {
    let data = param.into_value().into_data();
    data.try_into_vec().expect("weights are loaded as 32-bit floats")
}

/// One run through the network with some texts, or with the first tokens of each.
struct Pass<'a> {
    model: &'a CpuMpnet,
    /// The rows of each text.
    lengths: Vec<usize>,
    rows: usize,
    /// The rows that one thread takes, in whole blocks.
    piece: usize,
    /// The threads that share the columns of a product: several where there are too few rows to share.
    columns_shared: usize,
}

/// With fewer rows a thread, threads share the columns of a product and not its rows: so each reads
/// only its share of the weights, which takes longer than the multiplying.
const FEW_ROWS: usize = 64;

/// What a layer makes on the way, kept so that the next one need not ask for memory again.
struct Buffers {
    blocks: Vec<u32>,
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    inner: Vec<f32>,
    outer: Vec<f32>,
}

impl Buffers {
    /// Keeps room for the rows of `pass` alone, in what a row by itself needs.
    fn shrink(&mut self, pass: &Pass) {
        let Self { blocks, inner, outer, .. } = self;
        blocks.truncate(pass.blocks());
        inner.truncate(pass.rows * pass.model.intermediate);
        outer.truncate(pass.rows * pass.model.hidden);
    }
}

impl<'a> Pass<'a> {
    fn new(model: &'a CpuMpnet, texts: &[&[u32]], tokens: Tokens, pieces: usize) -> Self {
        let lengths: Vec<usize> = texts.iter().map(|ids| tokens.of(ids.len())).collect();
        let rows: usize = lengths.iter().sum();
        let few = rows < FEW_ROWS * pieces;
        let (row_pieces, columns_shared) = if few { (1, pieces) } else { (pieces, 1) };
        let piece = rows.div_ceil(row_pieces).next_multiple_of(model.tile);
        Self { model, lengths, rows, piece, columns_shared }
    }

    fn buffers(&self) -> Buffers {
        let CpuMpnet { hidden, intermediate, .. } = self.model;
        let of_width = |width: &usize| vec![0.0; self.rows * width];
        Buffers {
            blocks: vec![0; self.blocks()],
            queries: of_width(hidden),
            keys: of_width(hidden),
            values: of_width(hidden),
            inner: of_width(intermediate),
            outer: of_width(hidden),
        }
    }

    /// The words that the packed rows take.
    fn blocks(&self) -> usize {
        let block = self.model.layers.first().map_or(0, CpuLayer::block_words);
        self.rows.div_ceil(self.model.tile) * block
    }

    /// The sum of each token's and each position's vector, normalised.
    fn embed(&self, texts: &[&[u32]]) -> Vec<f32> {
        let hidden = self.model.hidden;
        let gather = |table: &[f32], ids: Vec<u32>| -> Vec<f32> {
            let row = |id: u32| table[id as usize * hidden..][..hidden].iter().copied();
            ids.into_iter().flat_map(row).collect()
        };
        let mut rows = gather(&self.model.words, texts.concat());
        let positions = texts.iter().flat_map(|ids| position_ids(ids)).collect();
        self.add_and_norm(&mut rows, &gather(&self.model.positions, positions), &self.model.norm);
        rows
    }

    /// A layer, of whose outcome only the rows of `after` are made.
    fn layer(&self, layer: &CpuLayer, after: &Self, hidden: &mut Vec<f32>, buffers: &mut Buffers) {
        let Buffers { blocks, queries, keys, values, outer, .. } = buffers;
        self.pack(hidden, &layer.query, blocks);
        self.project(blocks, &layer.query, Then::Nothing, queries);
        self.project(blocks, &layer.key, Then::Nothing, keys);
        self.project(blocks, &layer.value, Then::Nothing, values);
        self.attend(after, [queries, keys, values], outer);
        if after.rows < self.rows {
            *hidden = self.keep(after, hidden);
            buffers.shrink(after);
        }
        after.transform(layer, hidden, buffers);
    }

    /// Of `rows`, `[rows, hidden]`, those of `after`.
    fn keep(&self, after: &Self, rows: &[f32]) -> Vec<f32> {
        let mut rest = rows;
        let mut kept = Vec::with_capacity(after.rows * self.model.hidden);
        for (length, wanted) in self.lengths.iter().zip(&after.lengths) {
            let (text, others) = rest.split_at(length * self.model.hidden);
            kept.extend_from_slice(&text[..wanted * self.model.hidden]);
            rest = others;
        }
        kept
    }

    /// What a layer does with each row by itself, once the others have been attended to.
    fn transform(&self, layer: &CpuLayer, hidden: &mut [f32], buffers: &mut Buffers) {
        let Buffers { blocks, inner, outer, .. } = buffers;
        self.pack(outer, &layer.output, blocks);
        self.project(blocks, &layer.output, Then::Nothing, outer);
        self.add_and_norm(hidden, outer, &layer.attention_norm);
        self.pack(hidden, &layer.inner, blocks);
        self.project(blocks, &layer.inner, Then::Gelu, inner);
        self.pack(inner, &layer.outer, blocks);
        self.project(blocks, &layer.outer, Then::Nothing, outer);
        self.add_and_norm(hidden, outer, &layer.output_norm);
    }

    /// Lays `rows` out as `linear` takes them.
    fn pack(&self, rows: &[f32], linear: &Linear, blocks: &mut [u32]) {
        let (kernel, width) = (linear.kernel, rows.len() / self.rows);
        blocks
            .par_chunks_mut(self.piece / self.model.tile * linear.block_words())
            .zip(rows.par_chunks(self.piece * width))
            .for_each(|(blocks, rows)| self.model.isa.run(Pack { kernel, rows, width, blocks }));
    }

    /// Applies a linear map to packed rows: `[rows, outputs]`.
    fn project(&self, blocks: &[u32], linear: &Linear, then: Then, output: &mut [f32]) {
        if self.columns_shared > 1 {
            return self.project_by_columns(blocks, linear, then, output);
        }
        let (isa, panels) = (self.model.isa, linear.panels());
        output
            .par_chunks_mut(self.piece * linear.outputs())
            .zip(blocks.par_chunks(self.piece / self.model.tile * linear.block_words()))
            .for_each(|(output, blocks)| {
                isa.run(Project { blocks, linear, panels: panels.clone(), then, output });
            });
    }

    fn project_by_columns(&self, blocks: &[u32], linear: &Linear, then: Then, output: &mut [f32]) {
        let all = linear.panels();
        let share = all.len().div_ceil(self.columns_shared);
        let shares: Vec<_> =
            all.clone().step_by(share).map(|first| first..all.end.min(first + share)).collect();
        let made: Vec<_> = shares
            .into_par_iter()
            .with_max_len(1)
            .map(|panels| {
                let columns = linear.columns(&panels);
                let mut output = vec![0.0; self.rows * columns.len()];
                self.model.isa.run(Project { blocks, linear, panels, then, output: &mut output });
                (columns, output)
            })
            .collect();
        for (columns, made) in made {
            let rows = output.chunks_exact_mut(linear.outputs());
            for (row, made) in rows.zip(made.chunks_exact(columns.len())) {
                row[columns.clone()].copy_from_slice(made);
            }
        }
    }

    fn add_and_norm(&self, rows: &mut [f32], added: &[f32], norm: &Norm) {
        let piece = self.piece * self.model.hidden;
        rows.par_chunks_mut(piece)
            .zip(added.par_chunks(piece))
            .for_each(|(rows, added)| self.model.isa.run(AddAndNorm { rows, added, norm }));
    }

    /// Attention of the tokens of `after` to their texts, `[rows of after, hidden]`.
    fn attend(&self, after: &Self, queries_keys_values: [&[f32]; 3], output: &mut [f32]) {
        let CpuMpnet { isa, hidden, bias, .. } = self.model;
        let heads = bias.heads();
        let pieces = self.rows.div_ceil(self.piece) * self.columns_shared;
        let (mut start, mut done) = (0, 0);
        for (length, attending) in self.lengths.iter().zip(&after.lengths) {
            let rows = start * hidden..(start + length) * hidden;
            let [queries, keys, values] = queries_keys_values.map(|all| &all[rows.clone()]);
            let queries = &queries[..attending * hidden];
            let contexts: Vec<Context> = (0..heads)
                .into_par_iter()
                .with_min_len(heads.div_ceil(pieces))
                .map(|head| isa.run(Attend { queries, keys, values, hidden: *hidden, head, bias }))
                .collect();
            let rows = output[done * hidden..(done + attending) * hidden].chunks_exact_mut(*hidden);
            for (token, row) in rows.enumerate() {
                for (context, row) in contexts.iter().zip(row.chunks_exact_mut(hidden / heads)) {
                    let column = context.columns[token..].iter().step_by(context.width);
                    row.iter_mut().zip(column).for_each(|(to, from)| *to = *from);
                }
            }
            start += length;
            done += attending;
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{DType, Device};

    use super::*;
    use crate::cpu::linear::TileSize;
    use crate::fixture;
    use crate::mpnet::Batch;
    use crate::weights;

    /// Texts of 1 to 64 tokens that use every id of the tiny model, `<pad>` among them.
    fn texts() -> Vec<Vec<u32>> {
        [1, 2, 7, 8, 9, 31, 33, 64]
            .map(|length| (0..length).map(|i| (i * 13 + length) % 69).collect())
            .to_vec()
    }

    fn load() -> (Mpnet, MpnetConfig) {
        let config = MpnetConfig::read(&fixture::directory()).unwrap();
        let file = weights::weights_file(&fixture::directory()).unwrap();
        (weights::load(&file, &config, &Device::flex(), DType::F32).unwrap(), config)
    }

    /// All instruction sets, over so many threads, give what the burn module gives.
    #[track_caller]
    fn check(pieces: usize, wanted: Tokens) {
        let texts = texts();
        let ids: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let (mpnet, config) = load();
        let of_burn = |ids: &&[u32]| mpnet.forward(Batch::new(&[ids], &Device::flex()), wanted).into_data();
        let expected: Vec<f32> =
            ids.iter().flat_map(|ids| of_burn(ids).iter::<f32>().collect::<Vec<_>>()).collect();
        for isa in Isa::available() {
            let found =
                CpuMpnet::new(load().0, &config, &Kernels { isa, product: Kernel::F32(TileSize::of(isa)) })
                    .forward(&ids, pieces, wanted);
            assert_eq!(found.len(), expected.len());
            let off = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(off < 1e-5, "{} in {pieces} pieces is off by {off}", isa.name());
        }
    }

    #[test]
    fn every_instruction_set_gives_what_the_burn_module_gives() {
        check(1, Tokens::All);
        check(1, Tokens::First);
    }

    #[test]
    fn work_may_be_split_over_threads() {
        for pieces in [2, 5, 1000] {
            check(pieces, Tokens::All);
            check(pieces, Tokens::First);
        }
    }
}
