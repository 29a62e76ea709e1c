//! The network on the CPU: the steps of [`Mpnet`] on packed weights.

use burn::module::Param;
use burn::nn;
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::attention::{Attend, Context, PositionBias};
use super::isa::Isa;
use super::matrix::{Linear, Project, Then, TileSize, pack_rows};
use super::norm::{AddAndNorm, Norm};
use crate::config::MpnetConfig;
use crate::mpnet::{Layer, Mpnet, position_ids};

/// `MPNet` for the CPU, with the weights of a [`Mpnet`].
#[derive(Debug)]
pub(crate) struct CpuMpnet {
    isa: Isa,
    tile: TileSize,
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
    pub(crate) fn new(mpnet: Mpnet, config: &MpnetConfig, isa: Isa) -> Self {
        let (tile, epsilon) = (TileSize::of(isa), config.layer_norm_eps as f32);
        let Mpnet { embeddings, encoder } = mpnet;
        // The layers first: what they free makes room for the copy of the large word table.
        let layers = encoder.layers.into_iter().map(|layer| CpuLayer::new(layer, tile, epsilon)).collect();
        let table = values(encoder.relative_attention_bias.weight);
        Self {
            isa,
            tile,
            hidden: config.hidden_size,
            intermediate: config.intermediate_size,
            words: values(embeddings.words.weight),
            positions: values(embeddings.positions.weight),
            norm: norm(embeddings.norm, epsilon),
            bias: PositionBias::new(&table, config.num_attention_heads, config.max_tokens()),
            layers,
        }
    }

    /// The last hidden states of `texts`, one after the other, `[all tokens, hidden]` row by row.
    ///
    /// The work is split over `pieces` threads.
    pub(crate) fn forward(&self, texts: &[&[u32]], pieces: usize) -> Vec<f32> {
        let pass = Pass::new(self, texts, pieces);
        let mut hidden = pass.embed(texts);
        let mut buffers = pass.buffers();
        for layer in &self.layers {
            pass.layer(layer, &mut hidden, &mut buffers);
        }
        hidden
    }
}

impl CpuLayer {
    fn new(layer: Layer, tile: TileSize, epsilon: f32) -> Self {
        let linear = |linear| linear_of(linear, tile);
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
}

fn linear_of(linear: nn::Linear, tile: TileSize) -> Linear {
    let bias = linear.bias.map(values).unwrap_or_default();
    Linear::new(&values(linear.weight), &bias, tile)
}

fn norm(norm: nn::LayerNorm, epsilon: f32) -> Norm {
    Norm { gamma: values(norm.gamma), beta: norm.beta.map(values).unwrap_or_default(), epsilon }
}

fn values<const D: usize>(param: Param<Tensor<D>>) -> Vec<f32> {
    let data = param.into_value().into_data();
    data.try_into_vec().expect("weights are loaded as 32-bit floats")
}

/// One run through the network with some texts.
struct Pass<'a> {
    model: &'a CpuMpnet,
    lengths: Vec<usize>,
    rows: usize,
    /// The rows that one thread takes, in whole blocks.
    piece: usize,
}

/// What a layer makes on the way, kept so that the next one need not ask for memory again.
struct Buffers {
    blocks: Vec<f32>,
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    inner: Vec<f32>,
    outer: Vec<f32>,
}

impl<'a> Pass<'a> {
    fn new(model: &'a CpuMpnet, texts: &[&[u32]], pieces: usize) -> Self {
        let lengths: Vec<usize> = texts.iter().map(|ids| ids.len()).collect();
        let rows: usize = lengths.iter().sum();
        Self { model, lengths, rows, piece: rows.div_ceil(pieces).next_multiple_of(model.tile.rows) }
    }

