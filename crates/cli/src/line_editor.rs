//! The line editor of a session: history, and completion of fields and commands.

use std::path::PathBuf;

use anyhow::Result;
use rustyline::completion::Completer;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Context, Helper};

pub(crate) type Editor = rustyline::Editor<Names, FileHistory>;

const COMMANDS: [&str; 13] = [
    ":open ", ":next", ":like ", ":more ", ":less ", ":explain", ":mode ", ":sort ", ":limit ", ":export ",
    ":sets", ":help", ":quit",
];

/// Completes the names of fields and commands.
pub(crate) struct Names;

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let start = line[..at].rfind([' ', '(', '-']).map_or(0, |blank| blank + 1);
        let typed = &line[start..at];
        let commands = COMMANDS.iter().filter(|_| start == 0).map(|command| (*command).to_owned());
        let fields = priorart_query::field_names().map(|name| format!("{name}:"));
        let found = commands.chain(fields).filter(|name| !typed.is_empty() && name.starts_with(typed));
        Ok((start, found.collect()))
    }
}

impl Helper for Names {}
impl Highlighter for Names {}
impl Validator for Names {}

impl Hinter for Names {
    type Hint = String;
}

/// An editor with the history of earlier sessions.
pub(crate) fn open() -> Result<Editor> {
    let mut editor = Editor::new()?;
    editor.set_helper(Some(Names));
    if let Some(path) = history() {
        // The first session has none.
        let _ = editor.load_history(&path);
    }
    Ok(editor)
}

/// Keeps the history; a home that cannot be written to is no reason to fail.
pub(crate) fn save(editor: &mut Editor) {
    if let Some(path) = history() {
        let _ = editor.save_history(&path);
    }
}

fn history() -> Option<PathBuf> {
    std::env::home_dir().map(|home| home.join(".priorart_history"))
}

#[cfg(test)]
mod tests {
    use rustyline::history::DefaultHistory;

    use super::*;

    #[track_caller]
    fn check(line: &str, start: usize, expected: &[&str]) {
        let history = DefaultHistory::new();
        let (at, found) = Names.complete(line, line.len(), &Context::new(&history)).expect("it completes");
        assert_eq!((at, found.iter().map(String::as_str).collect::<Vec<_>>()), (start, expected.to_vec()));
    }

    #[test]
    fn fields_and_commands_are_completed() {
        check("pump cp", 5, &["cpc:"]);
        check("-(cit", 2, &["cited:", "citing:"]);
        check(":ex", 0, &[":explain", ":export "]);
        check("pump :ex", 5, &[]);
        check("pump ", 5, &[]);
    }
}
