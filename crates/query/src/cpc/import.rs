//! Taking a scheme in: the CPC's title lists and scheme files, as they are published.

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::FILE;
use super::scheme::head;

/// What is wrong with a scheme file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemeError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// An archive is damaged.
    #[error("{}: {source}; download it again", path.display())]
    Zip {
        /// The archive.
        path: PathBuf,
        /// What is wrong.
        source: zip::result::ZipError,
    },
    /// A scheme file is not well-formed.
    #[error("{name}: {source}; download it again")]
    Xml {
        /// The file.
        name: String,
        /// What is wrong.
        source: roxmltree::Error,
    },
    /// A line is none of a title list.
    #[error("{name}, line {line}: a symbol, dots and a title with tabs between them are expected")]
    Line {
        /// The file.
        name: String,
        /// From 1.
        line: usize,
    },
    /// There is nothing of a scheme in the file.
    #[error("{}: no symbols; give a CPC title list or scheme, as text, XML or zip", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Takes a scheme into an index, in place of one that was there, and says how many symbols it has.
///
/// `file` is a title list (a symbol, its dots and its title a line, with tabs between), a scheme file in XML,
/// a zip of such files, or one of them compressed with gzip.
///
/// # Errors
/// [`SchemeError`] names the file and the place.
pub fn import(index: &Path, file: &Path) -> Result<usize, SchemeError> {
    let mut rows = Vec::new();
    for (name, text) in texts(file)? {
        rows.extend(if text.trim_start().starts_with('<') {
            xml(&name, &text)?
        } else {
            list(&name, &text)?
        });
    }
    if rows.is_empty() {
        return Err(SchemeError::Empty { path: file.to_owned() });
    }
    rows.sort_by(|a, b| head(&a.symbol).cmp(head(&b.symbol)));
    let lines = rows.iter().map(|row| format!("{}\t{}\t{}\n", row.symbol, row.dots, row.title));
    let text: String = lines.collect();
    let (path, new) = (index.join(FILE), index.join(format!("{FILE}.new")));
    fs_err::write(&new, text)?;
    fs_err::rename(new, path)?;
    Ok(rows.len())
}

/// A symbol as it is written to the file; classes have no dots.
struct Row {
    symbol: String,
    dots: String,
    title: String,
}

/// The files of an archive by name, or the file itself.
fn texts(file: &Path) -> Result<Vec<(String, String)>, SchemeError> {
    let bytes = fs_err::read(file)?;
    let name = file.display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}').to_owned();
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => {
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
            Ok(vec![(name, text(&plain))])
        }
        [b'P', b'K', ..] => {
            let failed = |source| SchemeError::Zip { path: file.to_owned(), source };
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
            let mut found = Vec::new();
            for at in 0..archive.len() {
                let mut entry = archive.by_index(at).map_err(failed)?;
                let name = entry.name().map_err(failed)?.into_owned();
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                found.push((name, text(&content)));
            }
            found.sort();
            Ok(found)
        }
        bytes => Ok(vec![(name, text(bytes))]),
    }
}

fn list(name: &str, text: &str) -> Result<Vec<Row>, SchemeError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let mut fields = line.splitn(3, '\t').map(str::trim);
            let row = (fields.next(), fields.next(), fields.next());
            let (Some(symbol), Some(dots), Some(title)) = row else {
                return Err(SchemeError::Line { name: name.to_owned(), line: at + 1 });
            };
            let is_row = is_symbol(symbol) && (dots.is_empty() || dots.parse::<u32>().is_ok());
            let row = Row { symbol: symbol.into(), dots: dots.into(), title: title.into() };
            is_row.then_some(row).ok_or(SchemeError::Line { name: name.to_owned(), line: at + 1 })
        })
        .collect()
}

fn is_symbol(text: &str) -> bool {
    crate::values::symbol(text).is_some()
}

/// The level of a main group in scheme files; each dot is one more.
const MAIN_GROUP: u32 = 7;

fn xml(name: &str, text: &str) -> Result<Vec<Row>, SchemeError> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options)
        .map_err(|source| SchemeError::Xml { name: name.to_owned(), source })?;
    let items = document.descendants().filter(|node| node.has_tag_name("classification-item"));
    Ok(items.filter_map(row).collect())
}

/// An item without a title of its own is a range of groups, and no symbol.
fn row(item: roxmltree::Node<'_, '_>) -> Option<Row> {
    let child = |name| item.children().find(|node| node.has_tag_name(name));
    let symbol = child("classification-symbol")?.text()?.trim();
    let title = child("class-title")?;
    let level: u32 = item.attribute("level")?.parse().ok()?;
    let is_row = is_symbol(symbol) && (!symbol.contains('/') || level >= MAIN_GROUP);
    let dots = if symbol.contains('/') { level.checked_sub(MAIN_GROUP)?.to_string() } else { String::new() };
    let parts = title.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text());
    let title: Vec<&str> = parts.flat_map(str::split_whitespace).collect();
    is_row.then(|| Row { symbol: symbol.to_owned(), dots, title: title.join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpc::Scheme;

    fn imported(content: &[u8]) -> Result<(usize, tempfile::TempDir), SchemeError> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("scheme");
        fs_err::write(&file, content)?;
        Ok((import(dir.path(), &file)?, dir))
    }

    const LIST: &str = "H01M\t\tBATTERIES\nH01M4/00\t0\tElectrodes\nH01M4/02\t1\tof active\tmaterial\n";

    #[test]
    fn a_list_is_taken_in() {
        let (count, dir) = imported(LIST.as_bytes()).unwrap();
        assert_eq!(count, 3);
        let scheme = Scheme::of(dir.path()).unwrap().unwrap();
        assert_eq!(scheme.entry("H01M4/02").unwrap().title, "of active\tmaterial");
        assert_eq!(scheme.entry("H01M").unwrap().title, "BATTERIES");
    }

    #[test]
    fn a_scheme_is_taken_in() {
        let xml = "<class-scheme><classification-item level='5'><classification-symbol>A01L</classification-symbol>\
            <class-title><title-part><text>SHOEING </text></title-part></class-title>\
            <classification-item level='6'><classification-symbol>A01L1/00</classification-symbol>\
            <classification-item level='7'><classification-symbol>A01L1/00</classification-symbol>\
            <class-title>Shoes</class-title>\
            <classification-item level='8'><classification-symbol>A01L1/02</classification-symbol>\
            <class-title>Solid</class-title></classification-item></classification-item>\
            </classification-item></classification-item></class-scheme>";
        let (count, dir) = imported(xml.as_bytes()).unwrap();
        assert_eq!(count, 3);
        let scheme = Scheme::of(dir.path()).unwrap().unwrap();
        let below: Vec<_> = scheme.below("A01L1/00").map(|entry| (entry.symbol, entry.dots)).collect();
        assert_eq!(below, [("A01L1/00", 0), ("A01L1/02", 1)]);
    }

    #[test]
    fn what_is_no_scheme_is_refused() {
        let line = imported(b"H01M\t\tBATTERIES\nnonsense\n").unwrap_err();
        assert!(line.to_string().contains("line 2"), "{line}");
        assert!(matches!(imported(b"").unwrap_err(), SchemeError::Empty { .. }));
        assert!(matches!(imported(b"<a>").unwrap_err(), SchemeError::Xml { .. }));
        assert!(matches!(imported(b"PK").unwrap_err(), SchemeError::Zip { .. }));
    }
}
