//! Bad input gets a clear error, and nothing that is indexed is lost.

#![expect(clippy::unwrap_used, reason = "tests fail by panic, and print what they found")]

mod harness;

use std::fs;

use harness::{Bench, Run, binary, sample};

/// Runs, and requires an exit code and words of the error.
#[track_caller]
fn check(bench: &Bench, args: &[&str], code: i32, words: &[&str]) -> Run {
    let run = bench.run(args);
    assert_eq!(run.code, Some(code), "{args:?}: {}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "{word:?} is not in: {}", run.stderr);
    }
    run
}

#[track_caller]
fn check_dump(bytes: &[u8], name: &str, words: &[&str]) {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants-week2.xml"), "--quiet"]);
    let dump = bench.path().join(name);
    fs::write(&dump, bytes).unwrap();
    check(&bench, &["index", dump.to_str().unwrap()], 3, &[&[name], words].concat());
    assert_eq!(bench.stats()["patents"], 3, "what was indexed is still there");
}

#[test]
fn a_file_that_is_no_dump() {
    check_dump(b"Dear Sir or Madam,\n", "letter.txt", &["is no patent dump", "Dear Sir"]);
}

#[test]
fn an_empty_file() {
    check_dump(b"", "empty.xml", &["is empty"]);
}

#[test]
fn a_missing_file() {
    let bench = Bench::with_tiny_model();
    check(&bench, &["index", "nowhere.xml"], 3, &["nowhere.xml", "No such file"]);
}

#[test]
fn a_truncated_zip() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("grants.xml", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut writer, &fs::read(sample("grants.xml")).unwrap()).unwrap();
    let whole = writer.finish().unwrap().into_inner();
    check_dump(&whole[..whole.len() / 2], "cut.zip", &["damaged or cut off", "fetch it again"]);

    let bench = Bench::with_tiny_model();
    let dump = bench.path().join("whole.zip");
    fs::write(&dump, &whole).unwrap();
    bench.ok(&["index", dump.to_str().unwrap()]);
    assert_eq!(bench.stats()["patents"], 28);
}

#[test]
fn a_broken_record_is_skipped_and_reported() {
    let bench = Bench::with_tiny_model();
    let report = bench.json(&["index", &sample("grants.xml")]).pop().unwrap();
    assert_eq!(report["read"], 29);
    assert_eq!(report["indexed"], 28);
    assert_eq!(report["skipped"], 1);
    assert_eq!(report["sequence_listings"], 1);
    let skip = &report["skips"][0];
    assert_eq!((skip["record"].as_u64(), skip["offset"].as_u64()), (Some(16), Some(208_674)));
    assert!(skip["reason"].as_str().unwrap().contains("well-formed"), "{skip}");
}

#[test]
fn one_bad_dump_does_not_stop_the_others() {
    let bench = Bench::with_tiny_model();
    fs::write(bench.path().join("letter.txt"), "Dear Sir or Madam,").unwrap();
    check(&bench, &["index", "letter.txt", &sample("grants-week2.xml")], 3, &["letter.txt"]);
    assert_eq!(bench.stats()["patents"], 3);
}

#[test]
fn a_model_directory_without_a_tokenizer() {
    let bench = Bench::with_tiny_model();
    let model = bench.path().join("model");
    harness::copy_folder(&harness::tiny_model(), &model);
    fs::remove_file(model.join("tokenizer.json")).unwrap();
    let dump = sample("grants-week2.xml");
    check(&bench, &["index", &dump, "--model", model.to_str().unwrap()], 3, &["tokenizer.json"]);
}

#[test]
fn an_index_made_by_another_model() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants-week2.xml"), "--quiet"]);
    let other = bench.path().join("other");
    harness::copy_folder(&harness::tiny_model(), &other);
    harness::change_a_weight(&other.join("model.safetensors"));
    let name = other.to_str().unwrap();
    let words = ["embedded by", "make a new index"];
    check(&bench, &["search", "a pump", "--model", name], 3, &words);
    check(&bench, &["index", &sample("grants.xml"), "--model", name], 3, &words);
    assert_eq!(bench.stats()["patents"], 3);
}

#[test]
fn a_query_that_does_not_parse() {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants-week2.xml"), "--quiet"]);
    let run = check(&bench, &["search", "pump (valve"], 2, &["pump (valve", "^"]);
    assert!(run.stdout.is_empty());
}

#[test]
fn no_index() {
    let bench = Bench::with_tiny_model();
    check(&bench, &["search", "pump"], 3, &["no index", "priorart index"]);
    check(&bench, &["stats"], 3, &["no index"]);
    assert!(!bench.index().exists(), "asking makes no index");
}

#[test]
fn wrong_flags_are_wrong_use() {
    assert_eq!(Run::of(binary().args(["search", "--mode", "psychic", "x"])).code, Some(2));
    assert_eq!(Run::of(binary().arg("serach")).code, Some(2));
}

#[test]
fn a_configuration_file_with_an_unknown_key() {
    let bench = Bench::with_tiny_model();
    fs::write(bench.path().join("priorart.toml"), "indx = \"x\"").unwrap();
    check(&bench, &["stats"], 3, &["priorart.toml", "indx"]);
}

#[test]
fn a_full_disk() {
    let Some(disk) = harness::SmallDisk::mount(24) else {
        return;
    };
    let bench = Bench::with_tiny_model();
    let index = disk.path().join("index");
    let run = |args: &[&str]| Run::of(bench.command(args).args(["--index", index.to_str().unwrap()]));
    assert_eq!(run(&["index", &sample("grants-week2.xml"), "--no-embed"]).code, Some(0));
    let fill = disk.path().join("fill");
    harness::SmallDisk::fill(&fill);
    let failed = run(&["index", &sample("grants.xml"), &sample("applications.xml"), "--no-embed"]);
    assert_eq!(failed.code, Some(3), "{}", failed.stderr);
    assert!(failed.stderr.contains("No space left") || failed.stderr.contains("full"), "{}", failed.stderr);
    let stats = |run: Run| run.json().pop().expect("an object")["patents"].clone();
    assert_eq!(stats(run(&["stats", "--json"])), 3, "the last generation is whole");
    fs::remove_file(&fill).unwrap();
    let done = run(&["index", &sample("grants.xml"), &sample("applications.xml"), "--no-embed"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(stats(run(&["stats", "--json"])), 42);
}
