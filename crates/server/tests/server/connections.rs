//! Sockets: slow clients, and the end.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use priorart_server::{App, Limits};

use crate::harness::{Listening, sample_index};

const SOON: Duration = Duration::from_millis(200);

fn start(limits: Limits) -> Listening {
    Listening::start(App::open(sample_index(), None, limits).unwrap())
}

fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).unwrap()
}

/// What comes until the server closes the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ask(address: SocketAddr, path: &str) -> String {
    let mut stream = connect(address);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    rest(&mut stream)
}

#[test]
fn requests_come_over_a_socket() {
    let listening = start(Limits::default());
    let answer = ask(listening.address, "/health");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("{\"status\":\"ok\"}"), "{answer}");
    assert!(ask(listening.address, "/api/search?q=gearbox").contains("\"hits\""));
    listening.wait();
}

/// There is room for one connection: the second is answered only when the server has given up the first.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "each test makes its own")]
fn is_given_up(limits: Limits, slow: impl FnOnce(&mut TcpStream)) -> String {
    let listening = start(Limits { connections: 1, ..limits });
    let mut first = connect(listening.address);
    slow(&mut first);
    assert!(ask(listening.address, "/health").starts_with("HTTP/1.1 200"));
    let answer = rest(&mut first);
    listening.wait();
    answer
}

#[test]
fn who_does_not_end_the_head_is_given_up() {
    let limits = Limits { sending: SOON, ..Limits::default() };
    is_given_up(limits, |stream| stream.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap());
}

#[test]
fn who_does_not_send_the_body_is_told_so() {
    let limits = Limits { sending: SOON, ..Limits::default() };
    let answer = is_given_up(limits, |stream| {
        let head = "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        write!(stream, "{head}Content-Length: 100\r\n\r\n{{\"q\":").unwrap();
    });
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[test]
fn who_takes_no_answer_is_given_up() {
    const ASKED: usize = 2000;
    let limits = Limits { stalled: SOON, ..Limits::default() };
    let answer = is_given_up(limits, |stream| {
        stream.set_nonblocking(true).unwrap();
        // Some 100 MB of answers, which no buffer of a system holds; what does not fit of the requests is as good.
        for _ in 0..ASKED {
            match stream.write(b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n") {
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                written => drop(written.unwrap()),
            }
        }
        stream.set_nonblocking(false).unwrap();
    });
    assert!(answer.matches("HTTP/1.1 200").count() < ASKED);
}

#[test]
fn what_runs_is_finished_before_the_end() {
    let mut listening = start(Limits::default());
    let mut running = connect(listening.address);
    let body = "{\"q\": \"gearbox\"}";
    let head = "POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue";
    write!(running, "{head}\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
    // The server asks for the body: the request is on its way.
    let mut asks = [0; 25];
    running.read_exact(&mut asks).unwrap();
    assert_eq!(&asks, b"HTTP/1.1 100 Continue\r\n\r\n");
    listening.tell_to_stop();
    while TcpStream::connect(listening.address).is_ok() {
        std::thread::yield_now();
    }
    running.write_all(body.as_bytes()).unwrap();
    let answer = rest(&mut running);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"hits\""), "{answer}");
    listening.wait();
}
