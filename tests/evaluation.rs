//! Distance, classification and the evaluations, on the sample patents and the tiny model.

mod harness;

use std::fs;
use std::path::Path;

use harness::{Bench, sample, shared};
use serde_json::Value;

fn indexed() -> Bench {
    let bench = Bench::with_tiny_model();
    bench.ok(&["index", &sample("grants.xml"), &sample("applications.xml"), "--quiet"]);
    bench
}

/// Numbers of the sample grants that the index holds.
fn grants(bench: &Bench) -> Vec<String> {
    let mut numbers = bench.numbers(&["cc:US kind:B2", "--limit", "50"]);
    numbers.sort();
    numbers
}

fn write(bench: &Bench, name: &str, text: &str) -> String {
    let path = bench.path().join(name);
    fs::write(&path, text).expect("a file can be written");
    path.to_string_lossy().into_owned()
}

#[track_caller]
fn fails(bench: &Bench, args: &[&str], code: i32, expected: &str) {
    let run = bench.run(args);
    assert_eq!(run.code, Some(code), "{args:?}: {}", run.stderr);
    assert!(run.stderr.contains(expected), "{args:?}: {}", run.stderr);
}

#[test]
fn distance_compares_patents_files_and_texts() {
    let bench = indexed();
    let numbers = grants(&bench);
    let file = write(&bench, "disclosure.txt", "An anode of graphene, coated with silicon particles.");
    let text = "An anode of graphene, coated with silicon particles.";
    let matrix = &bench.json(&["distance", &numbers[0], &file, text])[0];
    let cosine = |y: usize, x: usize| matrix["cosines"][y][x].as_f64().unwrap();
    assert_eq!(matrix["names"][0], *numbers[0]);
    assert!((cosine(1, 2) - 1.0).abs() < 1e-5, "the file holds the text");
    assert!((cosine(0, 1) - cosine(1, 0)).abs() < 1e-6 && cosine(0, 1) < 0.999);

    let csv = bench.ok(&["distance", &numbers[0], &numbers[1], "--per", "passage", "--format", "csv"]).stdout;
    let columns = csv.lines().next().unwrap().matches(',').count();
    assert!(columns > 2 && csv.contains(&format!("{} abstract", numbers[0])), "{csv}");
    assert_eq!(csv.lines().count(), columns + 1);
    let svg = bench.ok(&["distance", &numbers[0], &numbers[1], "--format", "svg"]).stdout;
    assert_eq!(svg.matches("<rect").count(), 4);
}

#[test]
fn all_pairs_above_a_threshold_are_those_of_the_matrix() {
    let bench = indexed();
    let numbers = grants(&bench);
    let names: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let matrix = &bench.json(&[&["distance"], &names[..]].concat())[0];
    let mut expected = Vec::new();
    for (y, first) in numbers.iter().enumerate() {
        for (x, second) in numbers.iter().enumerate().skip(y + 1) {
            if matrix["cosines"][y][x].as_f64().unwrap() >= 0.7 {
                expected.push((first.clone(), second.clone()));
            }
        }
    }
    let pairs = bench.json(&["distance", "--above", "0.7"]);
    let name = |pair: &Value, side: &str| pair[side].as_str().unwrap().to_owned();
    let mut found: Vec<(String, String)> = pairs
        .iter()
        .map(|pair| [name(pair, "first"), name(pair, "second")])
        .filter(|pair| pair.iter().all(|number| numbers.contains(number)))
        .map(|mut pair| {
            pair.sort();
            pair.into()
        })
        .collect();
    found.sort();
    assert!(!expected.is_empty(), "the threshold lets some through");
    assert_eq!(found, expected);
    fails(&bench, &["distance", "--above", "2"], 2, "from -1 to 1");
}

#[test]
fn distance_says_what_it_cannot_compare() {
    let bench = indexed();
    fails(&bench, &["distance", "US1B2", "a text"], 2, "US1B2 is not in the index");
    fails(&bench, &["distance", "one text alone"], 2, "takes two at least");
    fails(&bench, &["distance"], 2, "required");
}

