//! `priorart serve` as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

use serde_json::Value;

use super::Bench;

/// A server that has started.
pub struct Server {
    pub child: Child,
    address: String,
}

impl Server {
    #[track_caller]
    pub fn start(bench: &Bench, args: &[&str]) -> Self {
        let mut child = bench.spawn(&[&["serve", "--listen", "127.0.0.1:0", "--json"], args].concat());
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let started: Value = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut said = String::new();
            child.stderr.take().map(|mut stderr| stderr.read_to_string(&mut said));
            panic!("{error}: {line:?} {said}")
        });
        Self { child, address: started["address"].as_str().expect("an address").to_owned() }
    }

    /// Where it is, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The whole answer, head and body.
    pub fn get(&self, path: &str, header: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a server");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}Connection: close\r\n\r\n")
            .expect("it takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// The status and the body. The body must be one piece.
    #[track_caller]
    pub fn body(&self, path: &str) -> (u16, String) {
        let answer = self.get(path, "");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("no status in {head}")), body.to_owned())
    }

    /// The JSON that a path answers with 200.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let (status, body) = self.body(path);
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error} in {body}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed leaves none behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
