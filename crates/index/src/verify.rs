//! Checking everything that was committed.

use crate::{IndexError, Reader};

impl Reader {
    /// Reads every file of the generation and compares its checksum; gives back one error for each damaged
    /// file, each with its path.
    ///
    /// The whole index is read, some gigabytes a second where it is in memory.
    ///
    /// # Errors
    /// Where the keyword index can no longer be opened.
    pub fn verify(&self) -> Result<Vec<IndexError>, IndexError> {
        let mut damage = Vec::new();
        for entry in &self.manifest.segments {
            let directory = self.path.join("segments").join(entry.directory());
            damage.extend(entry.files().filter_map(|file| file.verify(&directory).err()));
        }
        damage.extend(self.keyword.damaged()?);
        Ok(damage)
    }
}
