//! A query as it was understood.

use priorart_corpus::PatentNumber;

use crate::place::{is_pattern, pieces};

/// A parsed query: free words to rank by, and conditions to satisfy, in the order in which they were typed.
///
/// Its `Display` is a query that parses to the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Words and conditions.
    pub parts: Vec<Part>,
    /// The patent that the query is nothing but the number of.
    pub number: Option<PatentNumber>,
    /// What the searcher may not have meant: how operators that were mixed without brackets were read.
    pub warnings: Vec<String>,
}

/// A piece of a query.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A free word: ranked by, and not required. Of a pasted text, all of it.
    Words(String),
    /// What every hit must satisfy, in either ranking.
    Condition(Condition),
}

impl Query {
    /// A text to be searched for as it stands: a pasted claim or disclosure, in which brackets, quotes and
    /// words such as AND mean nothing.
    pub fn from_text(text: &str) -> Self {
        Self { parts: vec![Part::Words(text.to_owned())], ..Self::default() }
    }

    /// What is searched semantically, and ranked by words: the free words, the phrases and the words of
    /// conditions on the text, in their order, but for what is negated or has wildcards.
    pub fn text(&self) -> String {
        let mut words = Vec::new();
        for part in &self.parts {
            match part {
                Part::Words(text) => words.push(text.as_str()),
                Part::Condition(condition) => condition.collect_words(&mut words),
            }
        }
        words.join(" ")
    }

    /// Whether there are words that need not occur.
    pub(crate) fn has_free_words(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Words(_)))
    }

    /// Whether it is conditions alone: then what it finds is all that satisfy them, and not the best of a ranking.
    pub fn is_boolean(&self) -> bool {
        self.conditions().next().is_some() && !self.has_free_words()
    }

    /// What every hit must satisfy.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.parts.iter().filter_map(|part| match part {
            Part::Condition(condition) => Some(condition),
            Part::Words(_) => None,
        })
    }

    /// Adds a condition.
    pub fn require(&mut self, condition: Condition) {
        self.parts.push(Part::Condition(condition));
    }
}

/// Something that a patent satisfies or not.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The pattern occurs in one of the fields.
    Text(TextFields, Pattern),
    /// A class, "H01M4/13".
    Class {
        /// Of which classification.
        field: ClassField,
        /// Section, class, subclass, main group or subgroup; a main group without "/00".
        symbol: String,
        /// The symbol itself, and none that lies below it.
        exact: bool,
    },
    /// The words occur in one of the names, one after the other.
    Name(NameField, String),
    /// Country or office of publication, "US".
    Country(String),
    /// Kind code, "B2"; a letter alone means all its codes.
    Kind(String),
    /// Publication number; without a kind, any.
    Number(PatentNumber),
    /// Application number: office and digits, "US12345678".
    Application(String),
    /// An application whose priority is claimed; as for `Application`.
    Priority(String),
    /// Simple family: the source's identifier, or the number of a member.
    Family(String),
    /// A class of the United States Patent Classification, "403/396", or "403" with all its subclasses.
    Uspc(String),
    /// It cites the patent.
    Cites(PatentNumber),
    /// The patent, which is in the index, cites it.
    CitedBy(PatentNumber),
    /// The date lies within the range.
    Date(DateField, DateRange),
    /// All of them hold.
    And(Vec<Condition>),
    /// One of them holds.
    Or(Vec<Condition>),
    /// The first holds and not the second, or the second and not the first.
    Xor(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

impl Condition {
    /// The word occurs somewhere in the text.
    pub(crate) fn word(word: &str) -> Self {
        Self::Text(TextFields::FULL, Pattern::Word(word.to_owned()))
    }

    /// How many conditions it consists of.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::And(all) | Self::Or(all) => 1 + all.iter().map(Self::size).sum::<usize>(),
            Self::Xor(one, other) => 1 + one.size() + other.size(),
            Self::Not(one) => 1 + one.size(),
            Self::Text(_, pattern) => pattern.size(),
            _ => 1,
        }
    }

    fn collect_words<'a>(&'a self, words: &mut Vec<&'a str>) {
        match self {
            Self::Text(_, pattern) => pattern.collect_words(words),
            Self::And(all) | Self::Or(all) => all.iter().for_each(|one| one.collect_words(words)),
            Self::Xor(one, other) => [one, other].iter().for_each(|one| one.collect_words(words)),
            _ => {}
        }
    }
}

