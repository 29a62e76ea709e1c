//! An index on the web: pages for people, an API for programs.
//!
//! An [`App`] holds what requests share: the index at its last commit, the model behind dynamic batching, and a
//! bounded number of searches at a time. [`router()`] answers requests with it, whatever they come by; [`serve()`]
//! listens for them until it is told to stop.
//!
//! ```no_run
//! use std::net::TcpListener;
//! use priorart_server::{Access, App, Limits, serve};
//!
//! let app = App::open("priorart.index".as_ref(), None, Limits::default())?;
//! let listener = TcpListener::bind("127.0.0.1:7700")?;
//! serve(&app, &Access::local(), listener, |note| eprintln!("{note}"))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **This crate knows nothing of models**: it takes one through [`TextEncoder`]. **No request names a file**: what is asked for is looked up in the index, and assets are compiled in.

mod access;
mod api;
mod app;
mod embeddings;
mod error;
mod extract;
mod headers;
mod limits;
mod metrics;
mod model;
mod pages;
mod params;
mod problem;
mod router;
mod serve;
mod snapshot;
mod work;

pub use crate::access::{Access, InvalidToken, Token};
pub use crate::app::App;
pub use crate::error::ServerError;
pub use crate::limits::Limits;
pub use crate::model::{AnyError, TextEncoder};
pub use crate::router::router;
pub use crate::serve::{serve, serve_until};
