//! Dumps cut into shards, embedded one by one, and imported: the index answers as one that was built directly.

mod answers;
mod harness;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use answers::{answers, vectors};
use harness::{Bench, change_a_weight, copy_folder, sample, workspace};
use priorart_indexer::{Control, Counts, Progress};
use priorart_parts::{PartSet, PartsError, Storage};
use serde_json::Value;

/// Three dumps, of which the last replaces a patent of the first.
fn dumps() -> Vec<String> {
    ["grants.xml", "applications.xml", "grants-week2.xml"].map(sample).to_vec()
}

/// Plans, runs every shard, and gives the folder of the parts.
fn parts_of(bench: &Bench, dumps: &[String], records: &str, name: &str) -> PathBuf {
    let manifest = plan(bench, dumps, records, name);
    let parts = bench.path().join(name);
    for shard in 1..=shards(&manifest) {
        run(bench, &manifest, shard, &parts);
    }
    parts
}

fn plan(bench: &Bench, dumps: &[String], records: &str, name: &str) -> PathBuf {
    let manifest = bench.path().join(format!("{name}.json"));
    let mut args = vec!["parts", "plan", "--records", records, "--output", text(&manifest)];
    args.extend(dumps.iter().map(String::as_str));
    bench.run(&args);
    manifest
}

fn shards(manifest: &Path) -> usize {
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(manifest).expect("a manifest")).expect("JSON");
    manifest["shards"].as_array().expect("shards").len()
}

#[track_caller]
fn run(bench: &Bench, manifest: &Path, shard: usize, parts: &Path) -> Value {
    let shard = shard.to_string();
    let args = ["parts", "run", &shard, "--manifest", text(manifest), "--output", text(parts), "--json"];
    bench.ok(&args).json().pop().expect("an object")
}

