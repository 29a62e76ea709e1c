//! Writing to the keyword index.

use std::fmt;
use std::path::{Path, PathBuf};

use priorart_corpus::Patent;
use tantivy::directory::MmapDirectory;
use tantivy::schema::Term;
use tantivy::{Directory, Index, IndexSettings, IndexWriter, TantivyError};

use super::document::document;
use super::{Fields, checked_fields, directory, generation_of, schema};
use crate::{IndexError, PatentId};

/// Threads that index; tantivy's merges have their own.
const THREADS: usize = 2;

/// The writing end of the keyword index.
pub(crate) struct KeywordWriter {
    path: PathBuf,
    writer: IndexWriter,
    fields: Fields,
    generation: u64,
}

impl KeywordWriter {
    /// Opens the keyword index of an index, or creates it.
    ///
    /// `memory` is the budget in bytes of what is held before it goes to the disk.
    pub(crate) fn open(index: &Path, memory: usize) -> Result<Self, IndexError> {
        let path = directory(index);
        fs_err::create_dir_all(&path)?;
        let (schema, _) = schema::schema();
        let open = || {
            let files = MmapDirectory::open(&path)?;
            let is_new = !Index::exists(&files)?;
            let tantivy = if is_new {
                Index::create(files, schema, IndexSettings::default())?
            } else {
                Index::open(files)?
            };
            let generation = generation_of(&tantivy)?;
            Ok((tantivy.writer_with_num_threads(THREADS, memory)?, generation))
        };
        let (writer, generation) =
            open().map_err(|source| IndexError::Keyword { path: path.clone(), source })?;
        let fields = checked_fields(&path, writer.index())?;
        Ok(Self { path, writer, fields, generation })
    }

    /// The generation that is committed.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Adds a patent to what the next commit makes visible.
    pub(crate) fn add(&self, id: PatentId, patent: &Patent) -> Result<(), IndexError> {
        self.writer.add_document(document(&self.fields, id, patent)).map_err(|source| self.failed(source))?;
        Ok(())
    }

    /// Removes the patent of a number, as it was added up to now, when the next commit becomes visible.
    pub(crate) fn remove(&self, number: &str) {
        self.writer.delete_term(Term::from_field_text(self.fields.number, number));
    }

    /// Makes everything since the last commit visible, under the number of a generation. This is the one
    /// instant at which an index changes.
    pub(crate) fn commit(&mut self, generation: u64) -> Result<(), IndexError> {
        commit(&mut self.writer, generation).map_err(|source| self.failed(source))?;
        self.generation = generation;
        Ok(())
    }

    /// Waits until tantivy has merged what it set out to merge.
    pub(crate) fn close(self) -> Result<(), IndexError> {
        let path = self.path;
        self.writer.wait_merging_threads().map_err(|source| IndexError::Keyword { path, source })
    }

    fn failed(&self, source: TantivyError) -> IndexError {
        IndexError::Keyword { path: self.path.clone(), source }
    }
}

fn commit(writer: &mut IndexWriter, generation: u64) -> Result<(), TantivyError> {
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&generation.to_string());
    prepared.commit()?;
    // tantivy renames meta.json into place and leaves the directory unsynced.
    writer.index().directory().sync_directory()?;
    Ok(())
}

impl fmt::Debug for KeywordWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeywordWriter").field("path", &self.path).finish_non_exhaustive()
    }
}
