//! What may be typed after `push`.

use clap::Args;
use priorart_corpus::PatentNumber;

/// `priorart push`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart push --to milvus://127.0.0.1:19530/patents
  MILVUS_USER=loader MILVUS_PASSWORD=… priorart push --to 'milvus://db.example:19530/patents?tls=true' --shards 8
  priorart push --to milvus://127.0.0.1:19530/patents --prune
  priorart push --to milvus://127.0.0.1:19530/patents --delete US8926509B2

A patent that is there as it is, is left alone: the same command goes on where Ctrl-C or a crash cut it short,
and brings a collection up to date (docs/scale.md).")]
pub(crate) struct PushArgs {
    /// The collection: `milvus://[user:password@]host[:port]/collection[?tls=true&db=NAME&ca=FILE&timeout=SECONDS]`
    #[arg(long, value_name = "URL", env = "PRIORART_ENGINE", hide_env_values = true)]
    pub(crate) to: String,
    /// Batches that are under way at once
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) parallel: u32,
    /// Then remove the patents that the index does not have
    #[arg(long)]
    pub(crate) prune: bool,
    /// Remove this patent and push nothing; may be given more than once
    #[arg(long, value_name = "NUMBER", value_parser = str::parse::<PatentNumber>, conflicts_with = "prune")]
    pub(crate) delete: Vec<PatentNumber>,
    /// Shards of a collection that is made: writers that share the load
    #[arg(long, value_name = "COUNT", default_value_t = 1, help_heading = "A new collection")]
    pub(crate) shards: u32,
    /// Copies in memory: searchers that share the load
    #[arg(long, value_name = "COUNT", default_value_t = 1, help_heading = "A new collection")]
    pub(crate) replicas: u32,
    /// Partitions over which the years of publication are spread
    #[arg(long, value_name = "COUNT", default_value_t = 64, help_heading = "A new collection")]
    pub(crate) partitions: u32,
    /// The index over the vectors: HNSW, DISKANN, `IVF_RABITQ`, `IVF_FLAT`, FLAT, AUTOINDEX
    #[arg(long, value_name = "TYPE", default_value = "HNSW", help_heading = "A new collection")]
    pub(crate) index_type: String,
}
