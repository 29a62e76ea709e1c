//! Long results as a stream: memory stays flat, and who reads slowly holds nothing up.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use futures_util::stream::try_unfold;
use priorart_query::{Hit, Query, SearchOptions, render};

use crate::api::typed;
use crate::app::App;
use crate::params::Format;
use crate::problem::Problem;
use crate::snapshot::Snapshot;

/// Hits that are searched for, rendered and sent at a time.
const CHUNK: usize = 200;

/// What is exported, all of it from one commit.
struct Export {
    app: App,
    snapshot: Arc<Snapshot>,
    query: Query,
    options: SearchOptions,
    format: Format,
    fields: Vec<String>,
}

/// Streams a result in a format. What fails before the first hits are there is a problem; what fails later
/// cuts the answer off.
pub(super) async fn stream(
    app: App,
    query: Query,
    options: SearchOptions,
    format: Format,
    fields: Vec<String>,
) -> Result<Response, Problem> {
    let export = Arc::new(Export { snapshot: app.snapshot(), app, query, options, format, fields });
    let first = export.part(0).await?;
    let parts = try_unfold(Some((first, 1)), move |next| {
        let export = Arc::clone(&export);
        async move {
            let Some(((text, is_last), at)) = next else {
                return Ok(None);
            };
            let next = if is_last { None } else { Some((export.part(at).await?, at + 1)) };
            Ok::<_, Problem>(Some((text, next)))
        }
    });
    let body = futures_util::TryStreamExt::map_err(parts, |problem| io::Error::other(problem.detail));
    Ok(typed(Body::from_stream(body), media_type(format)))
}

impl Export {
    /// The text of the part at a place, and whether it is the last.
    async fn part(self: &Arc<Self>, at: usize) -> Result<(String, bool), Problem> {
        let own = Arc::clone(self);
        let work = move |snapshot: &Snapshot| {
            let passed = at * CHUNK;
            let limit = own.options.limit.saturating_sub(passed).min(CHUNK);
            let offset = own.options.offset + passed;
            let options = SearchOptions { limit, offset, ..own.options.clone() };
            let hits = snapshot.searcher().search(&own.query, &options)?.hits;
            let is_last = hits.len() < CHUNK || passed + hits.len() >= own.options.limit;
            Ok((own.text(&hits, at == 0)?, is_last))
        };
        if at == 0 { self.app.run(work).await } else { self.app.run_in_turn(&self.snapshot, work).await }
    }

    fn text(&self, hits: &[Hit], is_first: bool) -> Result<String, Problem> {
        Ok(match self.format {
            Format::Csv => {
                let csv = render::csv(hits, &self.fields);
                let rows = csv.split_once('\n').map_or("", |(_, rows)| rows).to_owned();
                if is_first { csv } else { rows }
            }
            Format::Ris => render::ris(hits),
            Format::Bibtex => render::bibtex(hits),
            Format::Json | Format::Jsonl => {
                render::json_lines(hits, &self.fields).map_err(|error| Problem::failed(&error))?
            }
        })
    }
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Ris => "application/x-research-info-systems; charset=utf-8",
        Format::Bibtex => "application/x-bibtex; charset=utf-8",
        Format::Json | Format::Jsonl => "application/jsonl; charset=utf-8",
    }
}
