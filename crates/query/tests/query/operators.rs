//! Generated conditions, answered by the index and by the plain evaluator of [`crate::brute`].

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use priorart_corpus::{Citation, Claim, CpcSymbol, Date, Paragraph, Party, Patent, PatentNumber};
use priorart_query::{
    ClassField, Condition, DateField, DateRange, NameField, Part, Pattern, Query, Searcher, TextFields, Unit,
    cpc, parse,
};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::brute::{PARENTS, satisfies};
use crate::support::TestIndex;

const WORDS: &[&str] =
    &["pump", "pumps", "pumping", "valve", "valves", "anode", "graphene", "coated", "coating", "of", "ion"];

/// Numbers that follow one another without a pattern, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.roll(WORDS.len())]
    }

    fn sentences(&mut self, most: usize) -> String {
        let sentences = (0..=self.roll(most)).map(|_| {
            let words: Vec<&str> = (0..=self.roll(6)).map(|_| self.word()).collect();
            let sentence = words.join(" ");
            format!("{}{}.", sentence[..1].to_uppercase(), &sentence[1..])
        });
        sentences.collect::<Vec<_>>().join(" ")
    }
}

fn patents() -> Vec<Patent> {
    let mut dice = Dice(7);
    (0..60).map(|at| one(at, &mut dice)).collect()
}

fn one(at: u32, dice: &mut Dice) -> Patent {
    let claim = |number: u32, dice: &mut Dice| Claim {
        number,
        text: dice.sentences(1),
        depends_on: if number == 1 { Vec::new() } else { vec![1] },
    };
    let symbols = PARENTS.iter().map(|(symbol, _)| *symbol).filter(|symbol| symbol.contains('/'));
    let symbols: Vec<&str> = symbols.chain(["H01M4/00"]).collect();
    let country = ["US", "EP"][dice.roll(2)];
    let owner = ["General Pumps", "Pump Works", "Graphene Energy"][dice.roll(3)];
    Patent {
        number: PatentNumber::new(country, &(9_000_000 + at).to_string(), ["A1", "B1", "B2"][dice.roll(3)]),
        title: dice.sentences(1),
        abstract_text: dice.sentences(3),
        claims: (1..=2).map(|number| claim(number, dice)).collect(),
        description: (0..3).map(|_| Paragraph { text: dice.sentences(3), ..Paragraph::default() }).collect(),
        publication_date: (dice.roll(8) > 0)
            .then(|| Date::constant(2010 + i16::try_from(dice.roll(5)).unwrap_or(0), 6, 15)),
        assignees: vec![Party { name: owner.to_owned(), ..Party::default() }],
        cpc: (0..=dice.roll(2))
            .map(|_| CpcSymbol {
                symbol: symbols[dice.roll(symbols.len())].to_owned(),
                inventive: true,
                first: false,
            })
            .collect(),
        citations: vec![Citation {
            number: Some(PatentNumber::new("US", &(1_000_000 + dice.roll(3)).to_string(), "A")),
            ..Citation::default()
        }],
        ..Patent::default()
    }
}

/// The scheme of [`PARENTS`], in the order of its dots.
const SCHEME: &str = "H\t\te\nH01\t\te\nH01M\t\te\nH01M4/00\t0\te\nH01M4/02\t1\te\nH01M4/04\t2\te\nH01M4/0402\t3\te\n\
    H01M4/0438\t3\te\nH01M4/044\t4\te\nH01M4/13\t2\te\nH01M6/00\t0\te\nH01M6/02\t1\te\n";

fn index() -> &'static (TestIndex, Vec<Patent>) {
    static INDEX: OnceLock<(TestIndex, Vec<Patent>)> = OnceLock::new();
    INDEX.get_or_init(|| {
        let patents = patents();
        let index = TestIndex::new(&patents, |patent| patent.number.country == "US");
        let list = index.path().join("list.txt");
        std::fs::write(&list, SCHEME).unwrap();
        cpc::import(index.path(), &list).unwrap();
        (index, patents)
    })
}

fn any_word() -> impl Strategy<Value = Pattern> {
    let plain = prop::sample::select(WORDS).prop_map(str::to_owned);
    let wild =
        prop::sample::select(&["pump*", "*ing", "val?e", "pump#", "an*e", "coat??", "gra*ne#", "v?lves"][..]);
    prop_oneof![
        3 => plain.prop_map(Pattern::Word),
        2 => wild.prop_map(|word| Pattern::Word(word.to_owned())),
        1 => (prop::sample::select(WORDS), prop::sample::select(WORDS))
            .prop_map(|(a, b)| Pattern::Word(format!("{a}-{b}"))),
        2 => prop::collection::vec(prop::sample::select(WORDS), 1..4)
            .prop_map(|words| Pattern::Phrase(words.join(" "))),
        1 => (prop::sample::select(WORDS)).prop_map(|word| Pattern::Phrase(format!("{word} pump*"))),
    ]
}

/// Words, and groups of them.
fn operand() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        3 => any_word(),
        1 => prop::collection::vec(any_word(), 2..4).prop_map(Pattern::Or),
    ]
}

