//! Blocking work off the async threads, so much at a time, and so much of it waiting.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Admits, runs and refuses work.
#[derive(Debug)]
pub(crate) struct Work {
    /// A permit for each piece of work that runs or waits.
    admitted: Arc<Semaphore>,
    /// A permit for each that runs.
    running: Arc<Semaphore>,
    size: (usize, usize),
    time: Duration,
}

const NEVER_CLOSED: &str = "the semaphores are never closed";

/// Why work was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undone {
    /// As much as is allowed is waiting.
    #[error("too many requests are waiting")]
    Refused,
    /// It, or what it waited for, took too long.
    #[error("the request took longer than {0:?}")]
    TookTooLong(Duration),
    /// It panicked.
    #[error("the request failed by a fault of the server")]
    Panicked,
}

impl Work {
    pub(crate) fn new(running: usize, waiting: usize, time: Duration) -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(running + waiting)),
            running: Arc::new(Semaphore::new(running)),
            size: (running, waiting),
            time,
        }
    }

    /// Runs `work` on a thread that may block, after a wait that is bounded in number and time.
    ///
    /// What was begun runs to its end, also where its time is over or nobody waits for it any more; so long it
    /// counts as running.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Undone::Refused)?;
        self.run_admitted(admitted, work).await
    }

    /// As [`run`](Self::run), but what would be refused waits before it is admitted: for the next part of what
    /// was begun.
    pub(crate) async fn run_in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let admitted = Arc::clone(&self.admitted).acquire_owned().await.expect(NEVER_CLOSED);
        self.run_admitted(admitted, work).await
    }

    async fn run_admitted<T: Send + 'static>(
        &self,
        admitted: OwnedSemaphorePermit,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let turn = Arc::clone(&self.running).acquire_owned();
        let done = async {
            let held = (admitted, turn.await.expect(NEVER_CLOSED));
            spawn_blocking(move || {
                let _held = held;
                work()
            })
            .await
        };
        match timeout(self.time, done).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(_)) => Err(Undone::Panicked),
            Err(_) => Err(Undone::TookTooLong(self.time)),
        }
    }

    /// How much runs, and how much waits.
    pub(crate) fn load(&self) -> (usize, usize) {
        let (most, waiting) = self.size;
        let running = most - self.running.available_permits().min(most);
        let admitted = most + waiting - self.admitted.available_permits().min(most + waiting);
        (running, admitted.saturating_sub(running))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
    }

    #[test]
    fn what_is_too_much_is_refused_and_then_taken_again() {
        block_on(async {
            let work = Work::new(1, 1, Duration::from_mins(1));
            let (free, blocked) = mpsc::channel::<()>();
            let first = work.run(move || blocked.recv());
            let second = work.run(|| 2);
            let third = async {
                let refused = work.run(|| 3).await;
                assert_eq!((refused, work.load()), (Err(Undone::Refused), (1, 1)));
                free.send(()).unwrap();
            };
            let (first, second, ()) = futures_util::join!(first, second, third);
            assert_eq!((first, second), (Ok(Ok(())), Ok(2)));
            assert_eq!((work.run(|| 4).await, work.load()), (Ok(4), (0, 0)));
        });
    }

    #[test]
    fn what_takes_too_long_is_given_up_and_counts_until_it_ends() {
        block_on(async {
            let work = Work::new(1, 0, Duration::from_millis(20));
            let (free, blocked) = mpsc::channel::<()>();
            let slow = work.run(move || blocked.recv()).await;
            assert_eq!(slow, Err(Undone::TookTooLong(Duration::from_millis(20))));
            assert_eq!(work.run(|| ()).await, Err(Undone::Refused));
            free.send(()).unwrap();
            while work.load() != (0, 0) {
                tokio::task::yield_now().await;
            }
            assert_eq!(work.run(|| 1).await, Ok(1));
        });
    }

    #[test]
    fn a_panic_stays_with_its_request() {
        block_on(async {
            let work = Work::new(1, 1, Duration::from_mins(1));
            assert_eq!(work.run(|| panic!("on purpose")).await, Err::<(), _>(Undone::Panicked));
            assert_eq!(work.run(|| 1).await, Ok(1));
        });
    }
}
