//! Sorts more than fits in memory: runs on disk, merged.
//!
//! Knuth, The Art of Computer Programming, volume 3, §5.4.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Cursor, Read, Seek, SeekFrom, Write};

/// What is held in memory before it goes to the disk, in bytes.
const MEMORY: usize = 64 << 20;

/// Runs that are merged at once; each has a buffer of [`BUFFER`] bytes.
const FAN_IN: usize = 64;

const BUFFER: usize = 1 << 16;

/// Collects values by key; those of one key keep their order.
#[derive(Debug)]
pub(crate) struct Sorter {
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
    size: usize,
    memory: usize,
    runs: Vec<File>,
}

impl Sorter {
    pub(crate) fn new() -> Self {
        Self { pairs: Vec::new(), size: 0, memory: MEMORY, runs: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.runs.is_empty()
    }

    /// Adds a value.
    pub(crate) fn push(&mut self, key: Vec<u8>, value: Vec<u8>) -> io::Result<()> {
        self.size += key.len() + value.len() + size_of::<(Vec<u8>, Vec<u8>)>();
        self.pairs.push((key, value));
        if self.size > self.memory { self.spill() } else { Ok(()) }
    }

    /// All pairs in the order of their keys.
    pub(crate) fn sorted(mut self) -> io::Result<Merge> {
        if self.runs.is_empty() {
            let mut run = Vec::new();
            write_run(&mut self.pairs, &mut run)?;
            return Merge::new(vec![Box::new(Cursor::new(run))]);
        }
        self.spill()?;
        while self.runs.len() > FAN_IN {
            let mut runs = self.runs.into_iter();
            let mut merged = Vec::new();
            loop {
                let some: Vec<File> = runs.by_ref().take(FAN_IN).collect();
                if some.is_empty() {
                    break;
                }
                merged.push(merge(some)?);
            }
            self.runs = merged;
        }
        Merge::of(self.runs)
    }

    fn spill(&mut self) -> io::Result<()> {
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        write_run(&mut self.pairs, &mut run)?;
        self.size = 0;
        self.runs.push(run.into_inner().map_err(io::IntoInnerError::into_error)?);
        Ok(())
    }
}

fn write_run(pairs: &mut Vec<(Vec<u8>, Vec<u8>)>, run: &mut impl Write) -> io::Result<()> {
    // Stable: the values of a key keep their order.
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs.drain(..).try_for_each(|(key, value)| write_pair(run, &key, &value))
}

fn write_pair(run: &mut impl Write, key: &[u8], value: &[u8]) -> io::Result<()> {
    for part in [key, value] {
        run.write_all(&(part.len() as u64).to_le_bytes())?;
        run.write_all(part)?;
    }
    Ok(())
}

/// One run out of several.
fn merge(runs: Vec<File>) -> io::Result<File> {
    let mut merged = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
    for pair in Merge::of(runs)? {
        let (key, value) = pair?;
        write_pair(&mut merged, &key, &value)?;
    }
    merged.into_inner().map_err(io::IntoInnerError::into_error)
}

/// The pairs of several runs in the order of their keys.
pub(crate) struct Merge {
    runs: Vec<Box<dyn Read>>,
    /// The next pair of each run; of equal keys that of the earlier run comes first.
    heads: BinaryHeap<Reverse<Head>>,
}

/// A key, the run it is from, and its value.
type Head = (Vec<u8>, usize, Vec<u8>);

impl Merge {
    fn of(runs: Vec<File>) -> io::Result<Self> {
        let rewound = runs.into_iter().map(|mut run| {
            run.seek(SeekFrom::Start(0))?;
            Ok(Box::new(BufReader::with_capacity(BUFFER, run)) as Box<dyn Read>)
        });
        Self::new(rewound.collect::<io::Result<_>>()?)
    }

    fn new(runs: Vec<Box<dyn Read>>) -> io::Result<Self> {
        let mut merge = Self { heads: BinaryHeap::with_capacity(runs.len()), runs };
        (0..merge.runs.len()).try_for_each(|run| merge.advance(run))?;
        Ok(merge)
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        if let Some(key) = read_part(&mut self.runs[run])? {
            let value = read_part(&mut self.runs[run])?.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.heads.push(Reverse((key, run, value)));
        }
        Ok(())
    }
}

impl Iterator for Merge {
    type Item = io::Result<(Vec<u8>, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((key, run, value)) = self.heads.pop()?;
        Some(self.advance(run).map(|()| (key, value)))
    }
}

/// A key or a value; `None` at the end of the run.
fn read_part(run: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match run.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut part = vec![0; u64::from_le_bytes(length) as usize];
    run.read_exact(&mut part)?;
    Ok(Some(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sorts numbers with so little memory that `runs` runs are made.
    #[track_caller]
    fn check(count: u32, memory: usize) {
        let mut sorter = Sorter { memory, ..Sorter::new() };
        // A permutation, as 7,919 is prime to every count used here; each key comes twice.
        for place in 0..count {
            let key = (u64::from(place) * 7919 % u64::from(count) / 2) as u32;
            sorter.push(key.to_be_bytes().to_vec(), place.to_be_bytes().to_vec()).unwrap();
        }
        let found: Vec<_> = sorter.sorted().unwrap().map(Result::unwrap).collect();
        assert_eq!(found.len(), count as usize);
        assert!(found.is_sorted(), "keys in order, and the values of a key in the order they came");
    }

    #[test]
    fn what_fits_in_memory_is_sorted() {
        check(1000, MEMORY);
        check(0, MEMORY);
    }

    #[test]
    fn what_does_not_is_sorted_as_well() {
        check(1000, 5000);
    }

    #[test]
    fn many_runs_are_merged_in_steps() {
        // A pair takes 56 bytes: 10,000 pairs make some 3,300 runs, more than FAN_IN times FAN_IN is not.
        check(10_000, 150);
    }
}
