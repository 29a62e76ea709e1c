//! Real patents as `PatentsView`'s tables: each again and again under a number of its own, every table in an
//! order of its own.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Result, ensure};
use priorart_corpus::{Patent, Record, parse, read_dump};

/// The number of the first patent.
const FIRST: u64 = 20_000_000;

/// A table: its name, its columns behind the patent's number, and its rows of a patent.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
    rows: fn(&Patent) -> Vec<Vec<String>>,
    /// How far the next patent's number is from the one before; a prime larger than most counts, so that it meets
    /// all of them.
    stride: u64,
}

const TABLES: [Table; 6] = [
    Table {
        name: "g_patent",
        columns: &["patent_type", "patent_date", "patent_title", "wipo_kind"],
        rows: patent,
        stride: 1_000_003,
    },
    Table {
        name: "g_patent_abstract",
        columns: &["patent_abstract"],
        rows: abstract_text,
        stride: 1_000_033,
    },
    Table {
        name: "g_claims",
        columns: &["claim_sequence", "claim_text", "claim_number"],
        rows: claims,
        stride: 1_000_037,
    },
    Table {
        name: "g_detail_desc_text",
        columns: &["description_text"],
        rows: description,
        stride: 1_000_039,
    },
    Table {
        name: "g_cpc_current",
        columns: &["cpc_sequence", "cpc_group", "cpc_type"],
        rows: cpc,
        stride: 1_000_081,
    },
    Table {
        name: "g_us_patent_citation",
        columns: &["citation_sequence", "citation_patent_id"],
        rows: citations,
        stride: 1_000_099,
    },
];

/// Writes tables of some `bytes` into a folder; gives their bytes.
pub(crate) fn write(source: &Path, folder: &Path, bytes: u64) -> Result<u64> {
    std::fs::create_dir_all(folder)?;
    let patents = patents(source)?;
    let once: u64 =
        TABLES.iter().flat_map(|table| patents.iter().map(|patent| bytes_of(table, patent))).sum();
    let count = bytes.div_ceil(once).max(1) * patents.len() as u64;
    let mut written = 0;
    for table in &TABLES {
        written += write_table(table, &patents, count, folder)?;
    }
    Ok(written)
}

fn patents(source: &Path) -> Result<Vec<Patent>> {
    let mut patents = Vec::new();
    read_dump(source, &mut |document| {
        if let Ok(Record::Patent(patent)) = document.map(|document| parse(&document)) {
            patents.push(*patent);
        }
        ControlFlow::Continue(())
    });
    ensure!(!patents.is_empty(), "no patents in {}", source.display());
    Ok(patents)
}

fn write_table(table: &Table, patents: &[Patent], count: u64, folder: &Path) -> Result<u64> {
    let path = folder.join(format!("{}.tsv", table.name));
    let mut out = BufWriter::new(File::create(&path)?);
    write_row(&mut out, "patent_id", table.columns.iter().copied())?;
    for place in 0..count {
        let i = place * table.stride % count;
        let number = (FIRST + i).to_string();
        for row in (table.rows)(&patents[(i % patents.len() as u64) as usize]) {
            write_row(&mut out, &number, row.iter().map(String::as_str))?;
        }
    }
    out.flush()?;
    Ok(path.metadata()?.len())
}

fn write_row<'a>(out: &mut impl Write, number: &str, values: impl Iterator<Item = &'a str>) -> Result<()> {
    write!(out, "\"{number}\"")?;
    for value in values {
        write!(out, "\t\"{}\"", value.replace('"', "\"\""))?;
    }
    Ok(writeln!(out)?)
}

/// What its rows take, each value with two quotation marks and a tab, and the number before them.
fn bytes_of(table: &Table, patent: &Patent) -> u64 {
    let row = |row: &Vec<String>| row.iter().map(|value| value.len() as u64 + 3).sum::<u64>() + 11;
    (table.rows)(patent).iter().map(row).sum()
}

fn patent(patent: &Patent) -> Vec<Vec<String>> {
    let date = patent.publication_date.map(|date| date.to_string()).unwrap_or_default();
    vec![vec!["utility".to_owned(), date, patent.title.clone(), patent.number.kind.clone()]]
}

fn abstract_text(patent: &Patent) -> Vec<Vec<String>> {
    vec![vec![patent.abstract_text.clone()]]
}

fn claims(patent: &Patent) -> Vec<Vec<String>> {
    let row = |(place, claim): (usize, &priorart_corpus::Claim)| {
        vec![place.to_string(), format!("{}. {}", claim.number, claim.text), claim.number.to_string()]
    };
    patent.claims.iter().enumerate().map(row).collect()
}

fn description(patent: &Patent) -> Vec<Vec<String>> {
    let texts: Vec<&str> = patent.description.iter().map(|paragraph| paragraph.text.as_str()).collect();
    vec![vec![texts.join("\n")]]
}

fn cpc(patent: &Patent) -> Vec<Vec<String>> {
    let row =
        |(place, symbol): (usize, &String)| vec![place.to_string(), symbol.clone(), "inventional".to_owned()];
    // Those of before 2013 have the IPC, whose symbols are nearly the same.
    patent.ipc.iter().enumerate().map(row).collect()
}

fn citations(patent: &Patent) -> Vec<Vec<String>> {
    let numbers = patent.citations.iter().filter_map(|citation| citation.number.as_ref());
    let row = |(place, number): (usize, &priorart_corpus::PatentNumber)| {
        vec![place.to_string(), number.serial.clone()]
    };
    numbers.enumerate().map(row).collect()
}
