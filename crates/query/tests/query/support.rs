//! A dozen patents, and a model that counts words and knows a few synonyms.

use std::error::Error;

use priorart_corpus::{Claim, CpcSymbol, Date, Paragraph, Party, PassageKind, Patent, PatentNumber, Place};
use priorart_index::{ModelStamp, Reader, Writer, WriterOptions};
use priorart_query::{EmbedQuery, Hit, Mode, QueryError, SearchOptions, SearchResult, Searcher, parse};
use tempfile::TempDir;

const DIMENSION: u32 = 64;

/// Words of one line mean the same to the toy model.
const SYNONYMS: [&[&str]; 3] =
    [&["dog", "hound", "canine"], &["fence", "boundary", "perimeter"], &["invisible", "virtual"]];

/// A vector of counts, a word's place made from its letters; synonyms share theirs. `word1` means nothing.
pub(crate) struct Toy;

impl EmbedQuery for Toy {
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
        if text.contains("unembeddable") {
            return Err("the toy has had enough".into());
        }
        // A floor, so that a text without words has a direction too.
        let mut vector = vec![0.01; DIMENSION as usize];
        let words = text.split(|c: char| !c.is_alphanumeric());
        let meaningful = |word: &&str| word.len() > 2 && word.chars().all(char::is_alphabetic);
        for word in words.filter(meaningful) {
            let word = word.to_lowercase();
            let group = SYNONYMS.into_iter().find(|group| group.contains(&word.as_str()));
            let meaning = group.map_or(word.as_str(), |group| group[0]);
            let hash = meaning.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31) + u32::from(byte));
            vector[(hash % DIMENSION) as usize] += 1.0;
        }
        Ok(vector)
    }
}

pub(crate) struct TestIndex {
    dir: TempDir,
}

impl TestIndex {
    /// Embeds those that `is_embedded` says; the others come in a segment of their own.
    pub(crate) fn new(patents: &[Patent], is_embedded: impl Fn(&Patent) -> bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = WriterOptions { keyword_memory: 30 << 20, ..WriterOptions::default() };
        let mut writer = Writer::open_with(dir.path(), options).unwrap();
        let (embedded, plain): (Vec<&Patent>, Vec<&Patent>) = patents.iter().partition(|p| is_embedded(p));
        if !embedded.is_empty() {
            writer.set_model(&stamp()).unwrap();
        }
        for patent in embedded {
            let places = places(patent);
            let texts = places.iter().map(|place| patent.passage_text(place).unwrap());
            let vectors: Vec<Vec<f32>> = texts.map(|text| Toy.embed(&text).unwrap()).collect();
            writer.add(patent, &places, Some(&vectors)).unwrap();
        }
        writer.commit().unwrap();
        for patent in &plain {
            writer.add(patent, &places(patent), None).unwrap();
        }
        if !plain.is_empty() {
            writer.commit().unwrap();
        }
        Self { dir }
    }

    pub(crate) fn embedded(patents: &[Patent]) -> Self {
        Self::new(patents, |_| true)
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(self.dir.path()).unwrap()
    }

    pub(crate) fn try_search(
        &self,
        query: &str,
        options: &SearchOptions,
    ) -> Result<SearchResult, QueryError> {
        let reader = self.reader();
        Searcher::new(&reader).with_encoder(&Toy).search(&parse(query).unwrap(), options)
    }

    #[track_caller]
    pub(crate) fn search(&self, query: &str, options: &SearchOptions) -> SearchResult {
        self.try_search(query, options).unwrap()
    }

    #[track_caller]
    pub(crate) fn numbers(&self, query: &str, mode: Mode) -> Vec<String> {
        numbers(&self.search(query, &all(mode)).hits)
    }
}

pub(crate) fn numbers(hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.number.clone()).collect()
}

/// Options that return more hits than there are patents.
pub(crate) fn all(mode: Mode) -> SearchOptions {
    SearchOptions { mode, limit: 1000, ..SearchOptions::default() }
}

pub(crate) const MODES: [Mode; 3] = [Mode::Hybrid, Mode::Keyword, Mode::Semantic];

