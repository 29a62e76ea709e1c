//! What may be typed after `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::EngineArg;

/// `priorart serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  priorart serve
  priorart serve --listen 0.0.0.0:7700 --token-file tokens.txt
  PRIORART_TOKENS=$(openssl rand -hex 16) priorart serve --listen '[::]:7700'
  priorart serve --engine milvus://127.0.0.1:19530/patents

The pages are at http://127.0.0.1:7700/, the API is described at /api/docs. A new commit of the index is served as
soon as it is there. Ctrl-C and SIGTERM stop the server when it has answered what runs.

A token is written TOKEN, or TOKEN:N where it allows N requests a second. Programs send it as
`Authorization: Bearer TOKEN`; browsers ask for it as a password.")]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) engine: EngineArg,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7700", env = "PRIORART_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// A token that lets its holder in; may be given more than once
    #[arg(
        long,
        value_name = "TOKEN",
        env = "PRIORART_TOKENS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub(crate) token: Vec<String>,
    /// A file of tokens, one a line; lines that begin with # are passed over
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Let everybody in, at whatever address
    #[arg(long, conflicts_with_all = ["token", "token_file"])]
    pub(crate) open: bool,
    /// Searches that run at a time [default: 4 for each processor, at least 8]
    #[arg(long, value_name = "COUNT", help_heading = "Limits")]
    pub(crate) running: Option<usize>,
    /// Searches that may wait for their turn [default: 32 for each processor, at least 64]
    #[arg(long, value_name = "COUNT", help_heading = "Limits")]
    pub(crate) waiting: Option<usize>,
    /// Seconds that a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, help_heading = "Limits")]
    pub(crate) time: u64,
}
