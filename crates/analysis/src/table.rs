//! Files of values separated by commas, by the names of their columns.

use std::path::{Path, PathBuf};

use crate::error::AnalysisError;

/// A file with a line of column names.
pub(crate) struct Table {
    path: PathBuf,
    reader: csv::Reader<fs_err::File>,
    names: Vec<String>,
}

/// A line of it.
pub(crate) struct Line<'a> {
    path: &'a Path,
    pub(crate) number: u64,
    record: csv::StringRecord,
}

impl Table {
    /// Opens a file; one whose name ends in `.tsv` is separated by tabs.
    pub(crate) fn open(path: &Path) -> Result<Self, AnalysisError> {
        let has_tabs = path.extension().is_some_and(|extension| extension == "tsv");
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(if has_tabs { b'\t' } else { b',' });
        let mut reader = builder.from_reader(fs_err::File::open(path)?);
        let names = reader.headers().map_err(|source| AnalysisError::Csv { path: path.into(), source })?;
        let names = names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        Ok(Self { path: path.to_owned(), reader, names })
    }

    /// The names of the columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The first column that has one of these names, whatever their case.
    pub(crate) fn column(&self, wanted: &[&str]) -> Result<usize, AnalysisError> {
        let place = |wanted: &&str| self.names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        wanted.iter().find_map(place).ok_or_else(|| {
            const SHOWN: usize = 12;
            let mut found = self.names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            if self.names.len() > SHOWN {
                found.push_str(", …");
            }
            AnalysisError::NoColumn { path: self.path.clone(), wanted: wanted.join(" or "), found }
        })
    }

    /// Something that is wrong with the whole file.
    pub(crate) fn error(&self, what: impl Into<String>) -> AnalysisError {
        AnalysisError::File { path: self.path.clone(), what: what.into() }
    }

    /// Hands `each` every line.
    pub(crate) fn each(
        &mut self,
        mut each: impl FnMut(&Line<'_>) -> Result<(), AnalysisError>,
    ) -> Result<(), AnalysisError> {
        for record in self.reader.records() {
            let record = record.map_err(|source| AnalysisError::Csv { path: self.path.clone(), source })?;
            let number = record.position().map_or(0, csv::Position::line);
            each(&Line { path: &self.path, number, record })?;
        }
        Ok(())
    }
}

impl Line<'_> {
    pub(crate) fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// A text that must not be blank.
    pub(crate) fn filled(&self, column: usize, name: &str) -> Result<String, AnalysisError> {
        let text = self.text(column).trim();
        if text.is_empty() { Err(self.error(format!("{name} is empty"))) } else { Ok(text.to_owned()) }
    }

    /// A number that is finite.
    pub(crate) fn number(&self, column: usize, name: &str) -> Result<f64, AnalysisError> {
        let text = self.text(column).trim();
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.error(format!("{name} is {text:?}, which is no finite number")))
    }

    pub(crate) fn error(&self, what: String) -> AnalysisError {
        AnalysisError::Line { path: self.path.to_owned(), line: self.number, what }
    }
}
