//! Every file of an index is altered, cut, made longer, and taken away.
//!
//! A child looks at what comes of it, so that its address space and its time can be bounded: a hang or a huge
//! allocation ends it, and a panic that goes through does.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use priorart_index::{IndexError, Reader};

use crate::files::{copy_dir, files};
use crate::model::{Fault, check, check_reader};
use crate::patents::{LONG, Noise};
use crate::script::{LANES, generation_at, play};

/// The index that the child looks at, and the file in it that is damaged.
const INDEX: &str = "PRIORART_FAULTS_DAMAGED_INDEX";
const FILE: &str = "PRIORART_FAULTS_DAMAGED_FILE";

/// Address space of the child, KiB; the stacks and arenas of its threads take two gigabytes of it.
const ADDRESS_SPACE: &str = "4000000";

/// Memory that the child may really use, KiB; tantivy's and sled's buffers take a quarter of it.
const MEMORY: u64 = 400_000;

/// Seconds that the child may take for some fifteen damages; it needs two where nothing else runs.
const SECONDS: &str = "900";

/// Places in a file where a bit is flipped, beside the first byte, the last, and two in the footer.
const FLIPS: u64 = 6;

/// What is done to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    /// One bit of this byte is turned.
    Flip(usize),
    /// So many bytes are left.
    Cut(usize),
    /// It is made longer.
    Append,
    /// It is taken away.
    Remove,
}

impl Damage {
    /// All that is done to a file of this length.
    fn all(length: usize) -> impl Iterator<Item = Self> {
        let mut noise = Noise::new(length as u64);
        let before_end = |bytes: usize| length.saturating_sub(bytes);
        let mut flips = vec![0, before_end(60), before_end(8), before_end(1)];
        flips.extend((0..FLIPS).map(|_| noise.below(length as u64) as usize));
        let mut cuts = vec![0, 1, length / 2, before_end(1)];
        for positions in [&mut flips, &mut cuts] {
            positions.sort_unstable();
            positions.dedup();
            positions.retain(|&position| position < length);
        }
        flips
            .into_iter()
            .map(Self::Flip)
            .chain(cuts.into_iter().map(Self::Cut))
            .chain([Self::Append, Self::Remove])
    }

    fn inflict(self, path: &Path, whole: &[u8]) {
        let mut bytes = whole.to_vec();
        match self {
            Self::Flip(position) => bytes[position] ^= 1 << (position % 8),
            Self::Cut(length) => bytes.truncate(length),
            Self::Append => bytes.extend(*b"more"),
            Self::Remove => return fs_err::remove_file(path).unwrap(),
        }
        fs_err::write(path, bytes).unwrap();
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are to be seen")]
fn every_damage_is_refused_or_found() {
    if let (Some(index), Some(file)) = (std::env::var_os(INDEX), std::env::var_os(FILE)) {
        return look(Path::new(&index), Path::new(&file));
    }
    let counts = Mutex::default();
    // The last generation before the long patent has all kinds of files but a graph, and is to be compacted.
    let before = generation_at(|step| step.adds(LONG)) - 2;
    damage_files(before, |_| true, &counts);
    damage_files(before + 2, |file| file.starts_with("graph-"), &counts);
    let counts = counts.into_inner().unwrap();
    let counts: Vec<_> = counts.iter().map(|(what, count)| format!("{what}: {count}")).collect();
    println!("damages: {}", counts.join("; "));
}

type Counts = BTreeMap<String, usize>;

/// Damages the files of an index whose names are wanted.
fn damage_files(generation: u64, is_wanted: fn(&str) -> bool, counts: &Mutex<Counts>) {
    let dir = tempfile::tempdir().unwrap();
    play(dir.path(), generation as usize, &mut |_| ()).unwrap();
    let mut files = files(dir.path());
    files.retain(|path| is_wanted(path.file_name().unwrap().to_str().unwrap()));
    assert!(!files.is_empty());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    damage_file(dir.path(), file.strip_prefix(dir.path()).unwrap(), counts);
                }
            });
        }
    });
}

