//! The shared real patents, for the tests that need them.

#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use priorart_corpus::{Patent, RawDocument, Record, parse, read_dump};

/// The shared real patents of the USPTO; `None`, loudly, where they are absent.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    shared_data(&format!("uspto/{folder}"))
}

/// The shared real patents in a folder or a file; `None`, loudly, where they are absent.
pub(crate) fn shared_data(path: &str) -> Option<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = std::env::var("PRIORART_SHARED").unwrap_or_else(|_| "../shared".into());
    let path = workspace.join(root).join("data").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is absent; set PRIORART_SHARED", path.display());
    None
}

pub(crate) fn documents(path: &Path) -> Vec<RawDocument> {
    let mut documents = Vec::new();
    read_dump(path, &mut |document| {
        documents.push(document.unwrap());
        ControlFlow::Continue(())
    });
    documents
}

pub(crate) fn patents(path: &Path) -> Vec<(RawDocument, Patent)> {
    let parsed = documents(path).into_iter().map(|document| (parse(&document), document));
    parsed
        .filter_map(|(record, document)| match record {
            Record::Patent(patent) => Some((document, *patent)),
            _ => None,
        })
        .collect()
}
