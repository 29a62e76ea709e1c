//! No file of the shared data is forgotten, and each is told for what it is.

use std::ops::ControlFlow;
use std::path::Path;

use priorart_corpus::{Format, read_dump};

use crate::support::shared_data;

/// What the manifest calls a format; `None` for what is no dump.
fn format(name: &str) -> Option<Format> {
    Some(match name {
        "aps" => Format::UsptoAps,
        "patdoc-v2" => Format::UsptoPatdoc,
        "pap-v1" => Format::UsptoPap,
        "us-grant-v4" => Format::UsptoGrant,
        "us-appl-v4" => Format::UsptoApplication,
        "ep-fulltext" => Format::EpFullText,
        "docdb" => Format::Docdb,
        "marec" => Format::Marec,
        "bigquery" => Format::BigQuery,
        "lens" => Format::Lens,
        "patentsview-json" | "patentsview-csv" => Format::PatentsView,
        "json-fulltext" => Format::Hupd,
        "dtd" | "cpc-scheme" | "cpc-titles" => return None,
        other => panic!("{other} is a format that the tests do not know"),
    })
}

/// A grant within a page of the web, as some tool wrote it; reported as skipped.
const BROKEN: &str = "uspto/grants-v4/Patent_Database__08925447.xml";

#[test]
fn every_file_is_told_for_what_it_is() {
    let Some(manifest) = shared_data("manifest.tsv") else { return };
    let manifest = std::fs::read_to_string(manifest).unwrap();
    let mut dumps = 0;
    for line in manifest.lines().skip(1) {
        let mut columns = line.split('\t');
        let (path, name) = (columns.next().unwrap(), columns.next().unwrap());
        // One was parsed already: a table of R.
        let Some(expected) = format(name).filter(|_| Path::new(path).extension() != Some("rda".as_ref()))
        else {
            continue;
        };
        let file = shared_data(path).unwrap();
        let mut found = Vec::new();
        read_dump(&file, &mut |document| {
            found.push(document.unwrap().format);
            ControlFlow::Continue(())
        });
        let others: Vec<Format> = found.iter().copied().filter(|&told| told != expected).collect();
        let allowed = match path {
            BROKEN => &[Format::Unknown][..],
            _ => &[Format::SequenceListing][..],
        };
        assert!(found.contains(&expected) || path == BROKEN, "{path}: {found:?}");
        assert!(others.iter().all(|told| allowed.contains(told)), "{path}: {others:?}");
        dumps += 1;
    }
    assert!(dumps > 300, "only {dumps} dumps");
}
