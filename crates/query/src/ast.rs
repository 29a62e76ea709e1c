//! A query as it was understood.

use priorart_corpus::PatentNumber;

/// A parsed query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// What is searched semantically, and ranked by words: the free words, the phrases and the words of
    /// conditions on the text, in their order, but for what is negated.
    pub text: String,
    /// What every hit must satisfy, in either ranking.
    pub conditions: Vec<Condition>,
    /// The patent that the query is nothing but the number of.
    pub number: Option<PatentNumber>,
}

impl Query {
    /// A text to be searched for as it stands: a pasted claim or disclosure, in which brackets, quotes and
    /// words such as AND mean nothing.
    pub fn from_text(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// Something that a patent satisfies or not.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The word occurs in the field, in any inflection.
    Word(TextField, String),
    /// The words occur in the field one after the other.
    Phrase(TextField, String),
    /// A class or one below it: CPC or IPC symbol, "H01M4/13".
    Class(ClassField, String),
    /// The words occur in one of the names, one after the other.
    Name(NameField, String),
    /// Country or office of publication, "US".
    Country(String),
    /// Kind code, "B2"; a letter alone means all its codes.
    Kind(String),
    /// Publication number; without a kind, any.
    Number(PatentNumber),
    /// The date lies within the range.
    Date(DateField, DateRange),
    /// All of them hold.
    And(Vec<Condition>),
    /// One of them holds.
    Or(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextField {
    /// Title, abstract, claims and description.
    Any,
    /// Title.
    Title,
    /// Abstract.
    Abstract,
    /// Claims.
    Claims,
    /// Description.
    Description,
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
