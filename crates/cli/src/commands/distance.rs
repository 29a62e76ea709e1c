//! `priorart distance`.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use priorart_analysis::{CosineMatrix, IndexRow, IndexRows, Vectors, pairs_above, vectors_of};
use priorart_corpus::{Claim, Patent, PatentNumber};
use priorart_encoder::Encoder;
use priorart_index::{PassageId, Reader};
use priorart_indexer::{PassageOptions, cut};
use priorart_query::{Index, Query, Searcher};
use serde_json::json;

use crate::args::{DistanceArgs, MatrixFormat, Per};
use crate::asked::{self, read_text};
use crate::outcome::{Outcome, WrongUse};
use crate::query_model::QueryModel;
use crate::settings::Settings;
use crate::weights;

/// Something that is compared: its passages by name, and their vectors.
struct Item {
    name: String,
    passages: Vec<String>,
    vectors: Vectors,
}

/// Prints the matrix of what was named, or all near pairs of the index.
pub(crate) fn run(settings: &Settings, args: &DistanceArgs) -> Result<Outcome> {
    if let Some(threshold) = args.above {
        return all_pairs(settings, args.per, threshold);
    }
    let mut sources = Sources { settings, reader: None, encoder: None };
    let items = args.items.iter().map(|typed| sources.item(typed)).collect::<Result<Vec<_>>>()?;
    let matrix = match args.per {
        Per::Patent => {
            let means = items.iter().filter_map(|item| item.vectors.mean()).collect::<Vec<_>>();
            CosineMatrix::new(items.into_iter().map(|item| item.name).collect(), &Vectors::of(&means)?)
        }
        Per::Passage => {
            let rows = items.iter().flat_map(|item| item.vectors.rows()).collect::<Vec<_>>();
            let names =
                items.iter().flat_map(|item| item.passages.iter().map(move |p| format!("{} {p}", item.name)));
            CosineMatrix::new(names.collect(), &Vectors::of(&rows)?)
        }
    };
    let matrix = matrix.map_err(|error| WrongUse(error.to_string()))?;
    match args.format {
        MatrixFormat::Table if settings.json => {
            println!("{}", json!({"names": matrix.names(), "cosines": matrix.rows()}));
        }
        MatrixFormat::Table => print(&matrix),
        MatrixFormat::Csv => print!("{}", matrix.csv()),
        MatrixFormat::Svg => print!("{}", matrix.svg()),
    }
    Ok(Outcome::Done)
}

/// Where vectors come from; opened and loaded when they are first needed.
struct Sources<'a> {
    settings: &'a Settings,
    reader: Option<Reader>,
    encoder: Option<Encoder>,
}

