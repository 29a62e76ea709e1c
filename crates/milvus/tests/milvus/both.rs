//! The same answers from both engines.

use std::error::Error;

use priorart_corpus::{Date, Paragraph, PassageKind, Patent, PatentNumber, Place};
use priorart_index::{ModelStamp, PatentId, Reader, Writer, WriterOptions};
use priorart_milvus::{Milvus, Session};
use priorart_query::{EmbedQuery, Engine, Family, Mode, SearchOptions, Searcher, Sort, parse};

use tempfile::TempDir;

use crate::lite::Lite;
use crate::server::{push_index, search};
use crate::support::{MODES, TestIndex, Toy, all, numbers, patent, sample};

/// Conditions of every kind that Milvus can check, of the query crate's own tests.
const CONDITIONS: &[&str] = &[
    "\"solid electrolyte\"",
    "\"solid electrolytes\"",
    "\"electrolyte solid\"",
    "\"anode of graphene\"",
    "ti:valve",
    "cl:valve",
    "ab:\"check valve\"",
    "ti:(anode OR leash)",
    "(solid rotor)",
    "valve AND rotor",
    "graphene OR leash",
    "ti:zyzzyva",
    "-valve",
    "-\"check valve\" -dog",
    "-(valve OR anode)",
    "-cpc:A01K",
    "-pd<2014",
    "solid AND NOT rotor",
    "solid XOR rotor",
    "cpc:A",
    "cpc:A01K",
    "cpc:A01K15",
    "cpc:A01K27/00",
    "ipc:H01M4/13",
    "cpc:H01M4/1",
    "cpc:(F04D OR F16K)",
    "pa:\"pet safety\"",
    "pa:PUMPS",
    "in:lovelace",
    "in:\"ada lovelace\"",
    "cc:EP",
    "kind:A1",
    "kind:B",
    "pn:US9000002",
    "pn:\"US 9,000,002 B2\"",
    "pn:US9000002A1",
    "pd<2012-03-06",
    "pd<=2012-03-06",
    "pd>2012-03-06",
    "pd>=2012-03",
    "pd>2012",
    "pd=2011-02",
    "pd:2011..2014",
    "pd:..2010",
    "ad<2015",
    "ad=2014-12-31",
    "pr>2000-01-01",
    "pr=2000",
    "cc:US",
    "cc:US pd>1900",
    "-pd>1900",
];

/// Conditions that say what Milvus cannot do.
const REFUSED: [(&str, &str); 4] = [
    ("(solid NEAR3 electrolyte)", "NEAR"),
    ("(solid WITH electrolyte)", "WITH"),
    ("ti:pum*", "pum*"),
    ("pa:saf*", "saf*"),
];

#[test]
fn conditions_hold_on_both() {
    let Some(lite) = Lite::start() else { return };
    let mut patents = sample();
    patents.push(Patent { publication_date: None, ..patent("US9000009B2", "Undated", "An oar.", "An oar.") });
    let index = TestIndex::embedded(&patents);
    let address = lite.address("conditions");
    push_index(&address, &index.reader());
    let milvus = Milvus::open(&address).unwrap();
    let of = |query: &str, mode| {
        let mut numbers = numbers(&search(&milvus, query, mode).unwrap().hits);
        numbers.sort();
        numbers
    };
    for condition in CONDITIONS {
        let mut expected = index.numbers(condition, Mode::Keyword);
        expected.sort();
        assert_eq!(of(condition, Mode::Keyword), expected, "{condition}");
        for mode in MODES {
            // Words that every patent has, in one ranking, and are near every patent, in the other.
            let query = format!("comprising collar pump anode valve band oar {condition}");
            assert_eq!(of(&query, mode), expected, "{condition} in {mode:?} mode");
        }
    }
    for (query, named) in REFUSED {
        let error = search(&milvus, query, Mode::Keyword).unwrap_err().to_string();
        assert!(error.starts_with("Milvus cannot look for") && error.contains(named), "{error}");
    }
    // Conditions alone are answered newest first.
    assert_eq!(of_order(&milvus, "cc:US"), index.numbers("cc:US", Mode::Hybrid));
    hostile(&milvus);
    hits_are_shown(&index, &milvus);
    refinements(&index, &milvus);
}

fn of_order(milvus: &Milvus, query: &str) -> Vec<String> {
    numbers(&search(milvus, query, Mode::Hybrid).unwrap().hits)
}

