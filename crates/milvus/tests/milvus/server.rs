//! Collections of a server, filled and searched.

use priorart_index::Reader;
use priorart_milvus::{Address, Milvus, PushOptions, Pushed, Pusher, Session, push, records};
use priorart_query::{EmbedQuery, Mode, QueryError, SearchOptions, SearchResult, Searcher, parse};

use crate::lite::{Lite, url};
use crate::support::{Toy, all, numbers};

impl Lite {
    pub(crate) fn address(&self, collection: &str) -> Address {
        self.url(collection).parse().unwrap()
    }
}

pub(crate) fn address(port: u16, collection: &str, options: &str) -> Address {
    format!("{}{options}", url(port, collection)).parse().unwrap()
}

/// Pushes an index.
pub(crate) fn push_index(address: &Address, reader: &Reader) -> Pushed {
    let (_, records) = records(reader).unwrap();
    push(address, reader.model().unwrap(), records, &PushOptions::default(), &Pusher::default()).unwrap()
}

/// Searches a collection as `TestIndex` does an index.
pub(crate) fn search(milvus: &Milvus, query: &str, mode: Mode) -> Result<SearchResult, QueryError> {
    search_with(milvus, query, mode, &Toy)
}

pub(crate) fn search_with(
    milvus: &Milvus,
    query: &str,
    mode: Mode,
    encoder: &dyn EmbedQuery,
) -> Result<SearchResult, QueryError> {
    let searcher = Searcher::on(Box::new(Session::new(milvus))).with_encoder(encoder);
    searcher.search(&parse(query).unwrap(), &SearchOptions { limit: 10_000, ..all(mode) })
}

#[track_caller]
pub(crate) fn found(milvus: &Milvus, query: &str, mode: Mode) -> Vec<String> {
    numbers(&search(milvus, query, mode).unwrap().hits)
}