/// Has a child look at a file and counts what it found.
fn damage_file(index: &Path, file: &Path, counts: &Mutex<Counts>) {
    let mut child = Command::new("sh");
    child.args(["-c", "ulimit -v $0; exec timeout \"$@\"", ADDRESS_SPACE, SECONDS]);
    child.arg(std::env::current_exe().unwrap());
    child.args(["--exact", "damage::every_damage_is_refused_or_found", "--nocapture"]);
    let output = child.env(INDEX, index).env(FILE, file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}\n{errors}", file.display());
    let mut counts = counts.lock().unwrap();
    for what in said.lines().filter_map(|line| line.strip_prefix("found ")) {
        *counts.entry(what.to_owned()).or_default() += 1;
    }
    *counts.entry("files".to_owned()).or_default() += 1;
    *counts.entry("panics of tantivy's that were contained".to_owned()).or_default() +=
        errors.matches("panicked at").count();
}

/// The child's part: does all that can be done to a file.
#[expect(clippy::print_stdout, reason = "this is how the child reports")]
fn look(index: &Path, file: &Path) {
    let path = index.join(file);
    let whole = fs_err::read(&path).unwrap();
    let generation = check(index).unwrap();
    for damage in Damage::all(whole.len()) {
        println!("{} {damage:?}", file.display());
        let copy = tempfile::tempdir().unwrap();
        copy_dir(index, copy.path());
        damage.inflict(&copy.path().join(file), &whole);
        println!("found reader: {}", read(copy.path(), file));
        println!("found writer: {}", write(copy.path(), file, &whole, generation));
    }
    let status = fs_err::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim_end_matches("kB").trim().parse().unwrap();
    assert!(peak < MEMORY, "{peak} KiB");
}

/// What a reader makes of a damaged file: it refuses it by name, or says so when it is asked to verify, or
/// there is no harm in it.
fn read(index: &Path, file: &Path) -> &'static str {
    let reader = match Reader::open(index) {
        Ok(reader) => reader,
        Err(error) => {
            assert_names(&error, file);
            return "refused when it was opened";
        }
    };
    let answers = check_reader(&reader);
    let is_found = match reader.verify() {
        Ok(damage) => {
            for error in &damage {
                assert_names(error, file);
            }
            !damage.is_empty()
        }
        Err(error) => {
            assert_names(&error, file);
            true
        }
    };
    match answers {
        Ok(()) if is_found => "verify names it, answers right",
        Ok(()) => "no harm, answers right",
        Err(Fault::Refused(_)) if is_found => "verify names it, answers refused",
        Err(Fault::Wrong(_)) if is_found => "verify names it, answers wrong",
        Err(fault) => panic!("{}: not found by verify: {fault:?}", file.display()),
    }
}

/// What a writer makes of it: it refuses the file by name, and all is there when the file is put back; or it goes
/// on, and a reader then finds what there was to find.
fn write(index: &Path, file: &Path, whole: &[u8], generation: u64) -> String {
    match play(index, 1, &mut |_| ()) {
        Ok(()) => format!("went on, then {}", read(index, file)),
        Err(error) => {
            assert_names(&error, file);
            fs_err::write(index.join(file), whole).unwrap();
            assert_eq!(check(index).unwrap(), generation);
            "refused, nothing lost".to_owned()
        }
    }
}

/// The error names the file, or the directory of the keyword index where that is all that tantivy knows.
#[track_caller]
fn assert_names(error: &IndexError, file: &Path) {
    let text = error.to_string();
    let directory = file.parent().filter(|directory| *directory == Path::new("keyword"));
    let names = |path: &Path| text.contains(path.to_str().unwrap());
    assert!(names(file) || directory.is_some_and(names), "{}: {text}", file.display());
}
