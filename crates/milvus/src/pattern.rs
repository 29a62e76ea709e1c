//! Words that are required: Milvus finds the passages that have all of them, and which of those have them as
//! they are wanted is seen here.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use milvus::v2::prelude::ConsistencyLevel;
use priorart_query::{Pattern, QueryError, TextFields};

use crate::client::{numbers, texts};
use crate::engine::{MOST_ROWS, NO_FULL_TEXT, Session};
use crate::filter::{all, unsupported};
use crate::schema::{PART, PATENT, START, STEMS, TEXT, TITLE};
use crate::text::{contains, quoted, stems};

/// What is looked at of a passage.
const FIELDS: [&str; 5] = [PATENT, TITLE, TEXT, PART, START];

/// The patents that have a word or phrase in one of the fields, out of those that `base` lets through.
pub(crate) fn patents_with(
    session: &Session<'_>,
    fields: TextFields,
    pattern: &Pattern,
    base: &str,
) -> Result<BTreeSet<String>, QueryError> {
    let wanted = words_of(pattern)?;
    if wanted.is_empty() {
        return Ok(BTreeSet::new());
    }
    if !session.milvus.collection.full_text {
        let what = format!("look for required words: {NO_FULL_TEXT}");
        return Err(unsupported(what, "use --mode semantic and free words"));
    }
    let each: BTreeSet<&String> = wanted.iter().collect();
    let mut filters: Vec<String> =
        each.into_iter().map(|word| format!("text_match({STEMS}, {})", quoted(word))).collect();
    filters.extend([parts(fields), base.to_owned()]);
    let (mut patents, mut passages) = (BTreeSet::new(), 0);
    session.milvus.server.pages(&all(&filters), &FIELDS, ConsistencyLevel::Bounded, |rows| {
        let columns = texts(rows, PATENT).iter().zip(texts(rows, TITLE)).zip(texts(rows, TEXT));
        let places = numbers(rows, PART).iter().zip(numbers(rows, START));
        for (((patent, title), text), (part, start)) in columns.zip(places) {
            passages += 1;
            if looked_at(fields, (*part, *start as usize), title, text)
                .any(|text| contains(&stems(text), &wanted))
            {
                patents.insert(patent.clone());
            }
        }
        Ok(if passages < MOST_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    if passages >= MOST_ROWS {
        let what = format!("require what {MOST_ROWS} passages have ({})", wanted.join(" "));
        return Err(unsupported(what, "let it be a free word, or narrow the search by date or class"));
    }
    Ok(patents)
}

/// The stems of a word or phrase.
fn words_of(pattern: &Pattern) -> Result<Vec<String>, QueryError> {
    if let Some(word) = pattern.wildcard() {
        let what = format!("look for words with wildcards ({word})");
        return Err(unsupported(what, "write the words out, with OR between them"));
    }
    match pattern {
        Pattern::Word(text) | Pattern::Phrase(text) => Ok(stems(text)),
        Pattern::Near { .. } => Err(unsupported(
            "look for words near one another (NEAR, ADJ)".to_owned(),
            "write a phrase, or AND",
        )),
        Pattern::Together { .. } => Err(unsupported(
            "look for words in one sentence or paragraph (WITH, SAME)".to_owned(),
            "write AND",
        )),
        Pattern::Or(_) => Err(unsupported("look for this choice of words".to_owned(), "write OR outside")),
    }
}

const ABSTRACT: i64 = 0;

/// The rows that may have text of the fields.
fn parts(fields: TextFields) -> String {
    let (heads, claims) =
        ([TextFields::TITLE, TextFields::ABSTRACT], [TextFields::CLAIMS, TextFields::INDEPENDENT]);
    let has = |any: &[TextFields]| any.iter().any(|one| fields.contain(*one));
    let wanted = [has(&heads), has(&claims), has(&[TextFields::DESCRIPTION])];
    if wanted == [true; 3] {
        return String::new();
    }
    let parts: Vec<String> = (0..3).filter(|part| wanted[*part]).map(|part| part.to_string()).collect();
    format!("{PART} in [{}]", parts.join(", "))
}

/// What of a row is text of the fields. The title stands before the abstract, and may take several passages.
fn looked_at<'t>(
    fields: TextFields,
    (part, start): (i64, usize),
    title: &'t str,
    text: &'t str,
) -> impl Iterator<Item = &'t str> {
    let (head, rest) = match title.len().checked_sub(start).filter(|left| *left > 0 && part == ABSTRACT) {
        Some(left) => (Some(title), text.get(left..).unwrap_or_default()),
        None => (None, text),
    };
    let head = head.filter(|_| fields.contain(TextFields::TITLE));
    let rest = Some(rest).filter(|_| part != ABSTRACT || fields.contain(TextFields::ABSTRACT));
    head.into_iter().chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_told_from_its_abstract() {
        let of = |fields| looked_at(fields, (ABSTRACT, 0), "A pump", "A pump\nIt pumps.").collect::<Vec<_>>();
        assert_eq!(of(TextFields::TITLE), ["A pump"]);
        assert_eq!(of(TextFields::ABSTRACT), ["\nIt pumps."]);
        assert_eq!(of(TextFields::FULL), ["A pump", "\nIt pumps."]);
        assert_eq!(looked_at(TextFields::CLAIMS, (1, 0), "A", "A hose").collect::<Vec<_>>(), ["A hose"]);
    }

    #[test]
    fn a_long_title_takes_several_passages() {
        let title = "A pump with a tilting ring";
        let of = |fields, start, text| looked_at(fields, (ABSTRACT, start), title, text).collect::<Vec<_>>();
        assert_eq!(of(TextFields::TITLE, 0, "A pump with"), [title]);
        assert_eq!(of(TextFields::ABSTRACT, 0, "A pump with"), [""]);
        assert_eq!(of(TextFields::FULL, 12, "a tilting ring\nIt"), [title, "\nIt"]);
        assert_eq!(of(TextFields::TITLE, 27, "It tilts."), Vec::<&str>::new());
    }

    #[test]
    fn fields_are_parts_of_patents() {
        assert_eq!(parts(TextFields::FULL), "");
        assert_eq!(parts(TextFields::TITLE), "part in [0]");
        assert_eq!(parts(TextFields::CLAIMS.and(TextFields::DESCRIPTION)), "part in [1, 2]");
    }
}
