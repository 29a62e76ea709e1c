//! The files of TREC: judgements, runs and queries.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::error::AnalysisError;

/// Relevance by query and document; 0 and less is not relevant.
pub type Judgements = BTreeMap<String, BTreeMap<String, i64>>;
/// Scores by query and document.
pub type Run = BTreeMap<String, BTreeMap<String, f32>>;

/// Reads judgements: lines of query, an unused column, document and relevance.
///
/// # Errors
/// By line: other than four columns, a relevance that is no integer, a document judged twice; and a file
/// without judgements.
pub fn read_judgements(path: &Path) -> Result<Judgements, AnalysisError> {
    let mut all = Judgements::new();
    each_line(path, |fields, fault| {
        let [query, _, document, relevance] = fields else {
            return Err(fault("judgements have four columns: query, 0, document, relevance".into()));
        };
        let relevance = relevance.parse().map_err(|_| fault(format!("{relevance:?} is no integer")))?;
        let known = all.entry((*query).to_owned()).or_default().insert((*document).to_owned(), relevance);
        if known.is_some() {
            return Err(fault(format!("{document} is judged twice for query {query}")));
        }
        Ok(())
    })?;
    if all.is_empty() { Err(empty(path, "there are no judgements")) } else { Ok(all) }
}

/// Reads a run: lines of query, `Q0`, document, rank, score and the run's name. The scores make the order.
///
/// # Errors
/// By line: other than six columns, a score that is no finite number, a document ranked twice; and a file
/// without lines.
pub fn read_run(path: &Path) -> Result<Run, AnalysisError> {
    let mut all = Run::new();
    each_line(path, |fields, fault| {
        let [query, _, document, _, score, _] = fields else {
            return Err(fault("runs have six columns: query, Q0, document, rank, score, name".into()));
        };
        let finite = score.parse().ok().filter(|score: &f32| score.is_finite());
        let score = finite.ok_or_else(|| fault(format!("the score {score:?} is no finite number")))?;
        let known = all.entry((*query).to_owned()).or_default().insert((*document).to_owned(), score);
        if known.is_some() {
            return Err(fault(format!("{document} is ranked twice for query {query}")));
        }
        Ok(())
    })?;
    if all.is_empty() { Err(empty(path, "there are no rankings")) } else { Ok(all) }
}

/// A query as TREC has them: what it is called, and what is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// As in the judgements.
    pub id: String,
    /// The text.
    pub text: String,
}

/// Reads queries: lines of an id, a tab (or a blank) and the text; or TREC's topics, `<top>` with `<num>` and
/// `<title>`.
///
/// # Errors
/// A query without an id or a text, by line; a file without queries.
pub fn read_topics(path: &Path) -> Result<Vec<Topic>, AnalysisError> {
    let text = fs_err::read_to_string(path)?;
    let topics = if text.contains("<top>") { marked(path, &text)? } else { listed(path, &text)? };
    if topics.is_empty() { Err(empty(path, "there are no queries")) } else { Ok(topics) }
}

fn listed(path: &Path, text: &str) -> Result<Vec<Topic>, AnalysisError> {
    let mut topics = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let parts = line.split_once('\t').or_else(|| line.trim().split_once(char::is_whitespace));
        let parts = parts.map(|(id, text)| (id.trim(), text.trim()));
        let Some((id, text)) = parts.filter(|(id, text)| !id.is_empty() && !text.is_empty()) else {
            let what = "a query is an id, a tab and a text".to_owned();
            return Err(AnalysisError::Line { path: path.into(), line: at as u64 + 1, what });
        };
        topics.push(Topic { id: id.to_owned(), text: text.to_owned() });
    }
    Ok(topics)
}

fn marked(path: &Path, text: &str) -> Result<Vec<Topic>, AnalysisError> {
    text.split("<top>")
        .skip(1)
        .map(|topic| {
            let id = element(topic, "<num>").map(|id| id.trim_start_matches("Number:").trim());
            let (id, title) = (id.unwrap_or_default(), element(topic, "<title>").unwrap_or_default());
            if id.is_empty() || title.is_empty() {
                return Err(empty(path, "a <top> lacks its <num> or its <title>"));
            }
            Ok(Topic { id: id.to_owned(), text: title.split_whitespace().collect::<Vec<_>>().join(" ") })
        })
        .collect()
}

