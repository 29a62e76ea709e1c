//! What may be typed after `classify`.

use clap::{Args, ValueEnum};
use priorart_analysis::Basis;

/// `priorart classify`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart classify 'A battery electrode comprising graphene and silicon particles.'
  priorart classify US8926509B2
  priorart classify - --neighbours 10 < claim.txt

The CPC subclasses of the nearest patents of the index, by exact cosine: a class is given where at least 3 of 8
neighbours have it, as in the PatentSBERTa paper. The patent itself and its family are left out, and so are the
tags of section Y. Exit code 1: no class has votes enough.")]
pub(crate) struct ClassifyArgs {
    /// A text, best a first claim; a publication number; or `-` for standard input
    #[arg(required = true, value_name = "TEXT|NUMBER")]
    pub(crate) input: Vec<String>,
    #[command(flatten)]
    pub(crate) rule: RuleArgs,
    /// Which passages are compared [default: claims, unless the index has none]
    #[arg(long, value_enum)]
    pub(crate) by: Option<BasisArg>,
}

/// How many neighbours give a class.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct RuleArgs {
    /// How many neighbours are asked
    #[arg(short = 'k', long, default_value_t = 8, value_name = "COUNT")]
    pub(crate) neighbours: usize,
    /// How many of them must have a class
    #[arg(long, default_value_t = 3, value_name = "COUNT")]
    pub(crate) votes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BasisArg {
    /// First claims
    Claim,
    /// Titles and abstracts
    Abstract,
}

impl From<BasisArg> for Basis {
    fn from(arg: BasisArg) -> Self {
        match arg {
            BasisArg::Claim => Self::FirstClaim,
            BasisArg::Abstract => Self::Abstract,
        }
    }
}
