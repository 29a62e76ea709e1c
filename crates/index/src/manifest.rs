//! `manifest-G.json`: everything that generation G consists of.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use roaring::RoaringBitmap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use xxhash_rust::xxh3::xxh3_64;

use crate::file::FileEntry;
use crate::{IndexError, ModelStamp};

/// What a generation consists of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) generation: u64,
    pub(crate) model: Option<ModelStamp>,
    /// The number that the next segment gets; numbers are never used again.
    pub(crate) next_segment: u32,
    pub(crate) catalogue: CatalogueSum,
    /// By number.
    pub(crate) segments: Vec<SegmentEntry>,
}

/// What the catalogue holds: how many patents, and the wrapping sum of a hash of each entry, so that one
/// that lost entries is noticed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CatalogueSum {
    pub(crate) patents: u64,
    pub(crate) sum: u64,
}

/// A segment: a directory of sealed files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SegmentEntry {
    pub(crate) id: u32,
    /// The generation that made it.
    pub(crate) made: u64,
    pub(crate) patents: u32,
    pub(crate) passages: u32,
    pub(crate) records: FileEntry,
    pub(crate) places: FileEntry,
    /// By first passage.
    pub(crate) parts: Vec<PartEntry>,
    /// Where its patents were added, if it was merged from other segments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origins: Option<FileEntry>,
    /// Patents that were replaced or deleted.
    #[serde(with = "bitmap", default, skip_serializing_if = "RoaringBitmap::is_empty")]
    pub(crate) dead: RoaringBitmap,
}

/// The vectors of a contiguous range of passages, with their graph where they are many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartEntry {
    pub(crate) first: u32,
    pub(crate) passages: u32,
    pub(crate) vectors: FileEntry,
    /// The fine bytes of vectors in fixed point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fine: Option<FileEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) graph: Option<FileEntry>,
}

/// The manifest in its file, with the checksum of its text.
#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    xxh3: u64,
    #[serde(borrow)]
    manifest: &'a RawValue,
}

impl SegmentEntry {
    /// The name of its directory under `segments`.
    pub(crate) fn directory(&self) -> String {
        segment_directory(self.made, self.id)
    }

    /// All its files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FileEntry> {
        self.contents().chain(self.parts.iter().filter_map(|part| part.graph.as_ref()))
    }

    /// The files that can be made from no other file: all but the graphs.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &FileEntry> {
        let vectors = self.parts.iter().flat_map(PartEntry::contents);
        [&self.records, &self.places].into_iter().chain(&self.origins).chain(vectors)
    }

    /// A number that none of its files of vectors and graphs has.
    pub(crate) fn next_part(&self) -> u32 {
        let number = |name: &str| name.split(['-', '.']).nth(1)?.parse::<u32>().ok();
        let names = self.parts.iter().flat_map(|part| std::iter::once(&part.vectors).chain(&part.graph));
        names.filter_map(|file| number(&file.name)).max().map_or(0, |last| last + 1)
    }

    /// Patents that are neither replaced nor deleted.
    pub(crate) fn live(&self) -> u64 {
        u64::from(self.patents) - self.dead.len().min(self.patents.into())
    }
}

/// The generations of which there is a manifest, in order.
pub(crate) fn generations(index: &Path) -> Result<Vec<u64>, IndexError> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(index)? {
        let name = entry?.file_name();
        let number = || name.to_str()?.strip_prefix("manifest-")?.strip_suffix(".json")?.parse::<u64>().ok();
        found.extend(number());
    }
    found.sort_unstable();
    Ok(found)
}

impl PartEntry {
    /// The files of its vectors.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &FileEntry> {
        std::iter::once(&self.vectors).chain(&self.fine)
    }
}

/// The name of a segment's directory.
pub(crate) fn segment_directory(made: u64, id: u32) -> String {
    format!("{made}-{id}")
}

impl Manifest {
    /// Where the manifest of a generation lies.
    pub(crate) fn path(index: &Path, generation: u64) -> PathBuf {
        index.join(format!("manifest-{generation}.json"))
    }

    /// Whether a file of this name is a manifest.
    pub(crate) fn is_name(name: &str) -> bool {
        name.strip_prefix("manifest-").and_then(|rest| rest.strip_suffix(".json")).is_some()
    }

    /// Makes sure that an index without tantivy's meta file, `meta`, is one in which nothing was committed.
    pub(crate) fn check_meta(index: &Path, meta: &Path) -> Result<(), IndexError> {
        if meta.exists() || !index.exists() {
            return Ok(());
        }
        for entry in fs_err::read_dir(index)? {
            if Self::is_name(&entry?.file_name().to_string_lossy()) {
                return Err(IndexError::damaged(meta, "missing, though generations were committed"));
            }
        }
        Ok(())
    }

