//! What may be typed after `search` and the commands that search as well.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use priorart_query::{FLOOR, KEYWORD_WEIGHT, RRF_K};

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
  priorart search 'graphene anode' --engine milvus://127.0.0.1:19530/patents
  priorart search 'driverless car' --rerank 50 --reranker judge

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
    #[command(flatten)]
    pub(crate) engine: EngineArg,
    /// Say how the query is understood, and do not search
    #[arg(long)]
    pub(crate) translate: bool,
}

/// What is searched.
#[derive(Debug, Args)]
pub(crate) struct EngineArg {
    /// Search a collection of Milvus instead of the index: `milvus://[user:password@]host[:port]/collection`
    #[arg(long, value_name = "URL", env = "PRIORART_ENGINE", hide_env_values = true)]
    pub(crate) engine: Option<String>,
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
    /// How many of the first hits a cross-encoder reads with the query and puts in its order
    #[arg(long, value_name = "HITS", default_value_t = 0, help_heading = "Ranking", requires = "reranker")]
    pub(crate) rerank: usize,
    /// The cross-encoder: a name on the hub or a directory, such as `train --cross-encoder` makes
    #[arg(long, value_name = "NAME|DIR", env = "PRIORART_RERANKER", help_heading = "Ranking")]
    pub(crate) reranker: Option<String>,
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
    #[command(flatten)]
    pub(crate) engine: EngineArg,
}

/// `priorart repl`
#[derive(Debug, Args)]
pub(crate) struct ReplArgs {
    #[command(flatten)]
    pub(crate) engine: EngineArg,
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
        #[command(flatten)]
        engine: EngineArg,
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
        #[command(flatten)]
        engine: EngineArg,
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
