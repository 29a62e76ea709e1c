//! Figures that several benchmarks print.
//!
//! ```
//! use std::time::Duration;
//!
//! let times = (1..=100).map(Duration::from_millis).collect();
//! let figures = priorart_benches::percentiles(times);
//! assert_eq!(figures["p50_ms"], 50.0);
//! ```

pub mod made_up;

use std::time::Duration;

use serde_json::{Value, json};

/// Median and 99th percentile of `times` in milliseconds; null where there are none.
pub fn percentiles(mut times: Vec<Duration>) -> Value {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    let at = |percent: usize| times.get(last * percent / 100).map(|time| time.as_secs_f64() * 1000.0);
    json!({ "p50_ms": at(50), "p99_ms": at(99), "queries": times.len() })
}

/// The most memory that this process has held, in MiB; 0 where the system does not say.
pub fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) / 1024
}