/// Nothing that is typed ends the string that it is put in.
fn hostile(milvus: &Milvus) {
    for text in [r#"x\" or id != \""#, r"x\\", "x' or 1 == 1 or '", "x%", "x_y", "x\u{0}y", "x) or (year > 0"]
    {
        for field in ["pa", "in", "ti", "fam"] {
            let Ok(query) = parse(&format!("{field}:\"{text}\"")) else { continue };
            let searcher = Searcher::on(Box::new(Session::new(milvus)));
            let found = searcher.search(&query, &all(Mode::Keyword)).unwrap();
            assert_eq!(numbers(&found.hits), Vec::<String>::new(), "{field}:{text}");
        }
    }
}

/// What is shown of a hit is the same: texts, places, highlights, dates, names, classes.
fn hits_are_shown(index: &TestIndex, milvus: &Milvus) {
    for query in ["virtual perimeter for a hound", "a pump with a rotor"] {
        let expected = index.search(query, &all(Mode::Semantic)).hits;
        let found = search(milvus, query, Mode::Semantic).unwrap().hits;
        for (found, expected) in found.iter().zip(&expected).take(2) {
            assert_eq!(found.number, expected.number, "{query}");
            assert_eq!(
                (&found.title, &found.date, &found.assignee),
                (&expected.title, &expected.date, &expected.assignee)
            );
            assert_eq!((&found.inventors, &found.class), (&expected.inventors, &expected.class));
            let shown = |hit: &priorart_query::Hit| {
                let passage = &hit.passages[0];
                (passage.place.clone(), passage.text.clone(), passage.highlights.clone())
            };
            assert_eq!(shown(found), shown(expected), "{query}");
            assert!((found.score - expected.score).abs() < 2e-3);
        }
    }
}

/// Searches from patents, orders, facets and families.
fn refinements(index: &TestIndex, milvus: &Milvus) {
    let pump: PatentNumber = "US9000002B2".parse().unwrap();
    let fence: PatentNumber = "US9000001B2".parse().unwrap();
    let base = all(Mode::Semantic);
    for options in [
        SearchOptions { like: vec![pump.clone()], ..base.clone() },
        SearchOptions { more: vec![pump.clone()], less: vec![fence], ..base.clone() },
        SearchOptions { sort: Sort::Date, facets: true, ..base.clone() },
        SearchOptions { diversity: Some(0.7), ..base.clone() },
        SearchOptions { family: Family::Simple, ..base.clone() },
        SearchOptions { family: Family::Extended, ..base.clone() },
        SearchOptions { prior_art_of: Some(pump), ..base },
    ] {
        let expected = index.search("a collar for a dog", &options);
        let searcher = Searcher::on(Box::new(Session::new(milvus))).with_encoder(&Toy);
        let found = searcher.search(&parse("a collar for a dog").unwrap(), &options).unwrap();
        assert_eq!(numbers(&found.hits), numbers(&expected.hits), "{options:?}");
        assert_eq!(found.facets, expected.facets);
        assert_eq!(found.warnings, expected.warnings);
    }
}

/// More than an answer can hold comes in several.
#[test]
fn patents_of_any_size_are_fetched() {
    let Some(lite) = Lite::start() else { return };
    // Letters in no order, so that they stay as many when they are compressed.
    let text = |n: u32| {
        let words = (0..6000).map(|k| format!("{:x}", (n * 6000 + k).wrapping_mul(2_654_435_761)));
        words.collect::<Vec<_>>().concat()
    };
    let patents: Vec<Patent> = many(400)
        .into_iter()
        .zip(0..)
        .map(|(patent, n)| {
            let paragraph = Paragraph { text: text(n), ..Paragraph::default() };
            Patent { description: vec![paragraph], ..patent }
        })
        .collect();
    let index = Waves::index(&patents);
    let address = lite.address("large");
    assert_eq!(push_index(&address, &Reader::open(index.path()).unwrap()).added, 400);
    let milvus = Milvus::open(&address).unwrap();
    let session = Session::new(&milvus);
    let numbers: Vec<PatentNumber> = patents.iter().map(|patent| patent.number.clone()).collect();
    let ids: Vec<PatentId> = session.find_each(&numbers).unwrap().concat();
    session.expect(&ids).unwrap();
    for (id, patent) in ids.into_iter().zip(&patents) {
        assert!(session.patent(id).unwrap() == *patent, "{}", patent.number);
        assert_eq!(session.passages(id).unwrap().len(), 2);
    }
    assert_eq!(session.count().unwrap(), 400);
    let holdings = session.holdings().unwrap();
    assert_eq!((holdings.patents, holdings.passages, holdings.embedded), (400, 800, 800));
}

/// Of the ten nearest of 600 patents, how many are the same.
#[test]
fn the_nearest_are_the_same() {
    let Some(lite) = Lite::start() else { return };
    let index = Waves::index(&many(600));
    let reader = Reader::open(index.path()).unwrap();
    let address = lite.address("many");
    let pushed = push_index(&address, &reader);
    assert_eq!((pushed.added, pushed.rows), (600, 1200));
    nearest(&reader, &Milvus::open(&address).unwrap());
}

/// The ten nearest on both: 95 of 100 are the same.
#[track_caller]
pub(crate) fn nearest(reader: &Reader, milvus: &Milvus) {
    let options = SearchOptions { mode: Mode::Semantic, ..SearchOptions::default() };
    let ten = |searcher: Searcher<'_>, query: &str| {
        let searcher = searcher.with_encoder(&Waves);
        numbers(&searcher.search(&parse(query).unwrap(), &options).unwrap().hits)
    };
    let (mut same, mut all) = (0, 0);
    for words in
        ["virtual fence", "pump and valve", "graphene anode", "a rotor with a hook", "ball leash oar"]
    {
        for condition in ["", "pd<2012", "cc:US", "pd>2011 cc:EP"] {
            let query = format!("{words} {condition}");
            let expected = ten(Searcher::new(reader), &query);
            let found = ten(Searcher::on(Box::new(Session::new(milvus))), &query);
            same += found.iter().filter(|number| expected.contains(number)).count();
            all += expected.len();
        }
    }
    println!("of {all} nearest, {same} are the same");
    assert!(all == 200 && same * 100 >= all * 95, "{same} of {all}");
}

