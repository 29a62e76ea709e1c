//! Cuts the records of a dump into shards as they are read, and knows a shard's records again.

use priorart_corpus::{CorpusError, RawDocument};
use xxhash_rust::xxh3::Xxh3Default;

use crate::Shard;

/// A record as it comes from a dump.
pub(crate) type Entry = Result<RawDocument, CorpusError>;

/// XXH3-64 of records, each with its length before it. That a file could not be read counts with its reason, so
/// that a shard which holds the end of a damaged dump is as fixed as any other.
#[derive(Default)]
pub(crate) struct Digest {
    hasher: Xxh3Default,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
}

impl Digest {
    pub(crate) fn add(&mut self, entry: &Entry) {
        match entry {
            Ok(document) => self.add_bytes(&document.bytes),
            Err(error) => self.add_bytes(error.to_string().as_bytes()),
        }
    }

    fn add_bytes(&mut self, bytes: &[u8]) {
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
        self.records += 1;
        self.bytes += bytes.len() as u64;
    }

    pub(crate) fn hex(&self) -> String {
        format!("{:016x}", self.hasher.digest())
    }
}

/// Cuts a dump into shards of so many records.
pub(crate) struct Cutter {
    dump: String,
    per_shard: u64,
    first: u64,
    open: Digest,
    shards: Vec<Shard>,
}

impl Cutter {
    pub(crate) fn new(dump: String, per_shard: u64) -> Self {
        Self { dump, per_shard, first: 0, open: Digest::default(), shards: Vec::new() }
    }

    pub(crate) fn add(&mut self, entry: &Entry) {
        self.open.add(entry);
        if self.open.records == self.per_shard {
            self.close();
        }
    }

    fn close(&mut self) {
        let Digest { records, bytes, .. } = self.open;
        let (dump, digest) = (self.dump.clone(), self.open.hex());
        self.shards.push(Shard { dump, first: self.first, records, bytes, digest });
        self.first += records;
        self.open = Digest::default();
    }

    pub(crate) fn finish(mut self) -> Vec<Shard> {
        if self.open.records > 0 {
            self.close();
        }
        self.shards
    }
}

#[cfg(test)]
mod tests {
    use priorart_corpus::{Format, Source};

    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "an entry may be a failure")]
    fn entry(bytes: &str) -> Entry {
        let source = Source { file: "f".into(), record: 1, offset: 0 };
        Ok(RawDocument { source, format: Format::Unknown, bytes: bytes.into() })
    }

    fn cut(entries: &[Entry], per_shard: u64) -> Vec<Shard> {
        let mut cutter = Cutter::new("f".into(), per_shard);
        for entry in entries {
            cutter.add(entry);
        }
        cutter.finish()
    }

    #[test]
    fn shards_cover_all_records_once() {
        let entries = ["a", "bb", "c", "dd", "e"].map(entry);
        for (per_shard, expected) in [(1, 5), (2, 3), (5, 1), (9, 1)] {
            let shards = cut(&entries, per_shard);
            assert_eq!(shards.len(), expected);
            let mut next = 0;
            for shard in &shards {
                assert_eq!(shard.first, next);
                next += shard.records;
            }
            assert_eq!((next, shards.iter().map(|shard| shard.bytes).sum::<u64>()), (5, 7));
        }
        assert!(cut(&[], 2).is_empty());
    }

    #[test]
    fn digests_tell_records_apart() {
        let digest = |entries: &[Entry]| cut(entries, 9)[0].digest.clone();
        let error = || Err(CorpusError::Empty { file: "f".into() });
        let all = [
            digest(&[entry("ab"), entry("c")]),
            digest(&[entry("a"), entry("bc")]),
            digest(&[entry("ab")]),
            digest(&[entry("ab"), error()]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{all:?}");
        }
        assert_eq!(digest(&[entry("ab"), error()]), all[3]);
    }
}