fn near(left: impl Strategy<Value = Pattern>) -> impl Strategy<Value = Pattern> {
    (left, operand(), 1..6_u32, any::<bool>()).prop_map(|(left, right, distance, ordered)| Pattern::Near {
        left: Box::new(left),
        right: Box::new(right),
        distance,
        ordered,
    })
}

fn together(
    left: impl Strategy<Value = Pattern>,
    right: impl Strategy<Value = Pattern>,
    unit: Unit,
) -> impl Strategy<Value = Pattern> {
    (left, right, 1..4_u32).prop_map(move |(left, right, reach)| Pattern::Together {
        left: Box::new(left),
        right: Box::new(right),
        unit,
        reach,
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let sentence = || together(operand(), near(operand()), Unit::Sentence);
    prop_oneof![
        3 => any_word(),
        2 => near(operand()),
        1 => near(near(operand())),
        2 => sentence(),
        1 => together(sentence(), operand(), Unit::Paragraph),
        1 => together(operand(), operand(), Unit::Paragraph),
    ]
}

fn fields() -> impl Strategy<Value = TextFields> {
    let title_and_claims = TextFields::TITLE.and(TextFields::CLAIMS);
    prop::sample::select(vec![
        TextFields::FULL,
        TextFields::TITLE,
        TextFields::ABSTRACT,
        TextFields::CLAIMS,
        TextFields::INDEPENDENT,
        TextFields::DESCRIPTION,
        title_and_claims,
    ])
}

fn leaf() -> impl Strategy<Value = Condition> {
    let symbols: Vec<&str> = PARENTS.iter().flat_map(|(child, parent)| [*child, *parent]).collect();
    let class = (prop::sample::select(symbols), any::<bool>()).prop_map(|(symbol, exact)| Condition::Class {
        field: ClassField::Cpc,
        symbol: symbol.to_owned(),
        exact: exact && symbol.len() > 4,
    });
    let name = prop::sample::select(&["pump", "general pumps", "p?mp*", "graph* energy", "works pump"][..]);
    let bound = || prop::option::of((2009..2016_u64).prop_map(|year| year * 10_000 + 615));
    let date = (bound(), bound()).prop_filter("a bound", |(first, last)| first.is_some() || last.is_some());
    prop_oneof![
        8 => (fields(), pattern()).prop_map(|(fields, pattern)| Condition::Text(fields, pattern)),
        2 => class,
        1 => name.prop_map(|name| Condition::Name(NameField::Assignee, name.to_owned())),
        1 => prop::sample::select(&["US", "EP"][..]).prop_map(|country| Condition::Country(country.to_owned())),
        1 => prop::sample::select(&["A1", "B", "B2"][..]).prop_map(|kind| Condition::Kind(kind.to_owned())),
        1 => (0..4_u32).prop_map(|at| Condition::Cites(PatentNumber::new("US", &(1_000_000 + at).to_string(), "A"))),
        1 => date.prop_map(|(first, last)| Condition::Date(DateField::Publication, DateRange { first, last })),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Or),
            (inner.clone(), inner.clone())
                .prop_map(|(one, other)| Condition::Xor(Box::new(one), Box::new(other))),
            inner.prop_map(|one| match one {
                // Typed, two negations are none.
                Condition::Not(one) => *one,
                one => Condition::Not(Box::new(one)),
            }),
        ]
    })
}

/// What was generated, so that the test cannot become empty unnoticed.
#[derive(Debug, Default)]
struct Tally {
    queries: u32,
    wildcards: u32,
    proximity: u32,
    hierarchy: u32,
    /// Neither nothing nor everything was to be found.
    telling: u32,
}

impl Tally {
    fn count(&mut self, printed: &str, found: usize, all: usize) {
        let has = |marks: &[&str]| u32::from(marks.iter().any(|mark| printed.contains(mark)));
        self.queries += 1;
        self.wildcards += has(&["*", "?", "#"]);
        self.proximity += has(&[" NEAR", " ADJ", " WITH", " SAME"]);
        self.hierarchy += has(&["cpc:H01M4/0"]);
        self.telling += u32::from(found > 0 && found < all);
    }
}

#[test]
fn the_index_finds_what_the_plain_evaluator_finds() {
    let (index, patents) = index();
    let reader = index.reader();
    let searcher = Searcher::new(&reader);
    let tally = RefCell::new(Tally::default());
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2500) });
    let run = runner.run(&condition(), |condition| {
        let wanted = Query { parts: vec![Part::Condition(condition.clone())], ..Query::default() };
        let printed = wanted.to_string();
        let found = searcher.matching(&parse(&printed).unwrap()).unwrap();
        let found: BTreeSet<String> = found.iter().map(|id| reader.number(id).unwrap().to_owned()).collect();
        let expected = patents.iter().filter(|patent| satisfies(patent, &condition));
        let expected: BTreeSet<String> = expected.map(|patent| patent.number.to_string()).collect();
        tally.borrow_mut().count(&printed, expected.len(), patents.len());
        prop_assert_eq!(found, expected, "{}", printed);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    let tally = tally.into_inner();
    assert!(tally.queries >= 2000 && tally.telling >= 1000, "{tally:?}");
    assert!(tally.wildcards >= 500 && tally.proximity >= 500 && tally.hierarchy >= 100, "{tally:?}");
}
