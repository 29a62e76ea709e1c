//! What is searched: the index of this machine, or another engine.

use std::sync::Arc;

use anyhow::Result;
use priorart_milvus::{Address, Milvus};
use priorart_query::{Index, Store};

use crate::args::EngineArg;
use crate::outcome::WrongUse;
use crate::settings::Settings;

/// The collection that was named, else the index.
pub(crate) fn open(settings: &Settings, arg: &EngineArg) -> Result<Arc<dyn Store>> {
    Ok(match &arg.engine {
        Some(url) => Arc::new(Milvus::open(&address(url)?)?),
        None => Arc::new(Index::open(&settings.index)?),
    })
}

/// The address of a collection; user and password may be in the environment instead.
pub(crate) fn address(url: &str) -> Result<Address> {
    let address = url.parse::<Address>().map_err(|error| WrongUse(error.to_string()))?;
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    Ok(address.or_credentials(variable("MILVUS_USER"), variable("MILVUS_PASSWORD")))
}
