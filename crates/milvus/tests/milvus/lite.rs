//! milvus-lite for as long as a test runs.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_mins(2);

/// milvus-lite, which serves the same protocol from one process.
pub(crate) struct Lite {
    dir: TempDir,
    pub(crate) port: u16,
    child: Option<Child>,
}

/// A program, where `cargo xtask test` puts it, or where a variable says.
pub(crate) fn program(variable: &str, installed: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python").join(installed);
    named.or(Some(installed)).filter(|path| path.exists())
}

fn milvus_lite() -> Option<PathBuf> {
    program("PRIORART_MILVUS_LITE", "milvus/bin/milvus-lite")
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

impl Lite {
    /// `None`, and says so, where there is no milvus-lite.
    pub(crate) fn start() -> Option<Self> {
        if milvus_lite().is_none() {
            println!(
                "SKIPPED: milvus-lite is not installed (`cargo xtask test` installs it where Python is)"
            );
            return None;
        }
        let mut lite = Self { dir: tempfile::tempdir().unwrap(), port: free_port(), child: None };
        lite.run();
        Some(lite)
    }

    /// Begins, or begins again on the same data.
    pub(crate) fn run(&mut self) {
        let mut command = Command::new(milvus_lite().unwrap());
        command.args(["server", "--host", "127.0.0.1", "--port", &self.port.to_string(), "--data-dir"]);
        command.arg(self.dir.path()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "milvus-lite does not begin");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// As a power cut does it.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(crate) fn url(&self, collection: &str) -> String {
        url(self.port, collection)
    }
}

impl Drop for Lite {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn url(port: u16, collection: &str) -> String {
    format!("milvus://127.0.0.1:{port}/{collection}")
}
