//! Many threads read what one reads: the same patents, in the same order, with the same skips.

#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use priorart_corpus::{Budget, CorpusError, ParseOptions, Record, parse, parse_dump, read_dump};
use xxhash_rust::xxh3::xxh3_64;

/// All that is known of a record, in eight bytes.
fn digest(outcome: &Result<Record, CorpusError>) -> u64 {
    xxh3_64(format!("{outcome:?}").as_bytes())
}

#[track_caller]
fn check(path: &Path, least: usize) {
    let mut expected = Vec::new();
    read_dump(path, &mut |document| {
        expected.push(digest(&document.map(|document| parse(&document))));
        ControlFlow::Continue(())
    });
    assert!(expected.len() >= least, "{} in {}", expected.len(), path.display());
    for (threads, under_way) in [(1, 1 << 20), (2, 100_000), (7, 32 << 20)] {
        let under_way = Budget::new(under_way);
        let options = ParseOptions { threads: NonZeroUsize::new(threads), under_way, ..Default::default() };
        let mut place = 0;
        parse_dump(path, &options, &mut |parsed| {
            let found = digest(&parsed.outcome);
            assert_eq!(expected.get(place), Some(&found), "outcome {place}: {:?}", parsed.outcome);
            place += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(place, expected.len(), "{} on {threads} threads", path.display());
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_samples() {
    check(&workspace().join("data"), 60);
}

#[test]
fn the_real_files() {
    let root = std::env::var("PRIORART_SHARED").unwrap_or_else(|_| "../shared".into());
    let data = workspace().join(root).join("data");
    for (folder, least) in [("uspto", 600), ("epo", 34), ("marec", 47), ("datasets", 25_000)] {
        let path = data.join(folder);
        if path.exists() {
            check(&path, least);
        } else {
            eprintln!("SKIPPED: {} is absent; set PRIORART_SHARED", path.display());
        }
    }
}
