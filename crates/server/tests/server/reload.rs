//! A commit while requests run.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use priorart_server::{Access, App, Limits};

use crate::harness::{Served, add_words, samples, words_index};

#[test]
fn a_commit_is_served_and_no_request_is_dropped() {
    let dir = words_index(&samples(&["grants.xml"]));
    let served = Served::new(App::open(dir.path(), None, Limits::default()).unwrap(), Access::open());
    assert!(!served.app.reload().unwrap(), "nothing is new");
    let first = served.json("/ready")["generation"].as_u64().unwrap();
    let (done, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let found = served.json("/api/search?q=gearbox&mode=keyword");
                    assert!(!found["hits"].as_array().unwrap().is_empty());
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for file in ["applications.xml", "grants-week2.xml"] {
            add_words(dir.path(), &samples(&[file]));
            assert!(served.app.reload().unwrap());
            let before = answered.load(Ordering::Relaxed);
            while answered.load(Ordering::Relaxed) < before + 10 {
                thread::yield_now();
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(served.json("/ready")["generation"].as_u64().unwrap() > first);
    assert_eq!(served.json("/api/patents/US20249900019A1")["number"], "US20249900019A1");
}

#[test]
fn what_cannot_be_read_leaves_the_last_commit_in_service() {
    let dir = words_index(&samples(&["grants.xml"]));
    let served = Served::new(App::open(dir.path(), None, Limits::default()).unwrap(), Access::open());
    add_words(dir.path(), &samples(&["applications.xml"]));
    for manifest in fs_err::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if manifest.extension().is_some_and(|extension| extension == "json") {
            fs_err::write(manifest, "{").unwrap();
        }
    }
    assert!(served.app.reload().is_err());
    assert!(!served.json("/api/search?q=gearbox&mode=keyword")["hits"].as_array().unwrap().is_empty());
}
