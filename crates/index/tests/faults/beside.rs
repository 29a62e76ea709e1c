//! What goes on beside a writer: readers, a second writer, and a disk that fills up.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use priorart_index::{IndexError, Reader};

use crate::child::{REFUSED, STEPS, command, end, start};
use crate::kills::kill;
use crate::model::{check, check_reader};
use crate::patents::Noise;
use crate::script::{open, play, script};

/// When a writer is killed at the latest after it has begun a step, µs; steps take about as long.
const LONGEST_DELAY: u64 = 20_000;

#[test]
#[expect(clippy::print_stdout, reason = "the counts are to be seen")]
fn a_reader_keeps_its_generation_while_writers_come_and_are_killed() {
    let dir = tempfile::tempdir().unwrap();
    play(dir.path(), 0, &mut |_| ()).unwrap();
    let (mut readers, mut noise) = (Vec::new(), Noise::new(0));
    let (mut kills, mut checks) = (0, 0);
    for _ in script() {
        readers.push(Reader::open(dir.path()).unwrap());
        let delay = Duration::from_micros(noise.below(LONGEST_DELAY));
        kills += u64::from(!kill(dir.path(), Some((1, delay))).status.success());
        checks += check_all(&readers);
        let outcome = end(command(dir.path()).env(STEPS, "1").spawn().unwrap(), String::new());
        assert!(outcome.status.success(), "{outcome:?}");
        checks += check_all(&readers);
    }
    println!(
        "readers: {} open beside commits, compactions and {kills} kills; right {checks} times",
        readers.len()
    );
}

/// Every reader answers from its generation; gives back how many there are.
fn check_all(readers: &[Reader]) -> usize {
    for reader in readers {
        check_reader(reader).unwrap();
    }
    readers.len()
}

#[test]
fn a_second_writer_is_told_which_process_is_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = start(dir.path());
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut heard = String::new();
    while !heard.contains("step index") {
        assert!(said.read_line(&mut heard).unwrap() > 0);
    }
    let error = open(dir.path()).unwrap_err();
    assert!(
        matches!(&error, IndexError::Locked { holder, .. } if *holder == child.id().to_string()),
        "{error}"
    );
    child.kill().unwrap();
    end(child, heard);
    open(dir.path()).unwrap();
}

#[test]
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the counts, and that it was skipped, are to be seen"
)]
fn a_disk_that_is_full_leaves_the_last_generation() {
    let Some(disk) = SmallDisk::mount(8) else {
        eprintln!(
            "SKIPPED: a_disk_that_is_full_leaves_the_last_generation: mounting a tmpfs is not permitted here"
        );
        return;
    };
    let index = disk.path().join("index");
    play(&index, 2, &mut |_| ()).unwrap();
    let mut generation = 2;
    let mut refusals = 0;
    for free_kib in (0..).step_by(8) {
        disk.fill_but(free_kib << 10);
        let outcome = end(command(&index).env(STEPS, "1").spawn().unwrap(), String::new());
        let found = check(&index).unwrap();
        disk.empty();
        if outcome.status.success() {
            assert_eq!(found, generation + 1);
            break;
        }
        let is_named =
            outcome.errors.contains(index.to_str().unwrap()) && !outcome.errors.contains("panicked at");
        assert!(outcome.status.code() == Some(REFUSED) && is_named, "{outcome:?}");
        assert!(found == generation, "{outcome:?}");
        generation = found;
        refusals += 1;
    }
    assert!(refusals > 0);
    println!("disk full: {refusals} times, the last generation was whole each time");
    play(&index, usize::MAX, &mut |_| ()).unwrap();
    assert_eq!(check(&index).unwrap(), script().len() as u64);
}

/// A tmpfs of some megabytes, unmounted when it goes.
struct SmallDisk {
    dir: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self { dir })
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Leaves about so many bytes.
    fn fill_but(&self, free: usize) {
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(self.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let available: usize = text.lines().last().unwrap().trim().parse().unwrap();
        fs_err::write(self.path().join("ballast"), vec![0; available.saturating_sub(free)]).unwrap();
    }

    fn empty(&self) {
        fs_err::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.dir.path()).output();
    }
}