impl Sources<'_> {
    /// A file, where there is one of that name; an indexed patent, where it is a number; else a text.
    fn item(&mut self, typed: &str) -> Result<Item> {
        if Path::new(typed).is_file() {
            return self.text(typed, &read_text(Path::new(typed))?);
        }
        match PatentNumber::parse(typed) {
            Some(number) => self.patent(&number),
            None if typed.trim().is_empty() => Err(WrongUse("there is no text".to_owned()).into()),
            None => self.text(typed, typed),
        }
    }

    fn patent(&mut self, number: &PatentNumber) -> Result<Item> {
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None => Reader::open(&self.settings.index)?,
        };
        let reader = self.reader.insert(reader);
        let id = reader.find(number)?.first().copied();
        let id = id.ok_or_else(|| WrongUse(format!("{number} is not in the index")))?;
        let (passages, vectors) = vectors_of(reader, id)?;
        if passages.is_empty() {
            return Err(
                WrongUse(format!("{number} has no embeddings yet; `priorart embed` makes them")).into()
            );
        }
        let patent = reader.patent(id)?;
        let label = |passage: &PassageId| Ok(patent.place_label(&reader.passage(*passage)?.1));
        let passages = passages.iter().map(label).collect::<Result<_>>()?;
        Ok(Item { name: patent.number.to_string(), passages, vectors })
    }

    /// A text is cut as a claim is where the model cannot read all of it at once.
    fn text(&mut self, name: &str, text: &str) -> Result<Item> {
        let encoder = match self.encoder.take() {
            Some(encoder) => encoder,
            None => self.load()?,
        };
        let encoder = self.encoder.insert(encoder);
        let claim = Claim { number: 1, text: text.to_owned(), depends_on: Vec::new() };
        let patent = Patent { claims: vec![claim], ..Patent::default() };
        let options = PassageOptions { abstracts: false, claims: true, descriptions: false };
        let parts: Vec<String> = cut(&patent, options, encoder.tokenizer())
            .iter()
            .filter_map(|place| patent.passage_text(place))
            .collect();
        if parts.is_empty() {
            return Err(WrongUse(format!("{name}: there are no words")).into());
        }
        let borrowed: Vec<&str> = parts.iter().map(String::as_str).collect();
        let vectors = Vectors::of(&encoder.encode(&borrowed)?).with_context(|| name.to_owned())?;
        let passages = (1..=parts.len()).map(|part| format!("part {part}")).collect();
        Ok(Item { name: name.to_owned(), passages, vectors })
    }

    /// The index's model where there is an index, so that its vectors can be compared with.
    fn load(&self) -> Result<Encoder> {
        if let Ok(index) = Index::open(&self.settings.index)
            && let Some(QueryModel(encoder)) = asked::model(self.settings, &index)?
        {
            return Ok(encoder);
        }
        weights::encoder(self.settings, &weights::name(self.settings, None))
    }
}

fn print(matrix: &CosineMatrix) {
    for (at, name) in matrix.names().iter().enumerate() {
        println!("{:>3}  {name}", at + 1);
    }
    println!();
    let heads: Vec<String> = (1..=matrix.names().len()).map(|at| format!("{at:>8}")).collect();
    println!("   {}", heads.concat());
    for (at, row) in matrix.rows().iter().enumerate() {
        let cosines: Vec<String> = row.iter().map(|cosine| format!("{cosine:>8.4}")).collect();
        println!("{:>3}{}", at + 1, cosines.concat());
    }
}

/// Writes all pairs of the index above a threshold while they are found.
fn all_pairs(settings: &Settings, per: Per, threshold: f32) -> Result<Outcome> {
    let reader = Reader::open(&settings.index)?;
    let mut rows = Vec::new();
    for id in Searcher::new(&reader).matching(&Query::default())?.iter() {
        let all = reader.passages_of(id).map(|ordinal| PassageId { segment: id.segment, ordinal });
        let mut embedded = all.filter(|passage| reader.vector(*passage).is_some());
        match per {
            Per::Patent => rows.extend(embedded.next().map(|_| IndexRow::Patent(id))),
            Per::Passage => rows.extend(embedded.map(IndexRow::Passage)),
        }
    }
    let rows = IndexRows::new(&reader, rows);
    let mut output = BufWriter::new(std::io::stdout().lock());
    if !settings.json {
        writeln!(output, "first,second,cosine")?;
    }
    let mut pairs = 0_u64;
    pairs_above(&rows, threshold, |first, second, cosine| -> Result<()> {
        let [first, second] = [first, second].map(|row| name(&reader, rows.rows()[row]));
        let (first, second) = (first?, second?);
        pairs += 1;
        if settings.json {
            writeln!(output, "{}", json!({"first": first, "second": second, "cosine": cosine}))?;
        } else {
            writeln!(output, "{first},{second},{cosine:.6}")?;
        }
        Ok(())
    })?;
    output.flush()?;
    settings.note(format!("{pairs} pairs"));
    Ok(if pairs == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// A row's patent, and its passage.
fn name(reader: &Reader, row: IndexRow) -> Result<String> {
    Ok(match row {
        IndexRow::Patent(id) => reader.number(id)?.to_owned(),
        IndexRow::Passage(passage) => {
            let (id, place) = reader.passage(passage)?;
            format!("{} {}", reader.number(id)?, reader.patent(id)?.place_label(&place))
        }
    })
}
