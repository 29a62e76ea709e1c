//! `priorart parts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use priorart_corpus::Format;

use super::PassageArg;

#[derive(Debug, Subcommand)]
pub(crate) enum PartsCommand {
    /// List dumps into a manifest of shards, each the work of one run
    Plan(PlanArgs),
    /// Parse and embed one shard, and write its part
    Run(RunArgs),
    /// Build the index from parts
    Import(ImportArgs),
}

/// `priorart parts plan`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart parts plan dumps/ --output plan.json
  priorart parts plan ipg2401*.zip --records 500 --output /shared/plan.json
  priorart parts plan dumps/ --passages abstract,claims,description --precision bf16 --output plan.json

The dumps are read once, to count their records and to know them again. Their paths go into the manifest as
absolute ones: every machine has to find them there.")]
pub(crate) struct PlanArgs {
    /// Dumps: files, archives or folders
    #[arg(required = true, value_name = "DUMP")]
    pub(crate) dumps: Vec<PathBuf>,
    /// Where to write the manifest
    #[arg(short, long, value_name = "MANIFEST")]
    pub(crate) output: PathBuf,
    /// Records of a shard: some minutes of work for two cores, some seconds for a GPU
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) records: u64,
    /// Take the dumps for this format, whatever they look like; `formats` lists them
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,
    /// What to embed
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS", default_value = "abstract,claims")]
    pub(crate) passages: Vec<PassageArg>,
}

/// `priorart parts run`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart parts run 1 --manifest plan.json --output parts/
  priorart parts run 17 --manifest plan.json --output s3://bucket/parts

A part that is there is left as it is. The same shard, model and settings make the same bytes, so a shard may be
run as often as one likes, by whom one likes. deploy/ray/embed.py runs all shards on a Ray cluster.

Endpoint, region and credentials of an object store are taken from the environment (AWS_ENDPOINT_URL, AWS_REGION,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY; AWS_ALLOW_HTTP=true where it has no TLS).")]
pub(crate) struct RunArgs {
    /// The number of the shard, from 1
    pub(crate) shard: u32,
    /// What `parts plan` wrote
    #[arg(long, value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// Where the part goes: a folder or `s3://BUCKET/PREFIX`
    #[arg(short, long, value_name = "DIR|s3://…")]
    pub(crate) output: String,
}

/// `priorart parts import`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart parts import parts/ --index priorart.index
  priorart parts import s3://bucket/2024 s3://bucket/2025

All parts of a plan have to be there, whole and made by one model; nothing is imported otherwise. Of two records
with one number the later wins, in the order of the dumps, as with `index`. The same command completes what was
cut short.")]
pub(crate) struct ImportArgs {
    /// Folders of parts, or `s3://BUCKET/PREFIX`
    #[arg(required = true, value_name = "DIR|s3://…")]
    pub(crate) parts: Vec<String>,
    /// Commit at least this often
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) commit_every: u64,
    /// Leave the segments as they come; `priorart compact` merges them
    #[arg(long)]
    pub(crate) no_compact: bool,
    /// How much memory to take at most: 800MB, 2GB, 1.5GiB
    #[arg(long, value_name = "SIZE", default_value = "2GB", value_parser = super::index::parse_size)]
    pub(crate) memory: u64,
}