#[track_caller]
fn refused(bench: &Bench, args: &[&str], reasons: &[&str]) {
    let run = bench.run(args);
    assert_eq!(run.code, Some(3), "{args:?} was not refused");
    for reason in reasons {
        assert!(run.stderr.contains(reason), "{reason:?} is not in {}", run.stderr);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// An index built directly.
fn direct(dumps: &[String]) -> Bench {
    let bench = Bench::with_tiny_model();
    let mut args = vec!["index"];
    args.extend(dumps.iter().map(String::as_str));
    bench.run(&args);
    bench
}

#[test]
fn an_import_answers_as_an_index_built_directly() {
    let expected = direct(&dumps());
    for records in ["1", "7", "1000"] {
        let bench = Bench::with_tiny_model();
        let parts = parts_of(&bench, &dumps(), records, "parts");
        let imported = bench.json(&["parts", "import", text(&parts)]).pop().expect("a report");
        assert_eq!((&imported["skipped"], &imported["sequence_listings"]), (&1.into(), &1.into()));
        assert_eq!(imported["replaced"], 1);
        assert_eq!(answers(&bench), answers(&expected), "shards of {records}");
        assert_eq!(vectors(&bench.index()), vectors(&expected.index()));
        let again = bench.json(&["parts", "import", text(&parts)]).pop().expect("a report");
        // Of 43 patents, the two records of one number replace each other again.
        assert_eq!((&again["read"], &again["unchanged"]), (&44.into(), &41.into()));
        assert_eq!(vectors(&bench.index()), vectors(&expected.index()));
    }
}

#[test]
fn reading_parts_is_counted_and_can_be_stopped() {
    let bench = Bench::with_tiny_model();
    let parts = parts_of(&bench, &dumps(), "7", "parts");
    let open = |stop: bool| {
        let progress = Progress::default();
        let control = Control { progress: &progress, stop: &AtomicBool::new(stop) };
        let storage = Storage::open(text(&parts)).expect("a folder");
        (PartSet::open(vec![storage], control).map(drop), progress.counts())
    };
    let count = files(&parts).len() as u64;
    let (opened, Counts { done, total, patents, .. }) = open(false);
    opened.expect("whole parts");
    assert_eq!((done, total, patents), (count, count, 43));
    let (stopped, counts) = open(true);
    assert!(matches!(stopped, Err(PartsError::Unread)), "{stopped:?}");
    assert_eq!((counts.done, counts.total), (0, count));
}

#[test]
fn a_part_made_twice_is_the_same_bytes() {
    let (one, other) = (Bench::with_tiny_model(), Bench::with_tiny_model());
    // Another path of the same model, as on another machine.
    let model = other.path().join("model");
    copy_folder(other.model(), &model);
    let manifest = plan(&one, &dumps(), "20", "plan");
    for shard in 1..=shards(&manifest) {
        let made = run(&one, &manifest, shard, &one.path().join("parts"));
        assert_eq!(made["was_there"], false);
        assert_eq!(run(&one, &manifest, shard, &one.path().join("parts"))["was_there"], true);
        let shard = shard.to_string();
        let args = [
            "parts",
            "run",
            &shard,
            "--manifest",
            text(&manifest),
            "--output",
            "parts",
            "--model",
            text(&model),
        ];
        let run = harness::Run::of(other.command(&args).env("RAYON_NUM_THREADS", "1"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
    let bytes = |bench: &Bench| -> Vec<_> {
        let file =
            |path: PathBuf| (path.file_name().map(ToOwned::to_owned), std::fs::read(path).expect("a part"));
        files(&bench.path().join("parts")).into_iter().map(file).collect()
    };
    assert!(bytes(&one).len() > 2);
    assert!(bytes(&one) == bytes(&other), "parts differ");
}

#[test]
fn parts_that_are_not_whole_are_refused_by_name() {
    let bench = Bench::with_tiny_model();
    let parts = parts_of(&bench, &dumps(), "20", "parts");
    let victim = files(&parts).swap_remove(1);
    let whole = std::fs::read(&victim).expect("a part");
    let name = victim.file_name().expect("a name").to_string_lossy().into_owned();
    let import = ["parts", "import", text(&parts)];
    for length in [0, 3, 100, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        std::fs::write(&victim, &whole[..length]).expect("a part is cut");
        refused(&bench, &import, &[&name, "run its shard again"]);
    }
    for at in (4..whole.len()).step_by(whole.len() / 20) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(&victim, damaged).expect("a part is damaged");
        refused(&bench, &import, &[&name, "run its shard again"]);
    }
    assert!(!bench.index().exists(), "something was imported");

    std::fs::remove_file(&victim).expect("a part goes");
    refused(&bench, &import, &["1 are missing", "the first of them 2"]);
    run(&bench, &bench.path().join("parts.json"), 2, &parts);
    assert_eq!(std::fs::read(&victim).expect("it was made again"), whole);
    bench.ok(&import);
}

#[test]
fn parts_of_another_model_or_plan_are_refused() {
    let bench = Bench::with_tiny_model();
    let parts = parts_of(&bench, &dumps(), "20", "parts");
    let other = Bench::with_tiny_model();
    let model = other.path().join("model");
    copy_folder(other.model(), &model);
    change_a_weight(&model.join("model.safetensors"));
    let model = ["--model", text(&model)];

    let manifest = bench.path().join("parts.json");
    let run = ["parts", "run", "1", "--manifest", text(&manifest), "--output", "elsewhere"];
    refused(&other, &[&run[..], &model].concat(), &["the plan is for", "plan anew"]);

    let second = other.path().join("second.json");
    let grants = sample("grants.xml");
    other.ok(&[&["parts", "plan", &grants, "--output", text(&second)][..], &model].concat());
    let theirs = other.path().join("theirs");
    let run = ["parts", "run", "1", "--manifest", text(&second), "--output", text(&theirs)];
    other.ok(&[&run[..], &model].concat());
    let foreign = files(&theirs).remove(0);
    refused(&bench, &["parts", "import", text(&parts), text(&theirs)], &[text(&foreign), "was made by"]);

    bench.ok(&["parts", "import", text(&parts)]);
    refused(&bench, &["parts", "import", text(&theirs)], &[text(&foreign), "was made by"]);

    std::fs::copy(&foreign, parts.join(foreign.file_name().expect("a name"))).expect("a copy");
    refused(&bench, &["parts", "import", text(&parts)], &["a part of another plan"]);
}

#[test]
fn a_dump_that_changed_since_is_refused() {
    let bench = Bench::with_tiny_model();
    let dump = bench.path().join("dump.xml");
    std::fs::copy(sample("grants.xml"), &dump).expect("a copy");
    let manifest = plan(&bench, &[text(&dump).to_owned()], "20", "plan");
    let whole = std::fs::read_to_string(&dump).expect("a dump");
    std::fs::write(&dump, whole.replacen("battery", "Battery", 1)).expect("a change");
    let args = |shard| ["parts", "run", shard, "--manifest", text(&manifest), "--output", "parts"];
    refused(&bench, &args("1"), &["shard 1", text(&dump), "plan anew"]);
    std::fs::remove_file(&dump).expect("it goes");
    refused(&bench, &args("2"), &["shard 2", text(&dump), "No such file"]);
    refused(&bench, &args("3"), &["no shard 3", "1 to 2"]);
    assert!(!bench.path().join("parts").exists());
    refused(&bench, &["parts", "import", "."], &["holds no parts"]);
    refused(&bench, &["parts", "plan", "-", "--output", "stdin.json"], &["standard input"]);
}

/// What can be read of a damaged dump is embedded, and the damage is reported by each command that meets it.
#[test]
fn a_damaged_dump_is_embedded_as_far_as_it_goes() {
    let bench = Bench::with_tiny_model();
    let dump = bench.path().join("dump.json.gz");
    write_gzip_cut_short(&dump);
    let dumps = [sample("applications.xml"), text(&dump).to_owned()];
    let parts = parts_of(&bench, &dumps, "5", "parts");
    let run = bench.run(&["parts", "import", text(&parts)]);
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    assert!(run.stderr.contains(text(&dump)), "{}", run.stderr);
    assert_eq!(answers(&bench), answers(&direct(&dumps)));
}

fn write_gzip_cut_short(path: &Path) {
    let whole = std::fs::read(workspace().join("data/formats/patents.jsonl")).expect("patents");
    let mut zipper = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zipper, &whole).expect("memory takes all");
    let bytes = zipper.finish().expect("memory takes all");
    std::fs::write(path, &bytes[..bytes.len() / 2]).expect("a file");
}

/// Every format, with tables that are joined, and texts and bibliographic records of one publication.
#[test]
fn tables_are_joined_and_records_put_together() {
    let formats = sample("formats");
    let [docdb, ep] = ["docdb.xml", "ep.xml"].map(|name| format!("{formats}/{name}"));
    for dumps in [vec![formats], vec![docdb.clone(), ep.clone()], vec![ep, docdb]] {
        let (bench, expected) = (Bench::with_tiny_model(), direct(&dumps));
        let parts = parts_of(&bench, &dumps, "2", "parts");
        bench.run(&["parts", "import", text(&parts)]);
        bench.ok(&["embed"]);
        assert_eq!(answers(&bench), answers(&expected), "{dumps:?}");
        assert_eq!(bench.stats()["embedded"], expected.stats()["embedded"]);
    }
}

#[test]
fn each_file_of_a_folder_is_cut_by_itself() {
    let bench = Bench::with_tiny_model();
    let folder = bench.path().join("dumps");
    std::fs::create_dir(&folder).expect("a folder");
    for name in ["grants.xml", "applications.xml"] {
        std::fs::copy(sample(name), folder.join(name)).expect("a copy");
    }
    std::fs::write(folder.join("notes.txt"), "no dump").expect("a file");
    let dumps = [text(&folder).to_owned()];
    let manifest = plan(&bench, &dumps, "10", "plan");
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(&manifest).expect("a manifest")).expect("JSON");
    let shards = manifest["shards"].as_array().expect("shards").iter();
    let names = shards
        .map(|shard| (Path::new(shard["dump"].as_str().expect("a dump")).file_name(), &shard["records"]));
    let expected =
        [("applications", 10), ("applications", 2), ("grants", 10), ("grants", 10), ("grants", 10)];
    for ((name, records), (file, count)) in names.zip(expected) {
        assert_eq!((name, records), (Some(format!("{file}.xml").as_ref()), &count.into()));
    }
    let parts = parts_of(&bench, &dumps, "10", "parts");
    assert_eq!(files(&parts).len(), expected.len());
    bench.ok(&["parts", "import", text(&parts)]);
    assert_eq!(answers(&bench), answers(&direct(&dumps)));
}