#[test]
fn classification_shows_its_neighbours() {
    let bench = indexed();
    let number = &grants(&bench)[0];
    let run = bench.run(&["classify", number, "--votes", "2", "--json"]);
    let result = &run.json()[0];
    let neighbours = result["neighbours"].as_array().unwrap();
    assert_eq!(neighbours.len(), 8);
    assert!(neighbours.iter().all(|one| one["number"] != **number), "it is no neighbour of its own");
    let cosines: Vec<f64> = neighbours.iter().map(|one| one["cosine"].as_f64().unwrap()).collect();
    assert!(cosines.is_sorted_by(|a, b| a >= b), "{cosines:?}");
    // The votes are counted again from the evidence.
    for vote in result["votes"].as_array().unwrap() {
        let has = |one: &&Value| one["classes"].as_array().unwrap().contains(&vote["label"]);
        assert_eq!(neighbours.iter().filter(has).count() as u64, vote["votes"].as_u64().unwrap());
        let is_given = result["classes"].as_array().unwrap().contains(&vote["label"]);
        assert_eq!(is_given, vote["votes"].as_u64().unwrap() >= 2, "{vote}");
    }
    assert_eq!(run.code, Some(i32::from(result["classes"].as_array().unwrap().is_empty())));
    let by_text =
        bench.json(&["classify", "an anode of graphene", "--by", "abstract", "-k", "3", "--votes", "1"]);
    assert_eq!(by_text[0]["neighbours"].as_array().unwrap().len(), 3);
    fails(&bench, &["classify", "US1B2"], 2, "not in the index");
    fails(&bench, &["classify", "x", "-k", "2"], 2, "ask for 1 to 2 votes");
}

#[test]
fn sts_prints_correlations_and_refuses_what_has_none() {
    let bench = Bench::with_tiny_model();
    let pairs = write(
        &bench,
        "pairs.csv",
        "id,anchor,target,context,score\n1,anode,anode,H01,1\n2,anode,a bottle opener,H01,0\n3,pump,a pump,F04,0.75\n",
    );
    let run = bench.ok(&["eval", "sts", &pairs, "--json"]);
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with("{\"pearson\":") && last.ends_with(",\"pairs\":3}"), "{last}");
    let short = write(&bench, "short.csv", "sentence1,sentence2\na,b\n");
    fails(&bench, &["eval", "sts", &short], 3, "there is no column score");
    let nan = write(&bench, "nan.csv", "sentence1,sentence2,score\na,b,1\nc,d,NaN\n");
    fails(&bench, &["eval", "sts", &nan], 3, "line 3: the score is \"NaN\"");
    let same = write(&bench, "same.csv", "sentence1,sentence2,score\na,b,1\nc,d,1\n");
    fails(&bench, &["eval", "sts", &same], 3, "no correlation");
    fails(&bench, &["eval", "sts", "absent.csv"], 3, "absent.csv");
}

/// The figures of sentence-transformers on every 58th pair: `benches/peers/sts.py MODEL pairs.csv 500`.
const REFERENCE: [(&str, f64); 2] = [("pearson", 0.608_523), ("spearman", 0.605_931)];

