//! `priorart serve` as a process.

mod harness;

use std::process::Command;

use crate::harness::server::Server;
use crate::harness::{Bench, sample};

fn words_bench() -> Bench {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", "--no-embed", &sample("grants-week2.xml")]);
    bench
}

#[test]
fn it_answers_takes_a_commit_and_ends_when_told_to() {
    let bench = words_bench();
    let mut server = Server::start(&bench, &[]);
    assert!(server.get("/api/stats", "").contains("\"generation\":1"));
    bench.run(&["index", "--no-embed", &sample("applications.xml")]);
    // The server looks for commits once a second.
    while !server.get("/api/patents/US20249900019A1", "").starts_with("HTTP/1.1 200") {
        std::thread::yield_now();
    }
    #[cfg(unix)]
    {
        let told = Command::new("kill").arg(server.child.id().to_string()).status().unwrap();
        assert!(told.success());
        assert_eq!(server.child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn tokens_come_from_the_flag_the_environment_and_a_file() {
    let bench = words_bench();
    let file = bench.path().join("tokens");
    std::fs::write(&file, "# who has these may ask\n\nfile-token-012345:100\n").unwrap();
    let server =
        Server::start(&bench, &["--token", "flag-token-012345", "--token-file", file.to_str().unwrap()]);
    assert!(server.get("/api/stats", "").starts_with("HTTP/1.1 401"));
    for token in ["flag-token-012345", "file-token-012345"] {
        let header = format!("Authorization: Bearer {token}\r\n");
        assert!(server.get("/api/stats", &header).starts_with("HTTP/1.1 200"), "{token}");
    }
    assert!(server.get("/health", "").starts_with("HTTP/1.1 200"));
}

#[test]
fn other_addresses_need_a_token_or_an_open_door() {
    let bench = words_bench();
    let wrong = |args: &[&str], part: &str| {
        let run = bench.run(&[&["serve", "--listen", "0.0.0.0:0"], args].concat());
        assert_eq!(run.code, Some(2), "{}", run.stderr);
        assert!(run.stderr.contains(part), "{}", run.stderr);
    };
    wrong(&[], "there is no token");
    wrong(&["--token", "short"], "a token is 16 or more");
    wrong(&["--open", "--token", "flag-token-012345"], "cannot be used with");
    let nowhere = bench.run(&["serve", "--listen", "127.0.0.1:0", "--index", "nowhere"]);
    assert_eq!(nowhere.code, Some(3), "{}", nowhere.stderr);
}
