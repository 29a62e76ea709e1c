//! Counts and sizes of an index.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use crate::manifest::{Manifest, SegmentEntry};
use crate::segment::Segment;
use crate::{IndexError, Reader};

/// How many passages of patents that can be found have vectors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// All passages.
    pub passages: u64,
    /// Those of them that have vectors, and are found semantically.
    pub embedded: u64,
}

/// Counts and sizes of an index at one generation. Replaced patents are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Patents that can be found.
    pub patents: u64,
    /// Their passages.
    pub passages: u64,
    /// Those of the passages that have vectors.
    pub embedded: u64,
    /// The generation.
    pub generation: u64,
    /// Bytes on disk of segments and keyword index; the catalogue is left out.
    pub bytes: u64,
    /// The same by segment, oldest first.
    pub segments: Vec<SegmentStats>,
}

/// Counts and sizes of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SegmentStats {
    /// Its number.
    pub id: u32,
    /// Patents that can be found.
    pub patents: u64,
    /// Patents that were replaced, and take up space until the segment is compacted.
    pub deleted: u64,
    /// Passages of the patents that can be found.
    pub passages: u64,
    /// Those of the passages that have vectors.
    pub embedded: u64,
    /// Parts that its vectors come in, each with a graph of its own where it is large enough.
    pub parts: usize,
    /// Bytes on disk.
    pub bytes: u64,
}

/// A file of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileStats {
    /// Its path within the index, parts separated by `/`.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Whether there is a checksum of it that `check` compares.
    pub checksummed: bool,
}

impl Reader {
    /// Counts and sizes.
    pub fn stats(&self) -> Result<Stats, IndexError> {
        let segments: Vec<SegmentStats> =
            entries(&self.manifest, &self.segments).map(segment_stats).collect();
        let sum = |count: fn(&SegmentStats) -> u64| segments.iter().map(count).sum::<u64>();
        let bytes = sum(|segment| segment.bytes) + self.keyword.bytes()?;
        Ok(Stats {
            patents: sum(|segment| segment.patents),
            passages: sum(|segment| segment.passages),
            embedded: sum(|segment| segment.embedded),
            generation: self.generation(),
            bytes,
            segments,
        })
    }

    /// The files of this generation, and those of the catalogue.
    ///
    /// # Errors
    /// Where one is gone, as after a later commit.
    pub fn files(&self) -> Result<Vec<FileStats>, IndexError> {
        let measured = |path: String, checksummed| {
            let bytes = fs_err::metadata(self.path.join(&path))?.len();
            Ok::<_, IndexError>(FileStats { path, bytes, checksummed })
        };
        let mut files = Vec::new();
        // An index in which nothing was committed has no manifest.
        if self.generation() > 0 {
            files.push(measured(format!("manifest-{}.json", self.generation()), true)?);
        }
        for entry in &self.manifest.segments {
            let directory = entry.directory();
            files.extend(entry.files().map(|file| FileStats {
                path: format!("segments/{directory}/{}", file.name),
                bytes: file.bytes,
                checksummed: true,
            }));
        }
        files.push(measured("keyword/meta.json".to_owned(), false)?);
        for name in self.keyword.files() {
            files.push(measured(format!("keyword/{}", name.display()), true)?);
        }
        for name in catalogue_files(&self.path.join("catalogue"))? {
            files.push(measured(format!("catalogue/{name}"), true)?);
        }
        Ok(files)
    }
}

/// How many of the passages of a generation have vectors.
pub(crate) fn coverage(manifest: &Manifest, segments: &BTreeMap<u32, Segment>) -> Coverage {
    let all = entries(manifest, segments).map(|(entry, segment)| covered(entry, segment));
    all.fold(Coverage::default(), |sum, segment| Coverage {
        passages: sum.passages + segment.passages,
        embedded: sum.embedded + segment.embedded,
    })
}

fn entries<'a>(
    manifest: &'a Manifest,
    segments: &'a BTreeMap<u32, Segment>,
) -> impl Iterator<Item = (&'a SegmentEntry, &'a Segment)> {
    manifest.segments.iter().filter_map(|entry| Some((entry, segments.get(&entry.id)?)))
}

fn covered(entry: &SegmentEntry, segment: &Segment) -> Coverage {
    let all = 0..segment.passages.len();
    let dead: Vec<Range<u32>> = entry.dead.iter().map(|ordinal| segment.passages.range(ordinal)).collect();
    Coverage {
        passages: u64::from(all.end) - dead.iter().map(|range| range.len() as u64).sum::<u64>(),
        embedded: segment.embedded_in(&all)
            - dead.iter().map(|range| segment.embedded_in(range)).sum::<u64>(),
    }
}

fn segment_stats((entry, segment): (&SegmentEntry, &Segment)) -> SegmentStats {
    let coverage = covered(entry, segment);
    SegmentStats {
        id: entry.id,
        patents: entry.live(),
        deleted: entry.dead.len(),
        passages: coverage.passages,
        embedded: coverage.embedded,
        parts: entry.parts.len(),
        bytes: entry.files().map(|file| file.bytes).sum(),
    }
}

/// The catalogue's own files; none where it was lost, which the next writer mends.
fn catalogue_files(dir: &Path) -> Result<Vec<String>, IndexError> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(dir).into_iter().flatten() {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}
