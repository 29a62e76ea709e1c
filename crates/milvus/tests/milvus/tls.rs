//! A server behind TLS, with a certificate of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use priorart_milvus::{Address, Milvus};
use priorart_query::Mode;

use crate::lite::{Lite, program};
use crate::server::{found, push_index};
use crate::support::{TestIndex, sample};

/// Takes TLS off what comes and passes it on to a port; prints the port that it listens on.
const TERMINATOR: &str = r#"
import socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.set_alpn_protocols(["h2"])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
def answer(client):
    try:
        client = context.wrap_socket(client, server_side=True)
    except OSError:
        return
    server = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
    threading.Thread(target=copy, args=(client, server), daemon=True).start()
    copy(server, client)
while True:
    threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
"#;

struct Terminator {
    child: Child,
    port: u16,
}

impl Terminator {
    fn start(folder: &Path, server: u16) -> Self {
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
            // What says that it is an authority is not taken for a server's.
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-out"])
            .args([&certificate, Path::new("-keyout"), &key])
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
        let python = program("PRIORART_PYTHON", "milvus/bin/python").unwrap();
        let mut command = Command::new(python);
        command.args(["-c", TERMINATOR]).args([&certificate, &key]).arg(server.to_string());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap() }
    }
}

impl Drop for Terminator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_certificate_that_is_trusted_is_needed() {
    let Some(lite) = Lite::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let terminator = Terminator::start(folder.path(), lite.port);
    let of = |options: &str| -> Address {
        format!("milvus://localhost:{}/secret?timeout=5&{options}", terminator.port).parse().unwrap()
    };
    let trusted = of(&format!("ca={}", folder.path().join("certificate.pem").display()));
    let index = TestIndex::embedded(&sample());
    assert_eq!(push_index(&trusted, &index.reader()).added, 5);
    let milvus = Milvus::open(&trusted).unwrap();
    assert_eq!(found(&milvus, "ti:valve", Mode::Keyword), index.numbers("ti:valve", Mode::Keyword));
    for options in ["tls=true", "tls=false"] {
        let error = Milvus::open(&of(options)).unwrap_err().to_string();
        assert!(error.contains("cannot be reached"), "{options}: {error}");
    }
}
