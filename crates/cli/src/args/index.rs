//! `index` and `embed`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use priorart_corpus::Format;
use priorart_index::{Precision as VectorPrecision, WriterOptions};

/// `priorart index`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart index ipg240102.zip
  priorart index dumps/ --passages abstract,claims,description
  priorart index dumps/ --no-embed && priorart embed

The same command completes what Ctrl-C or a crash cut short. A publication number that is indexed
already is replaced; if nothing in it has changed, its embeddings are kept.")]
pub(crate) struct IndexArgs {
    /// Dumps: files, archives, folders, or `-` for standard input
    #[arg(required = true, value_name = "DUMP")]
    pub(crate) dumps: Vec<PathBuf>,
    /// Take the dumps for this format, whatever they look like; `formats` lists them
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Build the keyword index only; `priorart embed` adds the rest
    #[arg(long)]
    pub(crate) no_embed: bool,
    /// What to embed
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS", default_value = "abstract,claims")]
    pub(crate) passages: Vec<PassageArg>,
    /// Commit at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) commit_every: u64,
    /// Leave the segments as they come; `priorart compact` merges them
    #[arg(long)]
    pub(crate) no_compact: bool,
    /// How much memory to take at most, the model's included: 800MB, 2GB, 1.5GiB
    #[arg(long, value_name = "SIZE", default_value = "2GB", value_parser = parse_size)]
    pub(crate) memory: u64,
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
}

/// How vectors are kept.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct StorageArgs {
    /// How exactly to keep the vectors that are written, those of merged segments included
    #[arg(long, value_enum, value_name = "PRECISION", default_value_t = VectorsArg::Int8)]
    pub(crate) vectors: VectorsArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VectorsArg {
    /// In two planes of one byte a number, of which a search reads one and rescores with both
    Int8,
    /// As half floats
    F16,
    /// As they are, 4 bytes a number
    F32,
}

impl StorageArgs {
    /// The rest of the writer's options with these.
    pub(crate) fn apply(self, options: WriterOptions) -> WriterOptions {
        WriterOptions { precision: self.vectors.into(), ..options }
    }
}

impl From<VectorsArg> for VectorPrecision {
    fn from(vectors: VectorsArg) -> Self {
        match vectors {
            VectorsArg::Int8 => Self::Int8,
            VectorsArg::F16 => Self::F16,
            VectorsArg::F32 => Self::F32,
        }
    }
}

/// A number of bytes: "800MB", "1.5 GiB", "2g".
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let split = text.find(|letter: char| letter.is_ascii_alphabetic()).unwrap_or(text.len());
    let unit: f64 = match text[split..].to_ascii_lowercase().as_str() {
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        "mib" => 1_048_576.0,
        "gib" => 1_073_741_824.0,
        _ => return Err("give a number and a unit: MB, GB, MiB or GiB".to_owned()),
    };
    let number = text[..split].trim().parse::<f64>().ok().filter(|number| (0.001..1e6).contains(number));
    number
        .map(|number| (number * unit) as u64)
        .ok_or_else(|| "give a number and a unit, such as 2GB".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PassageArg {
    /// Title and abstract
    Abstract,
    /// Each independent claim
    Claims,
    /// The description, in windows of paragraphs
    Description,
}

/// `priorart embed`
#[derive(Debug, Args)]
pub(crate) struct EmbedArgs {
    /// Commit at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) commit_every: u64,
    /// Leave the segments as they come; `priorart compact` merges them
    #[arg(long)]
    pub(crate) no_compact: bool,
    #[command(flatten)]
    pub(crate) storage: StorageArgs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_a_unit() {
        let sizes = ["2GB", "800mb", "1.5 GiB", "512MiB"].map(|text| parse_size(text).unwrap());
        assert_eq!(sizes, [2_000_000_000, 800_000_000, 1_610_612_736, 536_870_912]);
        for wrong in ["", "2", "GB", "-1GB", "2TB", "é", "1e99GB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
