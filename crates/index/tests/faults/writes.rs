//! Every call by which the writer writes fails in turn: the disk is full, it breaks, a write is short.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use priorart_index::IndexError;

use crate::child::{Outcome, REFUSED, STEPS, command, end};
use crate::files::copy_dir;
use crate::inject::{Failure, fail};
use crate::model::{Fault, check};
use crate::patents::LONG;
use crate::script::{LANES, generation_at, play};

/// Which call of the child fails, how, and below which directory of the index: `17 Broken segments`.
const FAILURE: &str = "PRIORART_FAULTS_WRITE";

const FAILURES: [Failure; 3] = [Failure::Full, Failure::Broken, Failure::Short];

/// The child's part: makes a call fail where the environment says so.
#[expect(clippy::print_stdout, reason = "this is how the child reports")]
pub(crate) fn prepare_failure(index: &Path) {
    let Ok(which) = std::env::var(FAILURE) else { return };
    let [count, failure, below] = which.split(' ').collect::<Vec<_>>()[..] else { panic!("{which}") };
    let failure = FAILURES.into_iter().find(|known| format!("{known:?}") == failure).unwrap();
    let say = |call: &str, path: &Path| println!("failed {call} {}", path.display());
    let dir = if below == "." { index } else { &index.join(below) };
    fail(dir, count.parse().unwrap(), failure, say).unwrap();
}

/// What was done to the calls of the writer, and what came of it.
#[derive(Debug, Default)]
struct Tally {
    /// By failure and step, how many calls.
    calls: BTreeMap<String, u64>,
    /// By name of the call.
    names: BTreeMap<String, u64>,
    refused: u64,
    went_on: u64,
    /// The commit had come about.
    committed: u64,
    /// Panics in sled's drop, which are caught.
    contained: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |counts: &BTreeMap<String, u64>| {
            counts.iter().map(|(what, count)| format!("{what} {count}")).collect::<Vec<_>>().join(", ")
        };
        let Self { calls, names, refused, went_on, committed, contained } = self;
        write!(
            f,
            "failed calls: {} ({}; {}): {refused} times the writer ended with an error that names the file, \
             {went_on} times it went on; {committed} times the step was committed, else the generation before \
             it was whole; each time the next writer completed it. {contained} panics of sled's were contained",
            calls.values().sum::<u64>(),
            list(calls),
            list(names),
        )
    }
}

/// A step of the script in which calls fail.
struct Case<'a> {
    kind: &'static str,
    /// The index before it.
    before: &'a Path,
    /// The generation that it makes.
    generation: u64,
    failure: Failure,
    /// Where the files lie whose calls fail.
    below: &'static str,
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are to be seen")]
fn a_write_that_fails_leaves_a_committed_generation() {
    let tally = Mutex::default();
    for kind in ["index", "update", "embed", "compact"] {
        fail_all(kind, generation_at(|step| step.kind() == kind), ".", &tally);
    }
    // The graph takes a second to build, so that calls fail where it is written only.
    fail_all("graph", generation_at(|step| step.adds(LONG)), "segments", &tally);
    println!("{}", tally.into_inner().unwrap());
}

/// Makes all calls of a step fail, one after the other, in each of the ways.
fn fail_all(kind: &'static str, generation: u64, below: &'static str, tally: &Mutex<Tally>) {
    let dir = tempfile::tempdir().unwrap();
    play(dir.path(), generation as usize - 1, &mut |_| ()).unwrap();
    for failure in FAILURES {
        let case = Case { kind, before: dir.path(), generation, failure, below };
        let next = AtomicU64::new(1);
        std::thread::scope(|scope| {
            for _ in 0..LANES {
                scope.spawn(|| while case.suffer(next.fetch_add(1, Ordering::Relaxed), tally) {});
            }
        });
        assert!(next.into_inner() > LANES + 1, "no call was made to fail in {kind}");
    }
}

impl Case<'_> {
    /// Does the step with one call that fails; false where it has fewer calls.
    fn suffer(&self, call: u64, tally: &Mutex<Tally>) -> bool {
        let dir = tempfile::tempdir().unwrap();
        let index = dir.path().join("index");
        copy_dir(self.before, &index);
        let failure = format!("{call} {:?} {}", self.failure, self.below);
        let outcome =
            end(command(&index).env(STEPS, "1").env(FAILURE, failure).spawn().unwrap(), String::new());
        let Some(&(name, _)) = outcome.failed_calls().first() else {
            assert!(outcome.status.success(), "{outcome:?}");
            return false;
        };
        self.assert_fair(&outcome);
        let found = self.examine(&index, &outcome);
        self.complete(&index, found);
        let mut tally = tally.lock().unwrap();
        *tally.calls.entry(format!("{:?} {}", self.failure, self.kind)).or_default() += 1;
        *tally.names.entry(name.to_owned()).or_default() += 1;
        tally.refused += u64::from(!outcome.status.success());
        tally.went_on += u64::from(outcome.status.success());
        tally.committed += u64::from(found == self.generation);
        tally.contained += panics(&outcome);
        true
    }

    /// The child went on, or said which file it was that refused it; a short write is nothing to speak of.
    fn assert_fair(&self, outcome: &Outcome) {
        let names = |path: &Path| outcome.errors.contains(path.to_str().unwrap());
        let is_named =
            outcome.failed_calls().iter().any(|(_, path)| names(path) || names(path.parent().unwrap()));
        let is_refused = outcome.status.code() == Some(REFUSED) && is_named && self.failure != Failure::Short;
        assert!(outcome.status.success() || is_refused, "{outcome:?}");
    }

    /// The index is whole, at the generation before the step or after it; gives that back.
    fn examine(&self, index: &Path, outcome: &Outcome) -> u64 {
        let committed = outcome.committed().unwrap_or(self.generation - 1);
        match check(index) {
            Ok(found) if found == committed || found == self.generation => found,
            Err(Fault::Refused(IndexError::Missing { .. })) if committed == 0 => 0,
            found => panic!("generation {committed} was committed; {found:?}; {outcome:?}"),
        }
    }

    /// The next writer does the step.
    fn complete(&self, index: &Path, found: u64) {
        let steps = (self.generation - found).to_string();
        let outcome = end(command(index).env(STEPS, steps).spawn().unwrap(), String::new());
        assert!(outcome.status.success(), "{outcome:?}");
        assert_eq!(check(index).unwrap(), self.generation);
    }
}

/// Panics that were printed; those that were not caught end the child otherwise than by a refusal.
fn panics(outcome: &Outcome) -> u64 {
    let panics = outcome.errors.matches("panicked at").count();
    assert_eq!(panics, outcome.errors.matches("/sled-0.34").count(), "{outcome:?}");
    panics as u64
}