/// A model whose vectors have no ties: a word is a direction of its own.
pub(crate) struct Waves;

impl EmbedQuery for Waves {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        let mut vector = vec![0.01; 64];
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2) {
            let hash = word.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31) + u32::from(byte));
            for (at, value) in vector.iter_mut().enumerate() {
                *value += ((hash % 10_007) as f32 * (at as f32 + 1.3)).sin();
            }
        }
        Ok(vector)
    }
}

impl Waves {
    /// Patents, each with its abstract and its claim, under this model.
    pub(crate) fn index(patents: &[Patent]) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        let options = WriterOptions { keyword_memory: 30 << 20, ..WriterOptions::default() };
        let mut writer = Writer::open_with(dir.path(), options).unwrap();
        let stamp = ModelStamp {
            name: "waves".to_owned(),
            sha256: "fedcba98".to_owned(),
            dimension: 64,
            pooling: "mean".to_owned(),
            max_tokens: 512,
        };
        writer.set_model(&stamp).unwrap();
        for patent in patents {
            let kinds = [(PassageKind::Abstract, 0), (PassageKind::Claim, 1)];
            let sources = kinds.map(|(kind, number)| patent.passage_source(kind, number).unwrap());
            let vectors = sources.each_ref().map(|source| Waves.embed(source).unwrap());
            let place = |((kind, number), end): ((PassageKind, u32), usize)| Place {
                kind,
                number,
                start: 0,
                end: end as u32,
            };
            let places: Vec<Place> =
                kinds.into_iter().zip(sources.each_ref().map(|source| source.len())).map(place).collect();
            writer.add(patent, &places, Some(&vectors)).unwrap();
        }
        writer.commit().unwrap();
        dir
    }
}

/// Patents with words of their own and some that others have.
pub(crate) fn many(count: u32) -> Vec<Patent> {
    let words =
        ["fence", "pump", "valve", "anode", "rotor", "ball", "leash", "graphene", "oar", "hook", "band"];
    let word = |n: u32| words[n as usize % words.len()];
    // Letters that a number decides on: no two texts are as near as one another.
    let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
    let own = |n: u32| {
        let made = |n: u32| [n, n / 7, n / 3, n / 11].map(letter).into_iter().collect::<String>();
        [1_u32, 2, 3, 5, 7].map(|k| made(n.wrapping_mul(k * 2_654_435_761) >> 9)).join(" ")
    };
    (0..count)
        .map(|n| {
            let title = format!("{} with {}", word(n), word(n / 11));
            let text = format!("The {} of {} has {}.", word(n / 3), word(n / 7), own(n));
            let claim = format!("A {} comprising {} and {}.", word(n), own(n / 5), own(n / 13));
            let date =
                Date::constant(2005, 1, 1).checked_add(jiff::Span::new().days(i64::from(n) * 7)).unwrap();
            let office = if n % 3 == 0 { "EP" } else { "US" };
            let mut patent = patent(&format!("{office}{}B2", 8_000_000 + n), &title, &text, &claim);
            patent.publication_date = Some(date);
            patent
        })
        .collect()
}