#[test]
fn sts_agrees_with_sentence_transformers_to_three_decimals() {
    let (Some(bench), Some(folder)) = (Bench::with_real_model(), shared("data/evaluation/phrase-matching"))
    else {
        return;
    };
    let text = fs::read_to_string(folder.join("pairs.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let (head, pairs) = lines.split_first().unwrap();
    let spread: Vec<&str> = pairs.iter().step_by(pairs.len() / 500).take(500).copied().collect();
    let file = write(&bench, "pairs.csv", &format!("{head}\n{}\n", spread.join("\n")));
    let figures = &bench.json(&["eval", "sts", &file])[0];
    for (name, expected) in REFERENCE {
        let found = figures[name].as_f64().unwrap();
        assert!((found - expected).abs() < 5e-4, "{name}: {found}, not {expected}");
    }
}

#[test]
fn classification_is_measured_on_files() {
    let bench = Bench::with_tiny_model();
    let texts = ["a pump with a piston", "an anode of graphene", "a tent with poles"];
    let labels = ["F04B", "H01M", "E04H"];
    let mut train = "text,labels\n".to_owned();
    for (text, label) in texts.iter().zip(labels) {
        // Three equal texts give their class three votes, wherever the model puts them.
        train.extend(std::iter::repeat_n(format!("{text},{label}\n"), 4));
    }
    let train = write(&bench, "train.csv", &train);
    let test = write(
        &bench,
        "test.csv",
        "text,E04H,F04B,H01M\na pump with a piston,0,1,0\nan anode of graphene,0,0,1\n",
    );
    let lines = bench.json(&["eval", "classify", "--train", &train, "--test", &test]);
    assert_eq!(lines.len(), 9, "K from 3 to 10, and the neighbours");
    for line in &lines[..2] {
        assert_eq!([&line["sample_f1"], &line["jaccard"], &line["top_1"]], [1.0, 1.0, 1.0], "{line}");
    }
    assert_eq!(lines[8]["p@1"], 1.0);
    fails(&bench, &["eval", "classify", "--train", &test, "--test", &test], 3, "cannot be 10 neighbours");
    let one = write(&bench, "one.csv", "text,labels\na,F04B\nb,F04B\n");
    fails(&bench, &["eval", "classify", "--train", &one, "--test", &test], 3, "nothing to tell apart");
}

#[test]
fn classification_is_measured_on_an_index() {
    let bench = indexed();
    let lines = bench.json(&["eval", "classify", "--sample", "10"]);
    assert_eq!(lines.len(), 9);
    assert_eq!(lines[0]["texts"], 10);
    let empty = Bench::with_tiny_model();
    fails(&empty, &["eval", "classify"], 3, "");
}

#[test]
fn retrieval_is_judged_as_trec_eval_does() {
    let bench = Bench::with_tiny_model();
    let folder = harness::workspace().join("crates/analysis/tests/trec");
    let [qrels, run] =
        ["qrels.txt", "random.run"].map(|name| folder.join(name).to_string_lossy().into_owned());
    let found = &bench.json(&["eval", "retrieval", "--qrels", &qrels, "--run", &run, "--run", &run]);
    let expected = fs::read_to_string(folder.join("expected.csv")).unwrap();
    let all: Vec<f64> =
        expected.lines().last().unwrap().split(',').skip(1).map(|value| value.parse().unwrap()).collect();
    for (name, expected) in ["ndcg@10", "recall@10", "recall@100", "map", "mrr"].into_iter().zip(all) {
        assert!((found[0]["mean"][name].as_f64().unwrap() - expected).abs() < 5e-5, "{name}");
    }
    assert_eq!(found[1]["p"], 1.0, "nothing differs from itself");
    let strange = write(&bench, "strange.run", "q100 Q0 a 1 1 x\n");
    fails(&bench, &["eval", "retrieval", "--qrels", &qrels, "--run", &strange], 3, "none of its queries");
    fails(
        &bench,
        &["eval", "retrieval", "--qrels", &run, "--run", &run],
        3,
        "line 1: judgements have four columns",
    );
}

#[test]
fn retrieval_is_judged_on_an_index() {
    let bench = indexed();
    let numbers = grants(&bench);
    let mut queries = Vec::new();
    let mut qrels = Vec::new();
    for (at, number) in numbers.iter().take(8).enumerate() {
        let title = bench.json(&["show", number])[0]["title"].as_str().unwrap().to_owned();
        queries.push(format!("t{at}\t{title}\nn{at}\t{number}\n"));
        qrels.push(format!("t{at} 0 {number} 1\nn{at} 0 {} 1\n", numbers[at + 1]));
    }
    let (queries, qrels) =
        (write(&bench, "topics.tsv", &queries.concat()), write(&bench, "qrels.txt", &qrels.concat()));
    let judged = ["--queries", &queries, "--qrels", &qrels];
    let saved = ["--per-query", "queries.csv", "--save-runs", "runs", "--weights", "0,3"];
    let systems = bench.json(&[&["eval", "retrieval"], &judged[..], &saved].concat());
    let names: Vec<&str> = systems.iter().map(|one| one["system"].as_str().unwrap()).collect();
    assert_eq!(names, ["hybrid", "keyword", "semantic", "hybrid-0", "hybrid-3"]);
    assert!(
        systems[1]["mean"]["recall@10"].as_f64().unwrap() >= 0.5,
        "titles find their patents: {}",
        systems[1]
    );
    let per_query = fs::read_to_string(bench.path().join("queries.csv")).unwrap();
    assert_eq!(per_query.lines().count(), 1 + 5 * 16);
    // What was saved is judged alike.
    let run = bench.path().join("runs/hybrid.run").to_string_lossy().into_owned();
    let again = &bench.json(&["eval", "retrieval", "--qrels", &qrels, "--run", &run])[0];
    assert_eq!(again["mean"], systems[0]["mean"]);
    assert!(!leaves_itself(Path::new(&run), &numbers[0]), "a patent does not find itself");

    let tuned = &bench.json(&[&["eval", "tune"], &judged[..]].concat())[0];
    assert!(tuned["best"].as_f64() >= tuned["compared"].as_f64(), "{tuned}");
    assert!(tuned["flags"].as_str().unwrap().contains("--keyword-weight"));
}

/// Whether the run ranks the patent for the query `n0`, which is its number.
fn leaves_itself(run: &Path, number: &str) -> bool {
    let text = fs::read_to_string(run).expect("a run was saved");
    text.lines().any(|line| line.starts_with(&format!("n0 Q0 {number} ")))
}
