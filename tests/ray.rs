//! Shards embedded on a Ray cluster of three workers, one of which dies; parts in an object store.
//!
//! Needs the Python environment that `cargo xtask test` makes.

#![cfg(target_os = "linux")]
#![expect(clippy::print_stderr, reason = "what is skipped is said")]

mod answers;
mod harness;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use answers::{answers, vectors};
use harness::{Bench, Run, sample, workspace};
use serde_json::Value;

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

fn python() -> Option<PathBuf> {
    let target =
        Path::new(env!("CARGO_BIN_EXE_priorart")).ancestors().nth(2).expect("target/release/priorart");
    let python = target.join("python/ray/bin/python");
    if !python.exists() {
        eprintln!(
            "SKIPPED: no Python with ray and moto in {}; `cargo xtask test` makes it",
            python.display()
        );
        return None;
    }
    Some(python)
}

/// A process that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Its end of standard input tells the cluster to shut down; whatever else it is, is killed.
        if self.0.stdin.take().is_none() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

fn dumps() -> [String; 3] {
    ["grants.xml", "applications.xml", "grants-week2.xml"].map(sample)
}

fn plan(bench: &Bench, records: &str) -> PathBuf {
    let manifest = bench.path().join("plan.json");
    let [first, second, third] = dumps();
    bench.ok(&["parts", "plan", &first, &second, &third, "--records", records, "--output", text(&manifest)]);
    manifest
}

fn direct() -> Bench {
    let bench = Bench::with_tiny_model();
    let [first, second, third] = dumps();
    bench.ok(&["index", &first, &second, &third]);
    bench
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return found;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("{what}: not within {PATIENCE:?}")
}

fn cluster(python: &Path) -> (Server, String) {
    let mut child = Command::new(python)
        .arg(workspace().join("tests/ray_cluster.py"))
        .env("RAY_USAGE_STATS_ENABLED", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let address = lines.find_map(|line| line.ok()?.strip_prefix("address ").map(str::to_owned));
    (Server(child), address.expect("the cluster prints its address"))
}

/// The binary, but for the first call, which hangs and leaves its own process id and that of its worker.
fn stalling_binary(bench: &Bench) -> (PathBuf, PathBuf) {
    let (script, pids) = (bench.path().join("priorart.sh"), bench.path().join("pids"));
    let lines = [
        "#!/bin/sh".to_owned(),
        format!("if mkdir {}.first 2>/dev/null; then", text(&pids)),
        format!("  echo $PPID $$ > {0}.new && mv {0}.new {0}", text(&pids)),
        "  exec sleep 600".to_owned(),
        "fi".to_owned(),
        format!("exec {} \"$@\"", env!("CARGO_BIN_EXE_priorart")),
    ];
    std::fs::write(&script, lines.join("\n")).expect("a script");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&script, executable).expect("it is made executable");
    (script, pids)
}

fn parent_of(pid: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).expect("it has a parent");
    parent.trim().to_owned()
}

fn kill(pid: &str) {
    assert!(Command::new("kill").args(["-9", pid]).status().expect("kill starts").success(), "{pid} is gone");
}

#[test]
fn one_of_three_workers_dies_and_all_parts_are_made() {
    let Some(python) = python() else { return };
    let bench = Bench::with_tiny_model();
    let manifest = plan(&bench, "4");
    let (script, pids) = stalling_binary(&bench);
    let (_cluster, address) = cluster(&python);
    let parts = bench.path().join("parts");
    let log = |name| bench.path().join(name);
    let file = |name| std::fs::File::create(log(name)).expect("a file");
    let embed = Command::new(&python)
        .arg(workspace().join("deploy/ray/embed.py"))
        .args([text(&manifest), "--output", text(&parts), "--address", &address, "--cpus", "1"])
        .args(["--priorart", text(&script)])
        .stdout(file("out"))
        .stderr(file("err"))
        .spawn();
    let mut embed = Server(embed.expect("Python starts"));

    let stalled = wait_for("a worker", || std::fs::read_to_string(&pids).ok());
    let (worker, child) = stalled.trim().split_once(' ').expect("two process ids");
    wait_for("a part of another worker", || std::fs::read_dir(&parts).ok()?.next()?.ok());
    // The worker's parent is its node: the machine is gone, with all that ran on it.
    [parent_of(worker).as_str(), worker, child].into_iter().for_each(kill);
    let status = wait_for("all parts", || embed.0.try_wait().expect("it can be asked"));
    let [stdout, stderr] = ["out", "err"].map(|name| std::fs::read_to_string(log(name)).expect("a log"));
    assert!(status.success(), "{stderr}");

    // Ray tells of the loss on standard output, too.
    let summary: Value = stdout.lines().find_map(|line| serde_json::from_str(line).ok()).expect("a summary");
    assert_eq!(summary["failed"], 0);
    assert_eq!(std::fs::read_dir(&parts).expect("parts").count() as u64, summary["shards"]);
    assert!(stderr.contains("12 of 12 shards"), "{stderr}");

    bench.ok(&["parts", "import", text(&parts)]);
    let expected = direct();
    assert_eq!(answers(&bench), answers(&expected));
    assert_eq!(vectors(&bench.index()), vectors(&expected.index()));
}

const SECRET: &str = "a-secret-of-nobody";

/// moto, an implementation of Amazon's services for tests, with a bucket named "parts".
fn store(python: &Path) -> (Server, String) {
    // Free until somebody else takes it.
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
    let child = Command::new(python)
        .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Python starts");
    let server = Server(child);
    let mut socket = wait_for("moto", || TcpStream::connect(("127.0.0.1", port)).ok());
    let request = "PUT /parts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    (server, format!("http://127.0.0.1:{port}"))
}

/// Runs the binary with the store's address and credentials.
fn with_store(bench: &Bench, endpoint: &str, args: &[&str]) -> Run {
    let mut command = bench.command(args);
    command.env("AWS_ENDPOINT_URL", endpoint).env("AWS_ALLOW_HTTP", "true").env("AWS_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "nobody").env("AWS_SECRET_ACCESS_KEY", SECRET);
    let run = Run::of(&mut command);
    assert!(!run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "the secret was printed");
    run
}

#[test]
fn parts_in_an_object_store_are_those_in_a_folder() {
    let Some(python) = python() else { return };
    let bench = Bench::with_tiny_model();
    let manifest = plan(&bench, "20");
    let (_server, endpoint) = store(&python);
    let place = "s3://parts/2024/week-8";
    for shard in ["1", "2", "3", "4"] {
        let args = ["parts", "run", shard, "--manifest", text(&manifest), "--output", place, "--json"];
        for was_there in [false, true] {
            let run = with_store(&bench, &endpoint, &args);
            assert_eq!(run.code, Some(0), "{}", run.stderr);
            assert_eq!(run.json()[0]["was_there"], was_there);
        }
    }
    let import = with_store(&bench, &endpoint, &["parts", "import", place]);
    assert_eq!(import.code, Some(0), "{}", import.stderr);
    let expected = direct();
    assert_eq!(answers(&bench), answers(&expected));
    assert_eq!(vectors(&bench.index()), vectors(&expected.index()));

    for (place, reason) in [("s3://parts/nothing", "holds no parts"), ("s3://absent/parts", "NoSuchBucket")] {
        let run = with_store(&bench, &endpoint, &["parts", "import", place]);
        assert_eq!(run.code, Some(3));
        assert!(run.stderr.contains(place) && run.stderr.contains(reason), "{}", run.stderr);
    }
}
