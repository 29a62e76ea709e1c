//! The manifest: the shards of a plan, in the order of the dumps.

use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{PartsError, Recipe};

/// The form of manifest and parts that this version makes and reads.
pub(crate) const VERSION: u32 = 1;

/// What is to be embedded, and how.
///
/// The order of the shards is that of the records: of two patents with one number the one of the later shard,
/// and in a shard the later one, wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of this file: 1.
    pub version: u32,
    /// What is the same for all shards.
    pub recipe: Recipe,
    /// The shards; the first has number 1.
    pub shards: Vec<Shard>,
}

/// A range of the records of a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// The dump: a file, or a folder whose files belong together. An absolute path.
    pub dump: String,
    /// How many records of the dump come before.
    pub first: u64,
    /// How many records it has; what cannot be parsed counts.
    pub records: u64,
    /// Their bytes.
    pub bytes: u64,
    /// XXH3-64 of their bytes, in hexadecimal.
    pub digest: String,
}

impl Manifest {
    /// Reads a manifest.
    pub fn read(path: &Path) -> Result<Self, PartsError> {
        let text = fs_err::read(path)?;
        let wrong = |reason| PartsError::NoManifest { path: path.display().to_string(), reason };
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if manifest.version != VERSION {
            return Err(wrong(format!("its version is {}, this program reads {VERSION}", manifest.version)));
        }
        Ok(manifest)
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), PartsError> {
        let mut text = serde_json::to_vec_pretty(self).map_err(std::io::Error::from)?;
        text.push(b'\n');
        crate::storage::write_whole(path, &text)
    }

    /// Tells plans apart: XXH3-64 of the recipe and the shards, in hexadecimal. A model's name makes no difference.
    ///
    /// # Panics
    ///
    /// Never: a manifest can always be written as JSON.
    pub fn id(&self) -> String {
        let nameless = Self { recipe: self.recipe.nameless(), ..self.clone() };
        let json = serde_json::to_vec(&nameless).expect("a manifest has only string keys");
        format!("{:016x}", xxh3_64(&json))
    }

    /// The shard of a number.
    pub(crate) fn shard(&self, number: u32) -> Result<&Shard, PartsError> {
        let index = (number as usize).checked_sub(1);
        let shards = self.shards.len();
        index.and_then(|index| self.shards.get(index)).ok_or(PartsError::NoShard { number, shards })
    }

    /// What the part of a shard is called.
    pub(crate) fn part_name(&self, number: u32) -> String {
        format!("{}-{number:06}-of-{:06}.parquet", self.id(), self.shards.len())
    }
}
