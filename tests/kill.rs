//! The writer killed without warning, at random moments: the index opens and holds a committed state, and
//! the same command completes it.

#![expect(clippy::print_stdout, reason = "tests fail by panic, and print what they found")]

mod harness;

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::{Bench, sample};

const KILLS: u32 = 20;

fn all_numbers(bench: &Bench) -> BTreeSet<String> {
    bench
        .numbers(&["pd>1900", "--limit", "1000", "--mode", "keyword"])
        .into_iter()
        .collect()
}

#[test]
fn sigkill_leaves_a_committed_state_and_the_rerun_completes_it() {
    let dumps = [sample("grants.xml"), sample("applications.xml")];
    let args = ["index", &dumps[0], &dumps[1], "--commit-every", "0", "--quiet"];
    let reference = Bench::with_tiny_model();
    let start = Instant::now();
    reference.ok(&args);
    let whole_run = start.elapsed();
    let expected = all_numbers(&reference);
    assert!(expected.len() > 30, "{} patents", expected.len());

    let bench = Bench::with_tiny_model();
    let mut landed = 0;
    for kill in 0..KILLS {
        let mut child = bench.spawn(&args);
        // Moments spread over the run and shifted by the clock, so that no two runs of the test are alike.
        let jitter = start.elapsed().subsec_nanos() % 1000;
        let moment = whole_run.mul_f64((f64::from(kill) + f64::from(jitter) / 1000.0) / f64::from(KILLS));
        sleep(moment.max(Duration::from_millis(5)));
        let finished = child.try_wait().expect("the child can be asked").is_some();
        child.kill().expect("the child can be killed");
        child.wait().expect("the child can be waited for");
        landed += u32::from(!finished);
        if bench.index().exists() {
            let stats = bench.run(&["stats", "--json"]);
            assert!(
                matches!(stats.code, Some(0 | 3)),
                "after kill {kill}: {}",
                stats.stderr
            );
        }
    }
    bench.ok(&args);
    println!("{landed} of {KILLS} kills met a running writer");
    assert!(landed >= KILLS / 2, "only {landed} kills met a running writer");
    assert_eq!(all_numbers(&bench), expected);
    let stats = bench.stats();
    assert_eq!(stats["patents"], expected.len());
    assert_eq!(stats["embedded"], stats["passages"]);
}
