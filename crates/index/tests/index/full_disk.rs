//! A disk that is full, played by a small tmpfs.

use std::path::Path;
use std::process::Command;

use priorart_index::Reader;

use crate::support::{add, found, open, stamp};

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
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.dir.path()).output();
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "who reads the test's output must see that it was skipped")]
fn a_full_disk_leaves_the_last_generation() {
    let Some(disk) = SmallDisk::mount(8) else {
        eprintln!("SKIPPED: a_full_disk_leaves_the_last_generation: mounting a tmpfs is not permitted here");
        return;
    };
    let path = disk.path().join("index");
    let mut writer = open(&path).unwrap();
    writer.set_model(&stamp(16)).unwrap();
    add(&mut writer, 0..50);
    writer.commit().unwrap();
    drop(writer);
    let ballast = disk.path().join("ballast");
    let mut failures = 0;
    for free_kib in (0..1_000).step_by(50) {
        fill_but(&ballast, disk.path(), free_kib << 10);
        let outcome = open(&path).and_then(|mut writer| {
            for i in 50..400 {
                let (patent, places) = (crate::support::patent(i), crate::support::places());
                writer.add(&patent, &places, Some(&crate::support::vectors(i)))?;
            }
            writer.commit()
        });
        let reader = Reader::open(&path).unwrap();
        assert!(reader.verify().unwrap().is_empty());
        fs_err::remove_file(&ballast).unwrap();
        let Err(error) = outcome else {
            assert_eq!((reader.generation(), found(&reader, 400).len()), (2, 400));
            break;
        };
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        assert_eq!((reader.generation(), found(&reader, 400).len()), (1, 50));
        failures += 1;
    }
    assert!(failures > 0);
    let mut writer = open(&path).unwrap();
    add(&mut writer, 50..60);
    writer.commit().unwrap();
    assert!(found(&Reader::open(&path).unwrap(), 60).len() == 60);
}

/// Leaves about `free` bytes on the disk.
fn fill_but(ballast: &Path, disk: &Path, free: usize) {
    let output = Command::new("df").args(["--output=avail", "-B1"]).arg(disk).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let available: usize = text.lines().last().unwrap().trim().parse().unwrap();
    fs_err::write(ballast, vec![0; available.saturating_sub(free)]).unwrap();
}
