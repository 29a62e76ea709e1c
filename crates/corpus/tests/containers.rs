//! Whatever holds a dump is opened, and whatever is wrong with it is named.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use std::io::{Cursor, Write};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use priorart_corpus::{Budget, ParseOptions, Record, dump_size, parse_dump, read_dump};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const GRANT: &str = "<?xml version=\"1.0\"?>\n<us-patent-grant/>\n";

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// What is found in a folder, a line each; the folder's own name is left out.
fn outcomes(folder: &Path, path: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    read_dump(path, &mut |document| {
        lines.push(match document {
            Ok(document) => format!("{} {}", document.source.file, document.source.record),
            Err(error) => error.to_string(),
        });
        ControlFlow::Continue(())
    });
    let prefix = format!("{}/", folder.display());
    lines.iter().map(|line| line.replace(&prefix, "")).collect()
}

#[track_caller]
fn check(name: &str, content: &[u8], expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let found = outcomes(folder.path(), &path);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (line, expected) in found.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line:?} is not {expected:?}");
    }
}

fn tarred(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn files_are_told_by_their_content() {
    check("a.xml", GRANT.as_bytes(), &["a.xml 1"]);
    check("a.txt", GRANT.repeat(2).as_bytes(), &["a.txt 1", "a.txt 2"]);
    check("a.gz", &gzipped(GRANT.as_bytes()), &["a.gz 1"]);
    check("a.dat", &zipped(&[("b.xml", GRANT.as_bytes())]), &["a.dat!b.xml 1"]);
}

#[test]
fn archives_within_archives_are_opened() {
    let inner = zipped(&[("c.xml", GRANT.as_bytes()), ("c.tif", b"II*")]);
    let outer = zipped(&[("b.ZIP", &inner), ("list.txt", b"c")]);
    check("a.zip", &outer, &["a.zip!b.ZIP!c.xml 1"]);
}

#[test]
fn tar_archives_are_opened() {
    let zip = zipped(&[("d.xml", GRANT.as_bytes())]);
    let tar = tarred(&[("a.tif", b"II*"), ("x/b.xml", GRANT.as_bytes()), ("c.zip", &zip)]);
    check("a.tar", &tar, &["a.tar!x/b.xml 1", "a.tar!c.zip!d.xml 1"]);
    check("a.tgz", &gzipped(&tar), &["a.tgz!x/b.xml 1", "a.tgz!c.zip!d.xml 1"]);
    check("a.tar", &tar[..700], &["a.tar: "]);
    check("a.tar", &tarred(&[("a.tif", b"II*")]), &["a.tar: holds no patent dump"]);
}

#[test]
fn an_archive_may_name_its_files_as_it_likes() {
    let sgml = "<!DOCTYPE PATDOC [\n]>\n<PATDOC DTD=\"2.4\"></PATDOC>\n".repeat(2);
    let green =
        "HHHHHT        APS1        ISSUE - 760106\r\nPATN\r\nWKU  039305717\r\nPATN\r\nWKU  039305725\r\n";
    let zip = zipped(&[("pg010102.xml", sgml.as_bytes()), ("pftaps.dat", green.as_bytes())]);
    let expected =
        ["a.zip!pg010102.xml 1", "a.zip!pg010102.xml 2", "a.zip!pftaps.dat 1", "a.zip!pftaps.dat 2"];
    check("a.zip", &zip, &expected);
}

/// Parses `documents` of them on four threads with so many bytes under way, and stops at the `last`.
#[track_caller]
fn check_order(documents: usize, under_way: u64, last: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xml");
    std::fs::write(&path, GRANT.repeat(documents)).unwrap();
    let options = ParseOptions {
        threads: NonZeroUsize::new(4),
        under_way: Budget::new(under_way),
        ..Default::default()
    };
    let mut records = Vec::new();
    parse_dump(&path, &options, &mut |parsed| {
        let Ok(Record::Skipped(skip)) = parsed.outcome else { panic!("{parsed:?}") };
        assert_eq!(parsed.bytes, GRANT.len() as u64);
        records.push(skip.record);
        if records.len() == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(records, (1..=last as u64).collect::<Vec<u64>>());
}

#[test]
fn threads_keep_the_order() {
    check_order(5000, 1 << 20, 5000);
    check_order(5000, 1 << 20, 3000);
}

#[test]
fn what_is_larger_than_all_that_may_be_under_way_passes_alone() {
    check_order(2000, 1, 2000);
}

#[test]
fn what_is_no_dump_is_named() {
    check("a.xml", b"", &["a.xml: is empty"]);
    check("a.xml", b"<html/>", &["a.xml: is no patent dump that can be read (it begins \"<html/>\")"]);
    check("a.gz", &gzipped(&gzipped(GRANT.as_bytes())), &["a.gz: is no patent dump"]);
    check("a.zip", &zipped(&[("b.txt", b"b")]), &["a.zip: holds no patent dump"]);
}

#[test]
fn damage_is_named_and_the_rest_is_read() {
    let whole = zipped(&[("b.xml", GRANT.as_bytes()), ("c.xml", GRANT.as_bytes())]);
    check("a.zip", &whole[..whole.len() / 2], &["a.zip: the zip archive is damaged or cut off"]);
    let gzip = gzipped(GRANT.repeat(1000).as_bytes());
    check("a.gz", &gzip[..gzip.len() / 2], &["a.gz: cannot be read at byte"]);
    let mut flipped = whole;
    let content = memchr::memmem::find(&flipped, b"c.xml").unwrap();
    flipped[content + 6] ^= 0xff;
    check("a.zip", &flipped, &["a.zip!b.xml 1", "a.zip!c.xml: cannot be read at byte"]);
}

#[test]
fn archives_too_deep_are_refused() {
    let mut archive = zipped(&[("x.xml", GRANT.as_bytes())]);
    for _ in 0..5 {
        archive = zipped(&[("x.zip", &archive)]);
    }
    let refused = "a.zip!x.zip!x.zip!x.zip!x.zip: is not read: it lies too deep";
    check("a.zip", &archive, &[refused, "a.zip: holds no patent dump"]);
}

#[test]
fn folders_are_read_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("d")).unwrap();
    for (name, content) in [("b.xml", GRANT), ("a.xml", ""), ("readme.md", "no dump"), ("d/c.xml", GRANT)] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let found = outcomes(folder.path(), folder.path());
    assert_eq!(found, ["a.xml: is empty; fetch it again", "b.xml 1", "d/c.xml 1"]);
    assert_eq!(dump_size(folder.path()), 2 * GRANT.len() as u64 + 7);
}

#[cfg(unix)]
#[test]
fn what_a_folder_cannot_show_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.xml"), GRANT).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("b.xml")).unwrap();
    let found = outcomes(folder.path(), folder.path());
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].starts_with("b.xml: cannot be read at byte 0"), "{found:?}");
}

#[test]
fn the_visitor_can_stop() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xml");
    std::fs::write(&path, GRANT.repeat(9)).unwrap();
    let mut seen = 0;
    read_dump(&path, &mut |_| {
        seen += 1;
        if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(seen, 2);
}
