//! Commands on a collection.

use crate::harness::sample;
use crate::{Pushed, numbers};

#[test]
fn commands_answer_as_on_the_index() {
    let Some(pushed) = Pushed::new() else { return };
    let url = pushed.url();
    let on_both = |args: &[&str]| {
        let found = pushed.client.json(&[args, &["--engine", &url]].concat());
        (found, pushed.owner.json(args))
    };
    let (found, expected) = on_both(&["show", "US99001204B2"]);
    assert_eq!((found.len(), &found), (1, &expected));

    let (found, expected) = on_both(&["search", "cpc:H01M pd<2015"]);
    let sorted = |hits: &[serde_json::Value]| numbers(&serde_json::json!({ "hits": hits }), "hits");
    assert_eq!(sorted(&found), sorted(&expected));

    let claim = "A battery comprising: an anode; and a cathode.";
    let (found, expected) = on_both(&["chart", claim, "--where", "cpc:H01M", "-n", "100"]);
    assert_eq!(found[0]["elements"], expected[0]["elements"]);
    assert_eq!(numbers(&found[0], "patents"), numbers(&expected[0], "patents"));

    let refused =
        pushed.client.run(&["chart", claim, "--where", "solid NEAR3 electrolyte", "--engine", &url]);
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(refused.stderr.contains("Milvus cannot"), "{}", refused.stderr);

    a_session(&pushed);
    watches(&pushed);
}

/// The address may be in the environment; what is opened comes from the collection.
fn a_session(pushed: &Pushed) {
    let typed = "ti:closure\n:open 1\n:like 1\nS1 AND cc:US\n";
    let run = pushed.client.typed(&["repl", "--engine", &pushed.url()], typed);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("US99004031B2") && run.stdout.contains("priority"), "{}", run.stdout);
    assert!(!run.stdout.contains("error: "), "{}", run.stdout);
}

/// Searches are kept without an index, and report what was pushed since.
fn watches(pushed: &Pushed) {
    let watch = |args: &[&str]| {
        let mut command = pushed.client.command(&[&["watch"], args].concat());
        crate::harness::Run::of(command.env("PRIORART_ENGINE", pushed.url()))
    };
    assert_eq!(watch(&["add", "all", "cc:US"]).code, Some(0));
    assert_eq!(watch(&["run"]).code, Some(1), "what was found when it was added is not new");
    pushed.owner.ok(&["index", &sample("grants-week2.xml"), "--quiet"]);
    pushed.push();
    let new = watch(&["run", "all", "--json"]);
    assert_eq!(new.json().len(), 2, "of three grants, one was there: {} {}", new.stdout, new.stderr);
    assert_eq!(watch(&["run"]).code, Some(1), "it is reported once");
    // The file of searches does not stand in the way of an index.
    pushed.client.ok(&["index", &sample("grants-week2.xml"), "--quiet"]);
    assert!(pushed.client.ok(&["watch", "list"]).stdout.contains("cc:US"));
}
