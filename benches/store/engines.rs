//! sled as the catalogue uses it, and redb used the same way.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;
use redb::{ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};

/// Where a patent lies, and a digest of it.
pub(crate) type Value = [u8; 16];

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Sled,
    Redb,
}

/// A store of small entries.
pub(crate) trait Store {
    /// Writes a commit's entries in one transaction and brings them to the disk.
    fn commit(&mut self, entries: &[(String, Value)]) -> Result<()>;

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>>;

    /// Reads everything; gives back how many entries there are.
    fn scan(&self) -> Result<u64>;
}

pub(crate) fn open(kind: Kind, dir: &Path) -> Result<Box<dyn Store>> {
    std::fs::create_dir_all(dir)?;
    Ok(match kind {
        Kind::Sled => {
            let config = sled::Config::new().path(dir.join("sled")).flush_every_ms(None);
            Box::new(Sled(config.cache_capacity(64 << 20).open()?))
        }
        Kind::Redb => {
            let mut builder = redb::Builder::new();
            Box::new(Redb(builder.set_cache_size(64 << 20).create(dir.join("redb"))?))
        }
    })
}

struct Sled(sled::Db);

impl Store for Sled {
    fn commit(&mut self, entries: &[(String, Value)]) -> Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in entries {
            self.0.get(key)?;
            batch.insert(key.as_bytes(), value);
        }
        self.0.apply_batch(batch)?;
        self.0.flush()?;
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(key)?.map(|value| value.to_vec()))
    }

    fn scan(&self) -> Result<u64> {
        self.0.iter().try_fold(0, |count, entry| Ok(entry.map(|_| count + 1)?))
    }
}

const TABLE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("catalogue");

struct Redb(redb::Database);

impl Store for Redb {
    fn commit(&mut self, entries: &[(String, Value)]) -> Result<()> {
        let transaction = self.0.begin_write()?;
        {
            let mut table = transaction.open_table(TABLE)?;
            for (key, value) in entries {
                table.get(key.as_str())?;
                table.insert(key.as_str(), value.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let table = self.0.begin_read()?.open_table(TABLE)?;
        Ok(table.get(key)?.map(|value| value.value().to_vec()))
    }

    fn scan(&self) -> Result<u64> {
        let table = self.0.begin_read()?.open_table(TABLE)?;
        let found = table.iter()?.try_fold(0, |count, entry| entry.map(|_| count + 1))?;
        anyhow::ensure!(found == table.len()?, "redb counts differently than it reads");
        Ok(found)
    }
}