fn stamp() -> ModelStamp {
    ModelStamp {
        name: "toy".to_owned(),
        sha256: "0123456789abcdef".to_owned(),
        dimension: DIMENSION,
        pooling: "mean".to_owned(),
        max_tokens: 512,
    }
}

/// The abstract and each claim.
fn places(patent: &Patent) -> Vec<Place> {
    let claims = patent.claims.iter().map(|claim| (PassageKind::Claim, claim.number));
    let all = std::iter::once((PassageKind::Abstract, 0)).chain(claims);
    all.map(|(kind, number)| {
        let end = patent.passage_source(kind, number).unwrap().len() as u32;
        Place { kind, number, start: 0, end }
    })
    .collect()
}

/// A patent with a title, an abstract and a claim, and the same for all in the rest.
pub(crate) fn patent(number: &str, title: &str, abstract_text: &str, claim: &str) -> Patent {
    Patent {
        number: PatentNumber::parse(number).unwrap(),
        title: title.to_owned(),
        abstract_text: abstract_text.to_owned(),
        claims: vec![Claim { number: 1, text: claim.to_owned(), depends_on: Vec::new() }],
        publication_date: Some(Date::constant(2010, 1, 5)),
        ..Patent::default()
    }
}

fn with(mut patent: Patent, cpc: &str, date: Date, assignee: &str, inventor: &str) -> Patent {
    patent.cpc = vec![CpcSymbol { symbol: cpc.to_owned(), inventive: true, first: true }];
    patent.ipc = vec![cpc.to_owned()];
    patent.publication_date = Some(date);
    patent.filing_date = Some(date.yesterday().unwrap());
    patent.priority_date = Some(Date::constant(2000, 1, 1));
    patent.assignees = vec![Party { name: assignee.to_owned(), ..Party::default() }];
    patent.inventors = vec![Party { name: inventor.to_owned(), ..Party::default() }];
    patent
}

/// Five patents that differ in everything that can be asked for.
pub(crate) fn sample() -> Vec<Patent> {
    let fence = patent(
        "US9000001B2",
        "Containment of canines",
        "A virtual perimeter is watched by radio.",
        "A collar that warns a canine near the boundary.",
    );
    let pump = patent(
        "US9000002B2",
        "Centrifugal pump",
        "A pump with a solid rotor and a check valve.",
        "A pump comprising a rotor, and a valve that closes by itself.",
    );
    let battery = patent(
        "US20110039701A1",
        "Anode of graphene",
        "An anode with a solid electrolyte of high purity.",
        "An anode comprising graphene and a solid electrolyte.",
    );
    let valve = patent("EP1000000B1", "Ball valve", "A ball closes the valve.", "A valve comprising a ball.");
    let mut walker =
        patent("US9000005B2", "Leash", "A leash for walking a dog.", "A leash comprising a band and a hook.");
    walker.description = vec![
        Paragraph { heading: true, text: "BACKGROUND".to_owned(), ..Paragraph::default() },
        Paragraph { number: Some("0001".to_owned()), text: "Dogs pull.".to_owned(), ..Paragraph::default() },
        Paragraph {
            number: Some("0002".to_owned()),
            text: "A wooden fence of oak keeps the dog in.".to_owned(),
            ..Paragraph::default()
        },
    ];
    let mut patents = vec![
        with(fence, "A01K15/02", Date::constant(2012, 3, 6), "Pet Safety Inc.", "Grace Hopper"),
        with(pump, "F04D13/06", Date::constant(2014, 7, 1), "General Pumps Corp.", "Ada Lovelace"),
        with(battery, "H01M4/13", Date::constant(2011, 2, 17), "Graphene Energy", ""),
        with(valve, "F16K11/08", Date::constant(2010, 1, 5), "Valves of Europe", "Emmy Noether"),
        with(walker, "A01K27/00", Date::constant(2015, 1, 1), "Pet Safety Inc.", "Emmy Noether"),
    ];
    patents[2].inventors =
        ["Ada King", "John Lovelace"].map(|name| Party { name: name.to_owned(), ..Party::default() }).into();
    patents
}
