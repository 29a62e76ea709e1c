//! `priorart cpc`, and searches by the scheme that was taken in.

use std::fs;

use crate::harness::{Bench, sample};

const SCHEME: &str = "H\t\tELECTRICITY\nH01\t\tELECTRIC ELEMENTS\nH01M\t\tPROCESSES OR MEANS\nH01M4/00\t0\tElectrodes\n\
    H01M4/02\t1\tElectrodes composed of active material\nH01M4/04\t2\tProcesses of manufacture in general\n\
    H01M4/0402\t3\tMethods of deposition of the material\nH01M4/13\t2\tElectrodes for accumulators\n\
    H01M4/134\t3\tbased on metals, Si or alloys\n";

#[test]
fn classes_are_explained_and_searched_by_their_dots() {
    let bench = Bench::with_tiny_model();
    assert_ne!(bench.run(&["cpc", "import", "list.txt"]).code, Some(0), "there is no index yet");
    bench.ok(&["index", &sample("grants.xml"), "--no-embed", "--quiet"]);
    let alone = bench.run(&["search", "cpc:H01M4/02"]);
    assert_eq!(alone.code, Some(1), "no patent has that symbol itself");
    assert!(alone.stderr.contains("priorart cpc import"), "what is missing is said: {}", alone.stderr);
    let untold = bench.run(&["cpc", "H01M4/04"]);
    assert!(untold.code == Some(3) && untold.stderr.contains("priorart cpc import"), "{}", untold.stderr);

    fs::write(bench.path().join("list.txt"), SCHEME).unwrap();
    bench.ok(&["cpc", "import", "list.txt"]);
    let below = |query: &str| {
        let mut found = bench.numbers(&[query]);
        found.sort();
        found
    };
    let both = ["US99001204B2", "US99002011B1"];
    assert_eq!(below("cpc:H01M4/02"), both, "H01M4/134 and H01M4/0402 lie below");
    assert_eq!(below("cpc:H01M4/04"), ["US99002011B1"], "H01M4/0402 does, H01M4/134 does not");
    assert_eq!(below("cpc:H01M4/13"), ["US99001204B2"]);
    assert!(below("cpc=H01M4/13").is_empty(), "the symbol itself");
    assert_eq!(below("cpc:H01M4"), both);

    let shown = bench.ok(&["cpc", "H01M 4/04"]).stdout;
    for title in ["ELECTRICITY", "Electrodes composed of active material", "Methods of deposition"] {
        assert!(shown.contains(title), "{title} is not in:\n{shown}");
    }
    assert!(!shown.contains("accumulators"), "{shown}");
    let json = &bench.json(&["cpc", "H01M4/04"])[0];
    assert_eq!(json["path"].as_array().unwrap().len(), 6);
    assert_eq!(json["below"][0]["symbol"], "H01M4/0402");
    assert_eq!(bench.run(&["cpc", "G06F"]).code, Some(1));
    assert_eq!(bench.run(&["cpc", "hello"]).code, Some(2));
    // Hits show what their class is about.
    fs::write(bench.path().join("more.txt"), format!("{SCHEME}H01M4/386\t3\tSilicon or alloys\n")).unwrap();
    bench.ok(&["cpc", "import", "more.txt"]);
    assert!(bench.ok(&["search", "pn:US99001204"]).stdout.contains("H01M4/386 Silicon or alloys"));
    fs::write(bench.path().join("broken.txt"), "H01M\t\tBATTERIES\nnonsense\n").unwrap();
    let broken = bench.run(&["cpc", "import", "broken.txt"]);
    assert!(broken.code == Some(3) && broken.stderr.contains("line 2"), "{}", broken.stderr);
}