/// What occurs in a text. In the words `*` stands for any letters, `?` for one, `#` for one or none.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// A word, in any inflection where it has no wildcards; the parts of "lithium-ion" follow one another.
    Word(String),
    /// Words, one after the other.
    Phrase(String),
    /// One of them.
    Or(Vec<Pattern>),
    /// Both, within one sentence, no further apart than `distance` words (1: side by side).
    Near {
        /// The one, which comes first where they are ordered.
        left: Box<Pattern>,
        /// The other.
        right: Box<Pattern>,
        /// Words from the end of the one to the beginning of the other.
        distance: u32,
        /// Whether the left one must come first.
        ordered: bool,
    },
    /// Both, within one sentence or paragraph, or within neighbouring ones.
    Together {
        /// The one.
        left: Box<Pattern>,
        /// The other.
        right: Box<Pattern>,
        /// Sentence or paragraph.
        unit: Unit,
        /// 1: in the same one; 2: in the same one or the next; and so on.
        reach: u32,
    },
}

impl Pattern {
    /// The word with wildcards in it, if there is one.
    pub fn wildcard(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Phrase(text) => {
                text.split_whitespace().flat_map(pieces).find(|piece| is_pattern(piece))
            }
            Self::Or(all) => all.iter().find_map(Self::wildcard),
            Self::Near { left, right, .. } | Self::Together { left, right, .. } => {
                left.wildcard().or_else(|| right.wildcard())
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Word(_) | Self::Phrase(_) => 1,
            Self::Or(all) => all.iter().map(Self::size).sum(),
            Self::Near { left, right, .. } | Self::Together { left, right, .. } => left.size() + right.size(),
        }
    }

    fn collect_words<'a>(&'a self, words: &mut Vec<&'a str>) {
        match self {
            Self::Word(text) | Self::Phrase(text) => {
                let is_plain = |word: &&str| !word.contains(['*', '?', '#']);
                words.extend(text.split_whitespace().filter(is_plain));
            }
            Self::Or(all) => all.iter().for_each(|one| one.collect_words(words)),
            Self::Near { left, right, .. } | Self::Together { left, right, .. } => {
                left.collect_words(words);
                right.collect_words(words);
            }
        }
    }
}

/// A stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A sentence; a claim is one.
    Sentence,
    /// A paragraph of the description, a claim, the abstract, the title.
    Paragraph,
}

/// Where words are looked for: one or several of the texts of a patent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFields(u8);

impl TextFields {
    /// Title.
    pub const TITLE: Self = Self(1);
    /// Abstract.
    pub const ABSTRACT: Self = Self(2);
    /// Claims.
    pub const CLAIMS: Self = Self(4);
    /// Independent claims.
    pub const INDEPENDENT: Self = Self(8);
    /// Description.
    pub const DESCRIPTION: Self = Self(16);
    /// Title, abstract, claims and description.
    pub const FULL: Self = Self(1 | 2 | 4 | 16);

    /// The fields of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` are among these.
    pub const fn contain(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassField {
    /// Cooperative Patent Classification.
    Cpc,
    /// International Patent Classification.
    Ipc,
}

/// Whose name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameField {
    /// Assignees and applicants.
    Assignee,
    /// Inventors.
    Inventor,
    /// Examiners.
    Examiner,
}

/// Which date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateField {
    /// Publication.
    Publication,
    /// Filing.
    Filing,
    /// Earliest priority.
    Priority,
}

/// Days from `first` to `last`, both included, each as yyyymmdd; open where `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// The first day.
    pub first: Option<u64>,
    /// The last day.
    pub last: Option<u64>,
}
