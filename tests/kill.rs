//! The writer killed without warning, at random moments: the index opens and holds a committed state, and
//! the same command completes it.

#![expect(clippy::print_stdout, reason = "tests fail by panic, and print what they found")]

mod harness;

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Instant;

use harness::{Bench, sample};

const KILLS: u32 = 20;

fn all_numbers(bench: &Bench) -> BTreeSet<String> {
    bench.numbers(&["pd>1900", "--limit", "1000", "--mode", "keyword"]).into_iter().collect()
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
    assert_eq!(expected.len(), 40);

    let (mut met, mut partial) = (0, 0);
    for kill in 0..KILLS {
        let bench = Bench::with_tiny_model();
        let mut child = bench.spawn(&args);
        // Moments spread over the run and shifted by the clock, so that no two runs of the test are alike.
        let jitter = f64::from(start.elapsed().subsec_nanos() % 1000) / 1000.0;
        sleep(whole_run.mul_f64((f64::from(kill) + jitter) / f64::from(KILLS)));
        met += u32::from(child.try_wait().expect("the child can be asked").is_none());
        child.kill().expect("the child can be killed");
        child.wait().expect("the child can be waited for");
        partial += u32::from(committed(&bench, &expected));

        bench.ok(&args);
        assert_eq!(all_numbers(&bench), expected, "after kill {kill}");
        let stats = bench.stats();
        assert_eq!(stats["patents"], expected.len());
        assert_eq!(stats["embedded"], stats["passages"]);
    }
    println!("{met} of {KILLS} kills met a running writer; {partial} left a part of the patents committed");
    assert!(met >= KILLS / 2, "only {met} kills met a running writer");
}

/// Checks that the index, if there is one by now, opens and holds whole patents; whether it holds some and not
/// all.
fn committed(bench: &Bench, expected: &BTreeSet<String>) -> bool {
    let stats = bench.run(&["stats", "--json"]);
    if stats.code == Some(3) {
        assert!(stats.stderr.contains("no index"), "{}", stats.stderr);
        return false;
    }
    let found = all_numbers(bench);
    assert_eq!(stats.json()[0]["patents"], found.len());
    assert!(found.is_subset(expected));
    for number in &found {
        bench.ok(&["show", number, "--json"]);
    }
    !found.is_empty() && found.len() < expected.len()
}
