//! The demo, and the synonym query that only the semantic side can answer, with the real weights.

#![expect(clippy::print_stdout, reason = "tests fail by panic, and print what they found")]

mod harness;

use harness::{Bench, sample};

#[test]
fn the_demo_does_the_main_job() {
    let Some(bench) = Bench::with_real_model() else {
        return;
    };
    let run = bench.ok(&["demo"]);
    for word in ["invisible dog fence", "US99006007B2", "US20249900019A1", "US99001204B2", "priorart search"]
    {
        assert!(run.stdout.contains(word), "{word:?} is not in: {}", run.stdout);
    }
}

/// Every row of the table in `data/README.md`: query and expected number.
fn synonym_queries() -> Vec<(String, String)> {
    let readme = std::fs::read_to_string(sample("README.md")).expect("data/README.md");
    let rows = readme.lines().filter(|line| line.starts_with("| ") && line.contains("| `US"));
    let cells = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    // Tables of patents begin with a number in backticks, this one with the words of a query.
    let queries = cells.filter(|cells| !cells[1].starts_with(['`', '—']) && cells[2].starts_with("`US"));
    queries.map(|cells| (cells[1].to_owned(), cells[2].trim_matches('`').to_owned())).collect()
}

#[test]
fn synonyms_are_missed_by_keywords_and_found_by_the_hybrid() {
    let Some(bench) = Bench::with_real_model() else {
        return;
    };
    let dumps = [sample("grants.xml"), sample("applications.xml")];
    bench.ok(&["index", &dumps[0], &dumps[1], "--quiet"]);
    let queries = synonym_queries();
    assert!(queries.len() >= 6, "{queries:?}");
    for (query, expected) in queries {
        let keyword = bench.numbers(&[&query, "--mode", "keyword", "--limit", "50"]);
        assert!(!keyword.contains(&expected), "{query}: keywords find {expected}");
        let semantic = bench.numbers(&[&query, "--mode", "semantic", "--limit", "3"]);
        assert!(semantic.contains(&expected), "{query}: {semantic:?}");
        let hybrid = bench.numbers(&[&query]);
        println!("{query}: {expected} at {:?}", hybrid.iter().position(|number| *number == expected));
        assert!(hybrid.contains(&expected), "{query}: {hybrid:?}");
    }
}
