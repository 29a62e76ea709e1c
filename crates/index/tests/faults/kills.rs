//! The writer is killed (SIGKILL) at random moments, and started again on what it left, until its script is
//! done.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use priorart_index::{IndexError, Reader};

use crate::child::{Outcome, end, start};
use crate::model::{Fault, check};
use crate::patents::Noise;
use crate::script::{LANES, script};

/// How many kills; 500 where the environment says nothing.
const KILLS: &str = "PRIORART_FAULT_KILLS";

/// A kill falls into one of so many steps from where the writer goes on.
const REACH: u64 = 4;

/// How many kills met the writer at what, and what was found then.
#[derive(Debug, Default)]
struct Tally {
    kills: BTreeMap<String, u64>,
    missed: u64,
    /// The index was at the generation that was acknowledged last.
    acknowledged: u64,
    /// It was at the one after, whose commit came about before it was acknowledged.
    in_flight: u64,
    /// There was no index yet.
    none: u64,
    finished: u64,
}

impl Tally {
    fn met(&self) -> u64 {
        self.kills.values().sum()
    }

    fn merge(&mut self, other: Self) {
        for (step, kills) in other.kills {
            *self.kills.entry(step).or_default() += kills;
        }
        self.missed += other.missed;
        self.acknowledged += other.acknowledged;
        self.in_flight += other.in_flight;
        self.none += other.none;
        self.finished += other.finished;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<_> = self.kills.iter().map(|(step, kills)| format!("{step} {kills}")).collect();
        let Self { missed, acknowledged, in_flight, none, finished, .. } = self;
        write!(
            f,
            "kills: {} met the writer ({}), {missed} came too late; after them {acknowledged} times the \
             generation acknowledged last was whole, {in_flight} times the one in flight, {none} times there \
             was no index yet; {finished} scripts went on to their end",
            self.met(),
            steps.join(", ")
        )
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are to be seen")]
fn a_killed_writer_leaves_a_committed_generation() {
    let kills = std::env::var(KILLS).map_or(500, |count| count.parse().unwrap());
    let durations = durations();
    let (left, lives) = (AtomicU64::new(kills), AtomicU64::new(0));
    let lane = || {
        let mut tally = Tally::default();
        while left.load(Ordering::Relaxed) > 0 {
            live(lives.fetch_add(1, Ordering::Relaxed), &durations, &left, &mut tally);
        }
        tally
    };
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        for lane in lanes {
            tally.merge(lane.join().unwrap());
        }
    });
    println!("{tally}");
    assert!(tally.met() >= kills && tally.finished > 0, "{tally}");
}

/// How long each step takes where nothing happens, the opening first.
fn durations() -> Vec<Duration> {
    let dir = tempfile::tempdir().unwrap();
    let mut child = start(dir.path());
    let mut begins = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        if line.unwrap().starts_with("step ") {
            begins.push(Instant::now());
        }
    }
    let outcome = end(child, String::new());
    assert!(outcome.status.success(), "{outcome:?}");
    begins.push(Instant::now());
    begins.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Writes one index from nothing to the end of the script, whatever comes in between.
fn live(seed: u64, durations: &[Duration], left: &AtomicU64, tally: &mut Tally) {
    let dir = tempfile::tempdir().unwrap();
    let mut noise = Noise::new(seed);
    let mut acknowledged = 0;
    loop {
        // The first line is that of the opening, whatever comes next.
        let ahead = noise.below(REACH);
        let step = if ahead == 0 { 0 } else { acknowledged + ahead };
        let duration = durations[(step as usize).min(durations.len() - 1)];
        let delay = Duration::from_nanos(noise.below(duration.as_nanos() as u64));
        let is_last = left.load(Ordering::Relaxed) == 0;
        let outcome = kill(dir.path(), (!is_last).then_some((ahead, delay)));
        acknowledged = acknowledged.max(outcome.committed().unwrap_or(0));
        if outcome.status.success() {
            tally.missed += u64::from(!is_last);
            break;
        }
        assert!(was_killed(&outcome), "{outcome:?}");
        acknowledged = examine(dir.path(), acknowledged, tally);
        *tally.kills.entry(outcome.step().to_owned()).or_default() += 1;
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).ok();
    }
    assert_eq!(check(dir.path()).unwrap(), script().len() as u64);
    assert_nothing_is_left_over(dir.path());
    tally.finished += 1;
}

/// Starts the writer and kills it some time after it has begun so many steps, or lets it go on.
pub(crate) fn kill(index: &Path, when: Option<(u64, Duration)>) -> Outcome {
    let mut child = start(index);
    let Some((ahead, delay)) = when else { return end(child, String::new()) };
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut heard = String::new();
    while heard.matches("step ").count() as u64 <= ahead && stdout.read_line(&mut heard).unwrap() > 0 {}
    std::thread::sleep(delay);
    child.kill().unwrap();
    stdout.read_to_string(&mut heard).unwrap();
    end(child, heard)
}

fn was_killed(outcome: &Outcome) -> bool {
    use std::os::unix::process::ExitStatusExt;
    outcome.status.signal() == Some(9) && !outcome.errors.contains("panicked")
}

/// The index is whole, and at the generation acknowledged last or the one in flight; gives that back.
fn examine(index: &Path, acknowledged: u64, tally: &mut Tally) -> u64 {
    match check(index) {
        Ok(generation) if generation == acknowledged => tally.acknowledged += 1,
        Ok(generation) if generation == acknowledged + 1 => {
            tally.in_flight += 1;
            return generation;
        }
        Err(Fault::Refused(IndexError::Missing { .. })) if acknowledged == 0 => tally.none += 1,
        found => panic!("generation {acknowledged} was acknowledged; {found:?}"),
    }
    acknowledged
}

/// There is one manifest, no segment that it does not name, and no temporary file.
fn assert_nothing_is_left_over(index: &Path) {
    let count = |dir: &Path, prefix: &str| {
        let names = fs_err::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().starts_with(prefix)).count()
    };
    let segments = Reader::open(index).unwrap().stats().unwrap().segments.len();
    assert_eq!((count(index, "manifest-"), count(&index.join("segments"), "")), (1, segments));
    assert_eq!(count(&index.join("keyword"), ".tmp"), 0);
}
