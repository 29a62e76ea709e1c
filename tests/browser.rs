//! The pages in a real headless Chromium, over the real server; see `tests/browser`.

#![expect(clippy::print_stderr, reason = "what is skipped is said")]

mod harness;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use harness::server::Server;
use harness::{Bench, sample, workspace};

/// A patent whose title and text want to be more than text.
const HOSTILE: &str = r#"{"number": "US20249900099A1", "title": "Hostile <script>document.title=\"taken\"</script><img src=x onerror=alert(1)>", "abstract": "A title <img src=x onerror=alert(2)> with a script & an image.", "claims": [{"number": 1, "text": "A hostile title comprising:\na script </div><script>alert(3)</script>; and\nan image."}], "publication_date": "2024-02-22", "assignees": [{"name": "\"><script>alert(4)</script>"}]}"#;

/// What runs the tests, and what it needs.
struct Tools {
    browser: PathBuf,
    packages: PathBuf,
}

impl Tools {
    /// `None`, loudly, where something is absent.
    fn find() -> Option<Self> {
        let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        let packages = workspace().join(target).join("browser/node_modules");
        let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program);
        match browser {
            Some(browser) if program("node").is_some() && packages.join("playwright-core").exists() => {
                Some(Self { browser, packages })
            }
            _ => {
                eprintln!(
                    "SKIPPED: the pages in a browser; `cargo xtask test` installs chromium, node and two packages"
                );
                None
            }
        }
    }
}

/// Where a program of the path lies.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[test]
fn the_pages_work_in_a_browser() {
    let Some(tools) = Tools::find() else { return };
    let bench = Bench::with_tiny_model();
    let hostile = bench.path().join("hostile.jsonl");
    std::fs::write(&hostile, HOSTILE).expect("a file");
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "hostile.jsonl", "--quiet"]);
    let server = Server::start(&bench, &["--quiet"]);
    let tests = workspace().join("tests/browser");
    let status = Command::new("node")
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(["pages.test.cjs", "enter.test.cjs", "accessibility.test.cjs"].map(|name| tests.join(name)))
        .env("NODE_PATH", &tools.packages)
        .env("PRIORART_URL", server.url())
        .env("PRIORART_CHROMIUM", tools.browser)
        .env("PRIORART_BROWSER_OUT", tools.packages.with_file_name("screenshots"))
        .stdin(Stdio::null())
        .status()
        .expect("node starts");
    assert!(status.success(), "the browser tests failed: see above");
}
