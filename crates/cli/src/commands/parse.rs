//! `priorart parse`.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;

use anyhow::Result;
use priorart_corpus::{CorpusError, ParseOptions, Patent, Record, Skip, parse_dump};

use crate::args::ParseArgs;
use crate::outcome::Outcome;
use crate::output::print_skips;
use crate::settings::Settings;

/// Skipped records that are kept to be shown.
const MAX_LISTED: usize = 1000;

/// Prints the patents of the dumps as JSON lines, and what became of the rest.
pub(crate) fn run(settings: &Settings, args: &ParseArgs) -> Result<Outcome> {
    let mut converter = Converter::new(args);
    let options = ParseOptions { format: args.format, ..ParseOptions::default() };
    for dump in &args.dumps {
        if converter.is_done() {
            break;
        }
        parse_dump(dump, &options, &mut |parsed| converter.take(parsed.outcome));
    }
    converter.finish(settings)
}

/// Writes patents and counts.
struct Converter<'a> {
    args: &'a ParseArgs,
    out: BufWriter<io::StdoutLock<'static>>,
    written: u64,
    read: u64,
    skipped: u64,
    skips: Vec<Skip>,
    sequence_listings: u64,
    failures: Vec<CorpusError>,
    error: Option<io::Error>,
}

impl<'a> Converter<'a> {
    fn new(args: &'a ParseArgs) -> Self {
        Self {
            args,
            out: BufWriter::new(io::stdout().lock()),
            written: 0,
            read: 0,
            skipped: 0,
            skips: Vec::new(),
            sequence_listings: 0,
            failures: Vec::new(),
            error: None,
        }
    }

    fn is_done(&self) -> bool {
        self.error.is_some() || self.args.limit.is_some_and(|limit| self.written >= limit)
    }

    fn take(&mut self, record: Result<Record, CorpusError>) -> ControlFlow<()> {
        match record {
            Err(failure) => self.failures.push(failure),
            Ok(Record::SequenceListing(_)) => self.sequence_listings += 1,
            Ok(Record::Skipped(skip)) => self.skip(skip),
            Ok(Record::Patent(patent)) => {
                self.read += 1;
                if self.is_wanted(&patent) && !self.is_done() {
                    self.error = self.write(&patent).err();
                }
            }
        }
        if self.is_done() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn skip(&mut self, skip: Skip) {
        self.read += 1;
        self.skipped += 1;
        if self.skips.len() < MAX_LISTED {
            self.skips.push(skip);
        }
    }

    fn is_wanted(&self, patent: &Patent) -> bool {
        let numbers = &self.args.number;
        numbers.is_empty() || numbers.iter().any(|number| number.matches(&patent.number))
    }

    fn write(&mut self, patent: &Patent) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, patent)?;
        self.out.write_all(b"\n")?;
        self.written += 1;
        Ok(())
    }

    fn finish(mut self, settings: &Settings) -> Result<Outcome> {
        self.error.take().map_or(Ok(()), Err)?;
        self.out.flush()?;
        settings.note(format!(
            "{} read: {} printed, {} skipped; {} sequence listings",
            self.read, self.written, self.skipped, self.sequence_listings
        ));
        print_skips(settings, &self.skips, self.skipped);
        for failure in &self.failures {
            anstream::eprintln!("failed  {failure}");
        }
        Ok(match self.written {
            _ if !self.failures.is_empty() => Outcome::Incomplete,
            0 => Outcome::NothingFound,
            _ => Outcome::Done,
        })
    }
}
