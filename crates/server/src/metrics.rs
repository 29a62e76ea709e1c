//! What is counted, in the text format of Prometheus.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;

/// Seconds: from a keyword search to what is given up.
const SECONDS: [f64; 13] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 30.0];
const TEXTS: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

type Labels<const N: usize> = [(&'static str, String); N];

/// What is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    seconds: Family<Labels<1>, Histogram>,
    /// Texts of a call of the encoder.
    pub(crate) batches: Histogram,
    /// Reloads that failed.
    pub(crate) failed_reloads: Counter,
    running: Gauge,
    waiting: Gauge,
    generation: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("priorart");
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            batches: Histogram::new(TEXTS),
            failed_reloads: Counter::default(),
            running: Gauge::default(),
            waiting: Gauge::default(),
            generation: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register("request_seconds", "Time until the answer began", metrics.seconds.clone());
        registry.register("encoder_batch_texts", "Texts of a call of the encoder", metrics.batches.clone());
        registry.register("failed_reloads", "Commits that could not be read", metrics.failed_reloads.clone());
        registry.register("running", "Searches that run", metrics.running.clone());
        registry.register("waiting", "Searches that wait for their turn", metrics.waiting.clone());
        registry.register("generation", "The commit that is served", metrics.generation.clone());
        Self { registry, ..metrics }
    }

    fn text(&self, app: &App) -> String {
        let (running, waiting) = app.load();
        self.running.set(running as i64);
        self.waiting.set(waiting as i64);
        self.generation.set(app.snapshot().generation().unwrap_or_default().cast_signed());
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).expect("memory can be written to");
        text
    }
}

/// Counts a request under the pattern of its path.
pub(crate) async fn count(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let start = Instant::now();
    let response = next.run(request).await;
    let metrics = app.metrics();
    let labels =
        [("method", method), ("path", path.clone()), ("status", response.status().as_u16().to_string())];
    metrics.requests.get_or_create(&labels).inc();
    metrics.seconds.get_or_create(&[("path", path)]).observe(start.elapsed().as_secs_f64());
    response
}

/// `/metrics`.
pub(crate) async fn show(State(app): State<App>) -> Response {
    let mut response = app.metrics().text(&app).into_response();
    let media = HeaderValue::from_static(prometheus_text::CONTENT_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}
