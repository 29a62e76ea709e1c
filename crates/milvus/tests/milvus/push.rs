//! Pushes: once, twice, cut short, changed, pruned.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use priorart_milvus::{
    Address, Milvus, MilvusError, PushOptions, Pusher, Record, Session, prune, push, records, remove,
};
use priorart_query::{Mode, Query, Searcher};

use crate::both::many;
use crate::lite::Lite;
use crate::server::{found, push_index};
use crate::support::{TestIndex, sample};

/// The numbers in a collection.
pub(crate) fn held(address: &Address) -> Vec<String> {
    let milvus = Milvus::open(address).unwrap();
    let mut numbers = found(&milvus, "cc:US OR cc:EP", Mode::Keyword);
    numbers.sort();
    numbers
}

#[test]
fn a_second_push_changes_nothing_and_a_changed_patent_is_replaced() {
    let Some(lite) = Lite::start() else { return };
    let address = lite.address("updates");
    let mut patents = sample();
    let index = TestIndex::embedded(&patents);
    assert_eq!(push_index(&address, &index.reader()).added, 5);
    let again = push_index(&address, &index.reader());
    assert_eq!((again.added, again.replaced, again.unchanged, again.rows), (0, 0, 5, 0));

    // A title that changes, a claim that goes, and a patent that the next index does not have.
    patents[0].title = "Enclosure of zebras".to_owned();
    patents[1].claims.clear();
    let gone = patents.pop().unwrap().number;
    let next = TestIndex::embedded(&patents);
    let pushed = push_index(&address, &next.reader());
    assert_eq!((pushed.added, pushed.replaced, pushed.unchanged, pushed.rows), (0, 2, 2, 3));
    let milvus = Milvus::open(&address).unwrap();
    assert_eq!(found(&milvus, "ti:zebra", Mode::Keyword), [patents[0].number.to_string()]);
    assert_eq!(found(&milvus, "ti:containment", Mode::Keyword), Vec::<String>::new());
    assert_eq!(found(&milvus, "cl:rotor", Mode::Keyword), Vec::<String>::new());
    assert_eq!(held(&address).len(), 5);

    let kept: Vec<String> = patents.iter().map(|patent| patent.number.to_string()).collect();
    assert_eq!(prune(&address, &|number| kept.iter().any(|kept| kept == number)).unwrap(), 1);
    assert!(!held(&address).contains(&gone.to_string()));
    assert_eq!(remove(&address, &[patents[0].number.clone(), gone]).unwrap(), 1);
    assert_eq!(held(&address).len(), 3);
}

#[test]
fn a_push_whose_server_is_killed_ends_with_the_same_set() {
    let Some(mut lite) = Lite::start() else { return };
    let index = TestIndex::embedded(&many(1500));
    let reader = index.reader();
    let address = lite.address("killed");
    let (count, all) = records(&reader).unwrap();
    let reached = AtomicBool::new(false);
    // The server goes when a third of the patents have been taken.
    let watched = all.enumerate().map(|(at, record)| {
        if at == 900 {
            reached.store(true, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(1500));
        }
        record
    });
    let patient = PushOptions { parallel: 2, ..PushOptions::default() };
    let address_in = format!("{address}?timeout=2").parse::<Address>().unwrap();
    let stopped = Pusher::default();
    let outcome = std::thread::scope(|scope| {
        let pushing = scope.spawn(|| push(&address_in, reader.model().unwrap(), watched, &patient, &stopped));
        while !reached.load(Ordering::Relaxed) && !pushing.is_finished() {
            std::thread::sleep(Duration::from_millis(10));
        }
        lite.kill();
        pushing.join().unwrap()
    });
    let error = outcome.unwrap_err();
    assert!(matches!(error, MilvusError::Unreachable { .. } | MilvusError::Slow { .. }), "{error}");

    lite.run();
    let pushed = push_index(&address, &reader);
    assert_eq!(pushed.added + pushed.replaced + pushed.unchanged, count);
    let mut expected: Vec<String> = many(1500).iter().map(|patent| patent.number.to_string()).collect();
    expected.sort();
    assert_eq!(held(&address), expected);
    // No passage is there twice.
    let again = push_index(&address, &reader);
    assert_eq!((again.unchanged, again.rows), (count, 0));
    let milvus = Milvus::open(&address).unwrap();
    let searcher = Searcher::on(Box::new(Session::new(&milvus)));
    assert_eq!(searcher.matching(&Query::default()).unwrap().len(), count);
}

#[test]
fn a_push_stops_when_it_is_told_and_where_a_record_is_bad() {
    let Some(lite) = Lite::start() else { return };
    let index = TestIndex::embedded(&sample());
    let reader = index.reader();
    let address = lite.address("stopped");
    let pusher = Pusher::default();
    pusher.stop();
    let (_, all) = records(&reader).unwrap();
    let outcome = push(&address, reader.model().unwrap(), all, &PushOptions::default(), &pusher);
    assert!(matches!(outcome, Err(MilvusError::Stopped)), "{outcome:?}");

    let bad = |_: usize| -> Result<Record, MilvusError> {
        Err(MilvusError::NoVectors { number: "US1A".into(), missing: 2 })
    };
    let records = std::iter::once(0).map(bad);
    let outcome =
        push(&address, reader.model().unwrap(), records, &PushOptions::default(), &Pusher::default());
    assert!(outcome.unwrap_err().to_string().contains("US1A: 2 of its passages have no embeddings"));
}
