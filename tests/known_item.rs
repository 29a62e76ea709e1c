//! Known items: the beginning of a real patent's description, as a query, finds that patent.

#![expect(clippy::print_stdout, reason = "tests fail by panic, and print what they found")]

mod harness;

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use harness::{Bench, shared};
use priorart_corpus::{Patent, PatentType, Record, Section, parse, read_dump};
use priorart_encoder::{DeviceChoice, Encoder};
use priorart_index::Reader;
use priorart_query::{EmbedQuery, Mode, Query, SearchOptions, Searcher};
use unicode_segmentation::UnicodeSegmentation;

struct Model(Encoder);

impl EmbedQuery for Model {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        Ok(self.0.encode(&[text])?.swap_remove(0))
    }
}

/// The utility patents below the folders, by number: the last of those that have the same, as in the index.
fn utility_patents(folders: &[PathBuf]) -> (usize, BTreeMap<String, Patent>) {
    let mut read = 0;
    let mut patents = BTreeMap::new();
    for folder in folders {
        read_dump(folder, &mut |document| {
            if let Record::Patent(patent) = parse(&document.expect("the dumps can be read")) {
                read += 1;
                if patent.patent_type == PatentType::Utility {
                    patents.insert(patent.number.to_string(), *patent);
                }
            }
            ControlFlow::Continue(())
        });
    }
    (read, patents)
}

/// Fewer words are a heading that was set as a paragraph ("1. Field of the Invention", "Not applicable.").
const LEAST_WORDS: usize = 6;

/// The first two sentences of the description, headings and what it says of related applications left out; of
/// claim 1 where there is no description.
fn first_sentences(patent: &Patent) -> Option<String> {
    let body = patent.description.iter().filter(|p| !p.heading && p.section != Some(Section::Related));
    let texts: Vec<&str> =
        body.map(|paragraph| paragraph.text.as_str()).filter(|text| !is_reference(text)).collect();
    let sentences = two_sentences(&texts);
    if !sentences.is_empty() {
        return Some(sentences);
    }
    patent.claims.first().map(|claim| two_sentences(&[&claim.text])).filter(|text| !text.is_empty())
}

fn two_sentences(texts: &[&str]) -> String {
    let sentences = texts.iter().flat_map(|text| text.unicode_sentences());
    sentences.filter(|sentence| sentence.unicode_words().count() >= LEAST_WORDS).take(2).collect()
}

/// Many patents mark no section that refers to related applications.
fn is_reference(text: &str) -> bool {
    let start: String = text.chars().take(300).collect::<String>().to_lowercase();
    let phrases = [
        "claims priority",
        "claims the benefit",
        "claims benefit",
        "claims the priority",
        "is a continuation",
        "is a division",
        "priority to",
        "national stage",
        "national phase",
        "incorporated by reference",
        "incorporated herein",
    ];
    phrases.iter().any(|phrase| start.contains(phrase))
}

#[test]
fn the_first_sentences_of_a_patent_find_it() {
    let (Some(grants), Some(applications)) =
        (shared("data/uspto/grants-v4"), shared("data/uspto/applications-v4"))
    else {
        return;
    };
    let Some(bench) = Bench::with_real_model() else {
        return;
    };
    let folders = [grants, applications];
    let report = bench.run(&["index", folders[0].to_str().unwrap(), folders[1].to_str().unwrap(), "--json"]);
    let report = &report.json()[0];
    let (read, patents) = utility_patents(&folders);
    println!(
        "{} read, {} indexed, {} replaced, {} skipped",
        report["read"], report["indexed"], report["replaced"], report["skipped"]
    );
    assert_eq!(report["read"], read + report["skipped"].as_u64().unwrap() as usize);
    assert_eq!(report["indexed"], bench.stats()["patents"]);

    let reader = Reader::open(&bench.index()).unwrap();
    let model = Model(Encoder::load(bench.model(), DeviceChoice::Cpu).unwrap());
    let searcher = Searcher::new(&reader).with_encoder(&model);
    for (mode, least) in [(Mode::Hybrid, 95), (Mode::Semantic, 90)] {
        let options = SearchOptions { mode, ..SearchOptions::default() };
        let (mut found, mut asked) = (0, 0);
        for (number, patent) in &patents {
            let Some(text) = first_sentences(patent) else {
                continue;
            };
            asked += 1;
            let result = searcher.search(&Query::from_text(&text), &options).unwrap();
            if result.hits.iter().any(|hit| hit.number == *number) {
                found += 1;
            } else {
                println!("{mode:?} misses {number} {}: {text}", patent.title);
            }
        }
        println!("{mode:?}: {found} of {asked} found in the first 10");
        assert!(found * 100 >= asked * least, "{mode:?}: {found} of {asked}");
    }
}
