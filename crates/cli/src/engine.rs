//! Engines other than the index of this machine.

use anyhow::Result;
use priorart_indexer::stamp;
use priorart_milvus::{Address, Milvus, Session};
use priorart_query::{Query, SearchOptions, SearchResult, Searcher};

use crate::asked;
use crate::outcome::WrongUse;
use crate::query_model::QueryModel;
use crate::rerank_model::RerankModel;
use crate::settings::Settings;

/// The address of a collection; user and password may be in the environment instead.
pub(crate) fn address(url: &str) -> Result<Address> {
    let address = url.parse::<Address>().map_err(|error| WrongUse(error.to_string()))?;
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    Ok(address.or_credentials(variable("MILVUS_USER"), variable("MILVUS_PASSWORD")))
}

/// Searches a collection with the model that the query needs.
pub(crate) fn search(
    settings: &Settings,
    url: &str,
    query: &Query,
    options: &SearchOptions,
    reranker: Option<&RerankModel>,
) -> Result<SearchResult> {
    let milvus = Milvus::open(&address(url)?)?;
    let model = if asked::needs_model(query, options) { model(settings, &milvus)? } else { None };
    let searcher = Searcher::on(Box::new(Session::new(&milvus)));
    asked::search_with(&asked::equipped(searcher, model.as_ref(), reranker), query, options)
}

/// The model that embeds queries: the one that was asked for, else the collection's own.
fn model(settings: &Settings, milvus: &Milvus) -> Result<Option<QueryModel>> {
    let model = asked::named_model(settings, &milvus.model().name)?;
    if let Some(QueryModel(encoder)) = &model {
        milvus.check_model(&stamp(encoder.info()))?;
    }
    Ok(model)
}