    /// Reads the manifest of a generation; generation 0 is the index in which nothing was committed yet.
    pub(crate) fn load(index: &Path, generation: u64) -> Result<Self, IndexError> {
        if generation == 0 {
            return Ok(Self::default());
        }
        let path = Self::path(index, generation);
        let text = fs_err::read(&path)?;
        let damaged = |error: serde_json::Error| IndexError::damaged(&path, error.to_string());
        let envelope: Envelope<'_> = serde_json::from_slice(&text).map_err(damaged)?;
        if xxh3_64(envelope.manifest.get().as_bytes()) != envelope.xxh3 {
            return Err(IndexError::damaged(&path, "its checksum does not match"));
        }
        let manifest: Self = serde_json::from_str(envelope.manifest.get()).map_err(damaged)?;
        if manifest.generation != generation {
            let found = manifest.generation;
            return Err(IndexError::damaged(&path, format!("it is the manifest of generation {found}")));
        }
        Ok(manifest)
    }

    /// Writes the manifest and brings it to the disk.
    pub(crate) fn store(&self, index: &Path) -> Result<(), IndexError> {
        let path = Self::path(index, self.generation);
        let failed = |error: serde_json::Error| std::io::Error::other(format!("{}: {error}", path.display()));
        let manifest = serde_json::value::to_raw_value(self).map_err(failed)?;
        let envelope = Envelope { xxh3: xxh3_64(manifest.get().as_bytes()), manifest: &manifest };
        let text = serde_json::to_vec(&envelope).map_err(failed)?;
        let mut file = fs_err::File::create(&path)?;
        std::io::Write::write_all(&mut file, &text)?;
        file.sync_all()?;
        Ok(())
    }

    pub(crate) fn segment(&self, id: u32) -> Option<&SegmentEntry> {
        let place = self.segments.binary_search_by_key(&id, |segment| segment.id).ok()?;
        self.segments.get(place)
    }

    pub(crate) fn segment_mut(&mut self, id: u32) -> Option<&mut SegmentEntry> {
        let place = self.segments.binary_search_by_key(&id, |segment| segment.id).ok()?;
        self.segments.get_mut(place)
    }
}

/// Bitmaps in JSON: roaring's portable format in base64.
mod bitmap {
    use super::{BASE64_STANDARD, Deserialize, Deserializer, Engine, RoaringBitmap, Serializer};
    use serde::{de, ser};

    pub(super) fn serialize<S: Serializer>(bitmap: &RoaringBitmap, out: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        bitmap.serialize_into(&mut bytes).map_err(ser::Error::custom)?;
        out.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<RoaringBitmap, D::Error> {
        let text = String::deserialize(input)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(de::Error::custom)?;
        RoaringBitmap::deserialize_from(bytes.as_slice()).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let file = |name: &str| FileEntry { name: name.to_owned(), bytes: 64, xxh3: u64::MAX };
        let part = PartEntry {
            first: 3,
            passages: 4,
            vectors: file("vectors-0.i8"),
            fine: Some(file("vectors-0.lo")),
            graph: Some(file("graph-0")),
        };
        let segment = SegmentEntry {
            id: 2,
            made: 5,
            patents: 9,
            passages: 7,
            records: file("patents.blk"),
            places: file("passages.tbl"),
            parts: vec![part],
            origins: Some(file("origins.tbl")),
            dead: [1, 8].into(),
        };
        Manifest { generation: 5, next_segment: 3, segments: vec![segment], ..Manifest::default() }
    }

    #[test]
    fn what_is_stored_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        manifest().store(dir.path()).unwrap();
        let loaded = Manifest::load(dir.path(), 5).unwrap();
        assert_eq!(loaded, manifest());
        assert_eq!(loaded.segment(2).unwrap().files().count(), 6);
        assert_eq!(loaded.segment(2).unwrap().live(), 7);
        assert_eq!(loaded.segment(2).unwrap().next_part(), 1);
        assert_eq!(generations(dir.path()).unwrap(), [5]);
        assert!(loaded.segment(1).is_none());
        assert_eq!(Manifest::load(dir.path(), 0).unwrap(), Manifest::default());
    }

    #[test]
    fn every_flip_and_every_cut_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        manifest().store(dir.path()).unwrap();
        let path = Manifest::path(dir.path(), 5);
        let whole = fs_err::read(&path).unwrap();
        for position in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[position] ^= 1;
            for bytes in [&flipped, &whole[..position]] {
                fs_err::write(&path, bytes).unwrap();
                let error = Manifest::load(dir.path(), 5).unwrap_err().to_string();
                assert!(error.contains("manifest-5.json: damaged"), "{position}: {error}");
            }
        }
    }
}
