//! Files of values separated by commas, by the names of their columns.

use std::path::{Path, PathBuf};

use crate::error::TableError;

/// A file with a line of column names.
#[derive(Debug)]
pub struct Table {
    path: PathBuf,
    reader: csv::Reader<fs_err::File>,
    names: Vec<String>,
}

/// A line of it.
#[derive(Debug)]
pub struct Line<'a> {
    path: &'a Path,
    number: u64,
    record: csv::StringRecord,
}

impl Table {
    /// Opens a file; one whose name ends in `.tsv` is separated by tabs.
    ///
    /// # Errors
    /// A file that cannot be read, or whose first line cannot.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let has_tabs = path.extension().is_some_and(|extension| extension == "tsv");
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(if has_tabs { b'\t' } else { b',' });
        let mut reader = builder.from_reader(fs_err::File::open(path)?);
        let names = reader.headers().map_err(|source| TableError::Csv { path: path.into(), source })?;
        let names = names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        Ok(Self { path: path.to_owned(), reader, names })
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The first column that has one of these names, whatever their case.
    ///
    /// # Errors
    /// [`TableError::NoColumn`] where there is none.
    pub fn column(&self, wanted: &[&str]) -> Result<usize, TableError> {
        let place = |wanted: &&str| self.names.iter().position(|name| name.eq_ignore_ascii_case(wanted));
        wanted.iter().find_map(place).ok_or_else(|| {
            const SHOWN: usize = 12;
            let mut found = self.names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            if self.names.len() > SHOWN {
                found.push_str(", …");
            }
            TableError::NoColumn { path: self.path.clone(), wanted: wanted.join(" or "), found }
        })
    }

    /// Something that is wrong with the whole file.
    pub fn error(&self, what: impl Into<String>) -> TableError {
        TableError::File { path: self.path.clone(), what: what.into() }
    }

    /// Hands `each` every line.
    ///
    /// # Errors
    /// A line that is broken, and what `each` says.
    pub fn each(
        &mut self,
        mut each: impl FnMut(&Line<'_>) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        for record in self.reader.records() {
            let record = record.map_err(|source| TableError::Csv { path: self.path.clone(), source })?;
            let number = record.position().map_or(0, csv::Position::line);
            each(&Line { path: &self.path, number, record })?;
        }
        Ok(())
    }
}

impl Line<'_> {
    /// What stands in a column.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// A text, which `name` tells, that must not be blank.
    ///
    /// # Errors
    /// [`TableError::Line`] where it is.
    pub fn filled(&self, column: usize, name: &str) -> Result<String, TableError> {
        let text = self.text(column).trim();
        if text.is_empty() { Err(self.error(format!("{name} is empty"))) } else { Ok(text.to_owned()) }
    }

    /// A number, which `name` tells, that is finite.
    ///
    /// # Errors
    /// [`TableError::Line`] where it is not.
    pub fn number(&self, column: usize, name: &str) -> Result<f64, TableError> {
        let text = self.text(column).trim();
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.error(format!("{name} is {text:?}, which is no finite number")))
    }

    /// Something that is wrong with the line.
    pub fn error(&self, what: String) -> TableError {
        TableError::Line { path: self.path.to_owned(), line: self.number, what }
    }
}
