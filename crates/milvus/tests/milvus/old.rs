//! The server itself, standalone, with users and without full text: Milvus 2.3.5, as `PyPI` has it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use priorart_index::Reader;
use priorart_milvus::{Address, Milvus, MilvusError, remove};
use priorart_query::{Mode, Searcher, parse};
use tempfile::TempDir;

use crate::both::{Waves, many, nearest};
use crate::lite::{free_port, program};
use crate::server::{address, found, push_index, search};
use crate::support::{all, numbers};

/// Runs the server, kills it and runs it again, as it is told line by line.
const KEEPER: &str = r#"
import sys
from milvus import MilvusServer
roles = ["rootCoord", "proxy", "queryCoord", "queryNode", "indexNode", "dataCoord", "dataNode"]
server = MilvusServer(data_dir=sys.argv[1], proxy_port=int(sys.argv[2]))
server.config.extra_configs = {role + ".ip": "127.0.0.1" for role in roles}
server.config.extra_configs["common.security.authorizationEnabled"] = "true"
server.config.extra_configs.update(pair.split("=") for pair in sys.argv[3:])
server.start()
# It would not have a port again that was in use a moment ago; the server itself takes it.
server.config.resolve_all_listen_ports = lambda: None
print("READY", flush=True)
for line in sys.stdin:
    if line.strip() == "kill":
        server.server_proc.kill()
        server.server_proc.wait()
        print("KILLED", flush=True)
    else:
        server.start()
        print("READY", flush=True)
server.stop()
"#;

/// Two that begin at once take the same ports for themselves.
static ALONE: Mutex<()> = Mutex::new(());

struct Standalone {
    _alone: MutexGuard<'static, ()>,
    _dir: TempDir,
    port: u16,
    child: Child,
    orders: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
}

impl Standalone {
    /// `None`, and says so, where no Python has the server.
    fn start(configuration: &[&str]) -> Option<Self> {
        let Some(python) = program("PRIORART_MILVUS_PYTHON", "milvus-server/bin/python") else {
            println!("SKIPPED: the server of Milvus is not installed (`cargo xtask test` installs it)");
            return None;
        };
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (dir, port) = (tempfile::tempdir().unwrap(), free_port());
        let mut command = Command::new(python);
        command.args(["-c", KEEPER]).arg(dir.path()).arg(port.to_string()).args(configuration);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, said) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut standalone = Self { _alone: alone, _dir: dir, port, child, orders, said };
        standalone.wait_for("READY");
        Some(standalone)
    }

    fn wait_for(&mut self, word: &str) {
        let mut line = String::new();
        while line.trim() != word {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "the server ended");
        }
    }

    fn order(&mut self, order: &str, answer: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        self.wait_for(answer);
    }

    fn address(&self, password: &str) -> Address {
        let address = address(self.port, "old", "?timeout=60");
        address.or_credentials(Some("root".to_owned()), Some(password.to_owned()))
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.child.wait();
    }
}

#[test]
fn a_server_without_full_text_serves_semantic_mode() {
    let Some(mut server) = Standalone::start(&[]) else { return };
    let error = Milvus::open(&server.address("wrong")).unwrap_err();
    assert!(matches!(error, MilvusError::Refused { .. }), "{error}");
    assert!(!error.to_string().contains("\"wrong\""), "{error}");

    let index = Waves::index(&many(600));
    let reader = Reader::open(index.path()).unwrap();
    let address = server.address("Milvus");
    assert_eq!(push_index(&address, &reader).added, 600);
    let milvus = Milvus::open(&address).unwrap();
    nearest(&reader, &milvus);
    for query in ["cc:EP", "pd<2007", "pn:US8000001", "kind:B2 -cc:US", "pd:2006..2007 cc:US"] {
        let expected = Searcher::new(&reader).search(&parse(query).unwrap(), &all(Mode::Semantic)).unwrap();
        assert_eq!(found(&milvus, query, Mode::Semantic), numbers(&expected.hits), "{query}");
    }
    what_is_missing(&milvus);

    server.order("kill", "KILLED");
    let start = std::time::Instant::now();
    let short = crate::server::address(server.port, "old", "?timeout=2");
    assert!(matches!(Milvus::open(&short), Err(MilvusError::Unreachable { .. })));
    assert!(start.elapsed().as_secs() < 12);
    server.order("start", "READY");
    let again = push_index(&address, &reader);
    assert_eq!((again.unchanged, again.rows), (600, 0));
    assert_eq!(remove(&address, &["US8000001B2".parse().unwrap()]).unwrap(), 1);
    assert_eq!(push_index(&address, &reader).added, 1);
}

/// A server that takes less at a time than is sent says so, and is given time.
#[test]
fn a_server_that_asks_for_patience_is_given_it() {
    let limits = ["quotaAndLimits.dml.enabled=true", "quotaAndLimits.dml.insertRate.max=0.3"];
    let Some(server) = Standalone::start(&limits) else { return };
    let index = Waves::index(&many(1500));
    let reader = Reader::open(index.path()).unwrap();
    assert_eq!(push_index(&server.address("Milvus"), &reader).added, 1500);
    assert_eq!(push_index(&server.address("Milvus"), &reader).unchanged, 1500);
}

fn what_is_missing(milvus: &Milvus) {
    let hybrid = search(milvus, "pump", Mode::Hybrid).unwrap();
    assert!(!hybrid.hits.is_empty());
    assert!(hybrid.warnings.iter().any(|one| one.contains("semantic ranking only") && one.contains("2.5")));
    for (query, mode) in [("pump", Mode::Keyword), ("ti:pump", Mode::Semantic), ("pa:safety", Mode::Semantic)]
    {
        let error = search(milvus, query, mode).unwrap_err().to_string();
        assert!(error.starts_with("Milvus cannot"), "{error}");
    }
}