    fn buffers(&self) -> Buffers {
        let CpuMpnet { hidden, intermediate, tile, .. } = self.model;
        let of_width = |width: &usize| vec![0.0; self.rows * width];
        Buffers {
            blocks: vec![0.0; self.rows.next_multiple_of(tile.rows) * hidden.max(intermediate)],
            queries: of_width(hidden),
            keys: of_width(hidden),
            values: of_width(hidden),
            inner: of_width(intermediate),
            outer: of_width(hidden),
        }
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

    fn layer(&self, layer: &CpuLayer, hidden: &mut [f32], buffers: &mut Buffers) {
        let Buffers { blocks, queries, keys, values, inner, outer } = buffers;
        self.pack(hidden, blocks);
        self.project(blocks, &layer.query, Then::Nothing, queries);
        self.project(blocks, &layer.key, Then::Nothing, keys);
        self.project(blocks, &layer.value, Then::Nothing, values);
        self.attend([queries, keys, values], blocks);
        self.project(blocks, &layer.output, Then::Nothing, outer);
        self.add_and_norm(hidden, outer, &layer.attention_norm);
        self.pack(hidden, blocks);
        self.project(blocks, &layer.inner, Then::Gelu, inner);
        self.pack(inner, blocks);
        self.project(blocks, &layer.outer, Then::Nothing, outer);
        self.add_and_norm(hidden, outer, &layer.output_norm);
    }

    /// Lays `rows` out as the next linear map takes them.
    fn pack(&self, rows: &[f32], blocks: &mut [f32]) {
        let width = rows.len() / self.rows;
        let piece = self.piece * width;
        blocks
            .par_chunks_mut(piece)
            .zip(rows.par_chunks(piece))
            .for_each(|(blocks, rows)| pack_rows(rows, width, self.model.tile.rows, blocks));
    }

    /// Applies a linear map to packed rows: `[rows, outputs]`.
    fn project(&self, blocks: &[f32], linear: &Linear, then: Then, output: &mut [f32]) {
        output
            .par_chunks_mut(self.piece * linear.outputs())
            .zip(blocks.par_chunks(self.piece * linear.inputs()))
            .for_each(|(output, blocks)| self.model.isa.run(Project { blocks, linear, then, output }));
    }

    fn add_and_norm(&self, rows: &mut [f32], added: &[f32], norm: &Norm) {
        let piece = self.piece * self.model.hidden;
        rows.par_chunks_mut(piece)
            .zip(added.par_chunks(piece))
            .for_each(|(rows, added)| self.model.isa.run(AddAndNorm { rows, added, norm }));
    }

    /// Attention of each text to itself, its result packed into `blocks`.
    fn attend(&self, queries_keys_values: [&[f32]; 3], blocks: &mut [f32]) {
        let CpuMpnet { isa, hidden, bias, .. } = self.model;
        let (heads, pieces) = (bias.heads(), self.rows.div_ceil(self.piece));
        let mut start = 0;
        for length in &self.lengths {
            let rows = start * hidden..(start + length) * hidden;
            let [queries, keys, values] = queries_keys_values.map(|all| &all[rows.clone()]);
            let contexts: Vec<Context> = (0..heads)
                .into_par_iter()
                .with_min_len(heads.div_ceil(pieces))
                .map(|head| isa.run(Attend { queries, keys, values, hidden: *hidden, head, bias }))
                .collect();
            for (head, context) in contexts.iter().enumerate() {
                self.pack_context(context, head * hidden / heads, start, *length, blocks);
            }
            start += length;
        }
    }

    /// Puts one head's result for the text of `length` rows from `start` on into `blocks`, where its
    /// first column is `column`.
    fn pack_context(
        &self,
        context: &Context,
        column: usize,
        start: usize,
        length: usize,
        blocks: &mut [f32],
    ) {
        let (hidden, block_rows) = (self.model.hidden, self.model.tile.rows);
        let mut row = start;
        while row < start + length {
            let block_end = (row + 1).next_multiple_of(block_rows).min(start + length);
            let block = &mut blocks[row / block_rows * block_rows * hidden + column * block_rows..];
            for (to, from) in
                block.chunks_exact_mut(block_rows).zip(context.columns.chunks_exact(context.width))
            {
                to[row % block_rows..][..block_end - row]
                    .copy_from_slice(&from[row - start..block_end - start]);
            }
            row = block_end;
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
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
        (weights::load(&file, &config, &Device::flex()).unwrap(), config)
    }

    /// All instruction sets, over so many threads, give what the burn module gives.
    #[track_caller]
    fn check(pieces: usize) {
        let texts = texts();
        let ids: Vec<&[u32]> = texts.iter().map(Vec::as_slice).collect();
        let (mpnet, config) = load();
        let of_burn = |ids: &&[u32]| mpnet.forward(Batch::new(&[ids], &Device::flex())).into_data();
        let expected: Vec<f32> =
            ids.iter().flat_map(|ids| of_burn(ids).iter::<f32>().collect::<Vec<_>>()).collect();
        for isa in Isa::available() {
            let found = CpuMpnet::new(load().0, &config, isa).forward(&ids, pieces);
            assert_eq!(found.len(), expected.len());
            let off = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(off < 1e-5, "{} in {pieces} pieces is off by {off}", isa.name());
        }
    }

    #[test]
    fn every_instruction_set_gives_what_the_burn_module_gives() {
        check(1);
    }

    #[test]
    fn work_may_be_split_over_threads() {
        check(2);
        check(5);
        check(1000);
    }
}
