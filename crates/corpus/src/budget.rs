//! How many bytes may be under way at once.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that those who pass something on share: who wants to pass on more than is left waits until others
/// are done. Bounds the memory of a queue whose items are of very different sizes.
#[derive(Debug, Clone)]
pub struct Budget {
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    all: u64,
    taken: Mutex<u64>,
    returned: Condvar,
}

/// A share of a [`Budget`], returned when it is dropped.
#[derive(Debug)]
pub struct Share {
    state: Arc<State>,
    bytes: u64,
}

impl Budget {
    /// A budget of `bytes`, all of it free.
    pub fn new(bytes: u64) -> Self {
        let state = State { all: bytes, taken: Mutex::new(0), returned: Condvar::new() };
        Self { state: Arc::new(state) }
    }

    /// Takes `bytes` as soon as they are free. What is larger than the whole budget passes alone.
    pub fn take(&self, bytes: u64) -> Share {
        let bytes = bytes.min(self.state.all);
        let is_short = |taken: &mut u64| *taken + bytes > self.state.all;
        let waited = self.state.returned.wait_while(self.state.taken(), is_short);
        *waited.unwrap_or_else(PoisonError::into_inner) += bytes;
        Share { state: Arc::clone(&self.state), bytes }
    }
}

impl State {
    fn taken(&self) -> MutexGuard<'_, u64> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        *self.state.taken() -= self.bytes;
        self.state.returned.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn no_more_is_under_way_than_the_budget_and_all_of_it_passes() {
        let budget = Budget::new(10);
        let (under_way, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..4_u64 {
                let (budget, under_way, most) = (budget.clone(), &under_way, &most);
                scope.spawn(move || {
                    for i in 0..200 {
                        let bytes = 1 + (thread + i) % 7;
                        let share = budget.take(bytes);
                        most.fetch_max(
                            under_way.fetch_add(bytes, Ordering::Relaxed) + bytes,
                            Ordering::Relaxed,
                        );
                        std::thread::yield_now();
                        under_way.fetch_sub(bytes, Ordering::Relaxed);
                        drop(share);
                    }
                });
            }
        });
        let most = most.into_inner();
        assert!((7..=10).contains(&most), "{most}");
    }

    #[test]
    fn what_is_larger_than_all_passes_alone() {
        let budget = Budget::new(10);
        drop(budget.take(1_000));
        let share = budget.take(4);
        assert_eq!(share.bytes, 4);
    }
}
