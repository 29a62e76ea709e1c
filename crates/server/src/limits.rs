//! How much one request, and all of them together, may take.

use std::time::Duration;

/// How much one request, and all of them together, may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Searches that run at a time. They wait for the model together, which makes its batches, so there are more of
    /// them than processors.
    pub running: usize,
    /// Searches that may wait for their turn; more are refused with 503.
    pub waiting: usize,
    /// How long a request may take, its wait included.
    pub time: Duration,
    /// Bytes of a request's body.
    pub body: usize,
    /// How long a client may take to send the head of a request, and its body.
    pub sending: Duration,
    /// How long a client may take nothing of an answer.
    pub stalled: Duration,
    /// Connections at a time; more wait to be accepted.
    pub connections: usize,
    /// How long requests may go on after the server was told to stop.
    pub stopping: Duration,
    /// Bytes of a query in the query language.
    pub query: usize,
    /// Bytes of a disclosure, a claim or a text to embed.
    pub text: usize,
    /// Hits of a page.
    pub page: usize,
    /// How far down a result is shown or exported.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            running: 8.max(4 * processors),
            waiting: 64.max(32 * processors),
            time: Duration::from_secs(30),
            body: 2 << 20,
            sending: Duration::from_secs(10),
            stalled: Duration::from_secs(30),
            connections: 1024,
            stopping: Duration::from_secs(30),
            query: 8 << 10,
            text: 256 << 10,
            page: 100,
            depth: 10_000,
        }
    }
}