/// What stands behind a mark, up to the next one.
fn element<'a>(topic: &'a str, mark: &str) -> Option<&'a str> {
    let (_, text) = topic.split_once(mark)?;
    text.split('<').next().map(str::trim)
}

/// The lines of a run, best document first.
pub fn write_run(run: &Run, name: &str) -> String {
    let mut lines = String::new();
    for (query, scores) in run {
        for (at, document) in ranked(scores).into_iter().enumerate() {
            let (rank, score) = (at + 1, scores[document]);
            // Writing to a string does not fail.
            let _ = writeln!(lines, "{query} Q0 {document} {rank} {score} {name}");
        }
    }
    lines
}

/// The documents in `trec_eval`'s order: by falling score, equals by falling name.
pub(crate) fn ranked(scores: &BTreeMap<String, f32>) -> Vec<&String> {
    let mut documents: Vec<(&String, &f32)> = scores.iter().collect();
    documents.sort_by(|a, b| b.1.total_cmp(a.1).then_with(|| b.0.cmp(a.0)));
    documents.into_iter().map(|(document, _)| document).collect()
}

fn each_line(
    path: &Path,
    mut each: impl FnMut(&[&str], &dyn Fn(String) -> AnalysisError) -> Result<(), AnalysisError>,
) -> Result<(), AnalysisError> {
    let text = fs_err::read_to_string(path)?;
    for (at, line) in text.lines().enumerate() {
        let fault = |what| AnalysisError::Line { path: path.to_owned(), line: at as u64 + 1, what };
        let fields: Vec<&str> = line.split_whitespace().collect();
        if !fields.is_empty() {
            each(&fields, &fault)?;
        }
    }
    Ok(())
}

fn empty(path: &Path, what: &str) -> AnalysisError {
    AnalysisError::File { path: path.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<T>(text: &str, read: impl Fn(&Path) -> Result<T, AnalysisError>) -> Result<T, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs_err::write(&path, text).unwrap();
        let root = format!("{}/", dir.path().display());
        read(&path).map_err(|error| error.to_string().replace(&root, ""))
    }

    #[track_caller]
    fn refused<T: std::fmt::Debug>(text: &str, read: fn(&Path) -> Result<T, AnalysisError>, expected: &str) {
        assert_eq!(with(text, read).unwrap_err(), expected);
    }

    #[test]
    fn runs_come_back_as_they_were_written() {
        let text = "q1 Q0 d2 1 0.5 x\nq1 Q0 d1 2 0.25 x\nq2 Q0 d1 1 -1 x\n";
        let run = with(text, read_run).unwrap();
        assert_eq!(write_run(&run, "x"), text);
        assert_eq!(ranked(&[("a".to_owned(), 1.0), ("b".to_owned(), 1.0)].into()), ["b", "a"]);
    }

    #[test]
    fn queries_are_lines_or_topics() {
        let topic = |id: &str, text: &str| Topic { id: id.into(), text: text.into() };
        let expected = [topic("301", "organized crime"), topic("302", "polio")];
        assert_eq!(with("301\torganized crime\n\n302 polio\n", read_topics).unwrap(), expected);
        let topics = "<top>\n<num> Number: 301\n<title> organized\n crime\n<desc> …\n</top>\n\
                      <top><num>302</num><title>polio</title></top>";
        assert_eq!(with(topics, read_topics).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        refused(
            "q1 0 d1\n",
            read_judgements,
            "file, line 1: judgements have four columns: query, 0, document, relevance",
        );
        refused("q1 0 d1 1\nq1 0 d2 x\n", read_judgements, "file, line 2: \"x\" is no integer");
        refused("q1 0 d1 1\nq1 0 d1 0\n", read_judgements, "file, line 2: d1 is judged twice for query q1");
        refused("\n", read_judgements, "file: there are no judgements");
        refused("q1 Q0 d1 1 nan x\n", read_run, "file, line 1: the score \"nan\" is no finite number");
        refused(
            "q1 Q0 d1 1 2 x\nq1 Q0 d1 2 1 x\n",
            read_run,
            "file, line 2: d1 is ranked twice for query q1",
        );
        refused(
            "q1 d1 1\n",
            read_run,
            "file, line 1: runs have six columns: query, Q0, document, rank, score, name",
        );
        refused("", read_run, "file: there are no rankings");
        refused("q1\n", read_topics, "file, line 1: a query is an id, a tab and a text");
        refused("<top><num>1</top>", read_topics, "file: a <top> lacks its <num> or its <title>");
    }
}
