//! A progress line with rates and ETA for long work; nothing where standard error is no terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use priorart_indexer::Progress;

use crate::settings::Settings;

const REFRESH: Duration = Duration::from_millis(200);

/// What a bar counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Passages,
    Patents,
    Steps,
}

/// A bar over bytes; hidden with `--quiet` and where no terminal looks on.
pub(crate) fn bytes_bar(settings: &Settings, label: &str) -> ProgressBar {
    bar(settings, label, Unit::Bytes)
}

/// A bar over patents; hidden likewise.
pub(crate) fn patents_bar(settings: &Settings, label: &str) -> ProgressBar {
    bar(settings, label, Unit::Patents)
}

/// A bar over steps of training; hidden likewise.
pub(crate) fn steps_bar(settings: &Settings, label: &str) -> ProgressBar {
    bar(settings, label, Unit::Steps)
}

/// A bar over texts; hidden likewise.
pub(crate) fn texts_bar(settings: &Settings, label: &str) -> ProgressBar {
    bar(settings, label, Unit::Passages)
}

fn bar(settings: &Settings, label: &str, unit: Unit) -> ProgressBar {
    let target = if settings.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(0), target);
    let style = ProgressStyle::with_template(match unit {
        Unit::Bytes => "{prefix} {bar:30} {bytes}/{total_bytes} {msg} ETA {eta}",
        Unit::Passages | Unit::Patents | Unit::Steps => "{prefix} {bar:30} {pos}/{len} {msg} ETA {eta}",
    });
    bar.set_style(style.expect("the templates are constants"));
    bar.set_prefix(label.to_owned());
    bar
}

/// Draws the counters of an indexing run until it is dropped.
pub(crate) struct Watcher {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    /// Begins to watch `progress`, which the pipeline counts up.
    pub(crate) fn start(settings: &Settings, label: &str, unit: Unit, progress: Arc<Progress>) -> Self {
        let bar = bar(settings, label, unit);
        let done = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&done);
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            while !stop.load(Ordering::Relaxed) {
                draw(&bar, &progress, start.elapsed());
                std::thread::park_timeout(REFRESH);
            }
            bar.finish_and_clear();
        });
        Self { done, thread: Some(thread) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // The thread only draws; that it panicked is no reason to fail the work.
            let _ = thread.join();
        }
    }
}

fn draw(bar: &ProgressBar, progress: &Progress, elapsed: Duration) {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let counts = progress.counts();
    bar.set_length(counts.total);
    bar.set_position(counts.done);
    bar.set_message(format!(
        "{} patents ({:.1}/s) {:.1} passages/s {:.0} tokens/s",
        counts.patents,
        counts.patents as f64 / seconds,
        counts.passages as f64 / seconds,
        counts.tokens as f64 / seconds,
    ));
}
