//! What may be typed after `distance`.

use clap::{Args, ValueEnum};

/// `priorart distance`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart distance US8926509B2 US9269950B2
  priorart distance disclosure.txt US8926509B2 'an anode of graphene' --per passage
  priorart distance US8926509B2 US9269950B2 US9490477B2 --format svg > matrix.svg
  priorart distance --above 0.95 > near.csv

A number stands for the indexed patent, a file's name for its text, anything else for itself. What is printed is
the cosine: 1 for the same direction, the distance is 1 less the cosine. Between patents it is that of the means
of their passages. With --above, all pairs of the index are written as they are found.")]
pub(crate) struct DistanceArgs {
    /// Publication numbers, files and texts, two at least
    #[arg(required_unless_present = "above", conflicts_with = "above", num_args = 1.., value_name = "NUMBER|FILE|TEXT")]
    pub(crate) items: Vec<String>,
    /// What is compared
    #[arg(long, value_enum, default_value_t = Per::Patent)]
    pub(crate) per: Per,
    /// How to print the matrix
    #[arg(long, value_enum, default_value_t = MatrixFormat::Table)]
    pub(crate) format: MatrixFormat,
    /// Write every pair of the index whose cosine is at least this
    #[arg(long, value_name = "COSINE", value_parser = cosine)]
    pub(crate) above: Option<f32>,
}

fn cosine(text: &str) -> Result<f32, String> {
    let cosine = text.parse().ok().filter(|cosine: &f32| (-1.0..=1.0).contains(cosine));
    cosine.ok_or_else(|| "give a number from -1 to 1".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Per {
    /// Whole patents and texts
    Patent,
    /// Their passages: abstract, claims, windows of the description
    Passage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For people
    Table,
    /// Comma-separated values
    Csv,
    /// A heat map
    Svg,
}
