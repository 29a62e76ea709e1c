//! The commands, one a file.

pub(crate) mod backup;
pub(crate) mod chart;
pub(crate) mod check;
pub(crate) mod compact;
pub(crate) mod completions;
pub(crate) mod cpc;
pub(crate) mod demo;
pub(crate) mod embed;
pub(crate) mod encode;
pub(crate) mod formats;
pub(crate) mod index;
pub(crate) mod model;
pub(crate) mod parse;
pub(crate) mod repl;
pub(crate) mod restore;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod stats;
pub(crate) mod watch;
