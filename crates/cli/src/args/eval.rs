//! What may be typed after `eval`.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::PossibleValuesParser};
use priorart_analysis::RetrievalMeasures;

use super::classify::BasisArg;

/// `priorart eval`
#[derive(Debug, Subcommand)]
pub(crate) enum EvalCommand {
    /// Compare cosines with people's scores of likeness
    Sts(StsArgs),
    /// Classify by nearest neighbours and compare with the true classes
    Classify(EvalClassifyArgs),
    /// Judge rankings: by words, by meaning, and fused
    Retrieval(RetrievalArgs),
    /// Find the fusion weights that do best on your own judgements
    Tune(TuneArgs),
}

/// `priorart eval sts`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart eval sts pairs.csv
  priorart eval sts sts-test.tsv --model sentence-transformers/all-mpnet-base-v2 --json

The file has the columns anchor, target and score, or sentence1, sentence2 and score; others are ignored. With
--json the last line is {\"pearson\":…,\"spearman\":…,\"pairs\":…}.")]
pub(crate) struct StsArgs {
    /// Pairs of texts with scores: comma-separated, or .tsv by tabs
    #[arg(value_name = "PAIRS.csv")]
    pub(crate) pairs: PathBuf,
}

/// `priorart eval classify`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart eval classify --train train.csv --test test.csv
  priorart eval classify --index priorart.index --sample 2000

A file has a column text and either a column labels (\"A01B;H01M\") or a column of 0 and 1 for each subclass. Without
files the index's patents are classified, each by its neighbours among the others: without its family, those of
the same text, and the tags of section Y.")]
pub(crate) struct EvalClassifyArgs {
    /// The neighbours: texts with classes
    #[arg(long, value_name = "A.csv", requires = "test")]
    pub(crate) train: Option<PathBuf>,
    /// Texts to classify, with their true classes
    #[arg(long, value_name = "B.csv", requires = "train")]
    pub(crate) test: Option<PathBuf>,
    /// How many neighbours must have a class
    #[arg(long, default_value_t = 3, value_name = "COUNT")]
    pub(crate) votes: usize,
    /// Classify this many of the index's patents, evenly spread
    #[arg(long, value_name = "COUNT", conflicts_with = "train")]
    pub(crate) sample: Option<usize>,
    /// Which passages of the index are compared [default: claims, unless the index has none]
    #[arg(long, value_enum, conflicts_with = "train")]
    pub(crate) by: Option<BasisArg>,
}

/// What is searched for, and what ought to be found.
#[derive(Debug, Args)]
pub(crate) struct JudgedQueries {
    /// Queries: an id, a tab and a text or a publication number a line; or TREC topics
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: Option<PathBuf>,
    /// Judgements: query, 0, document, relevance a line (TREC qrels)
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    /// Search for the prior art of queries that are numbers: from their claims, among what was published
    /// before their priority
    #[arg(long, requires = "queries")]
    pub(crate) prior_art: bool,
    /// What p-values are of, and what is tuned
    #[arg(long, default_value = "ndcg@10", value_parser = PossibleValuesParser::new(RetrievalMeasures::NAMES))]
    pub(crate) measure: String,
}

impl JudgedQueries {
    /// The measure's place in [`RetrievalMeasures::NAMES`].
    pub(crate) fn measure(&self) -> usize {
        RetrievalMeasures::NAMES.iter().position(|name| *name == self.measure).unwrap_or_default()
    }
}

/// `priorart eval retrieval`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart eval retrieval --queries topics.tsv --qrels qrels.txt
  priorart eval retrieval --queries numbers.tsv --qrels citations.txt --prior-art --per-query queries.csv
  priorart eval retrieval --qrels qrels.txt --run one.run --run other.run

Measures as trec_eval's; queries that are judged and not answered count 0. p is of Fisher's randomisation test on
the queries' values, against the first line. A query that is an indexed patent's number is searched from that
patent; it, its family with --prior-art, and publications of the same abstract are left out.")]
pub(crate) struct RetrievalArgs {
    #[command(flatten)]
    pub(crate) judged: JudgedQueries,
    /// A ranking made elsewhere (TREC run); may be given more than once
    #[arg(long, value_name = "FILE", required_unless_present = "queries")]
    pub(crate) run: Vec<PathBuf>,
    /// Weights of the keyword ranking to try beside the usual one
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "WEIGHTS",
        default_value = "0.1,0.25,0.5,1,2",
        requires = "queries"
    )]
    pub(crate) weights: Vec<f64>,
    /// Write every query's measures here, comma-separated
    #[arg(long, value_name = "FILE")]
    pub(crate) per_query: Option<PathBuf>,
    /// Write the rankings into this folder, a TREC run each
    #[arg(long, value_name = "DIR", requires = "queries")]
    pub(crate) save_runs: Option<PathBuf>,
}

/// `priorart eval tune`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart eval tune --queries numbers.tsv --qrels mine.txt
  priorart eval tune --queries topics.tsv --qrels mine.txt --measure recall@100

Says what to pass to `search`, what it does on your queries, and what to expect on others: each half of the queries
under what does best on the other half.")]
pub(crate) struct TuneArgs {
    #[command(flatten)]
    pub(crate) judged: JudgedQueries,
}
