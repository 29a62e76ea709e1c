//! What befalls an index: writers that are killed, writes that fail, files that are altered.
//!
//! A script of indexing, updating, embedding and compacting is played by a child process ([`child`]), which
//! says what it committed; the other modules do something to the child or to its files and then compare the
//! index with what the script says it must hold ([`model`]). All is seeded.

#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]

mod beside;
mod child;
#[cfg(target_os = "linux")]
mod damage;
mod files;
#[cfg(target_os = "linux")]
mod inject;
mod kills;
mod model;
mod patents;
mod script;
#[cfg(target_os = "linux")]
mod writes;

#[cfg(not(target_os = "linux"))]
#[test]
#[expect(clippy::print_stderr, reason = "who reads the test's output must see that it was skipped")]
fn files_are_damaged_and_writes_fail() {
    eprintln!(
        "SKIPPED: writes that fail and damaged files: a process is bounded and its calls stopped on Linux only"
    );
}
