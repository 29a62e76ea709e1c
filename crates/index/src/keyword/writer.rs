//! Writing to the keyword index.

use std::fmt;
use std::path::{Path, PathBuf};

use priorart_corpus::{Budget, Patent, Share};
use tantivy::directory::MmapDirectory;
use tantivy::schema::Term;
use tantivy::{Directory, Document, Index, IndexSettings, IndexWriter, TantivyDocument, TantivyError};

use super::damaged::{MergeWhole, contained};
use super::document::document;
use super::{Fields, checked_fields, directory, generation_of, register, schema};
use crate::file::sync_dir;
use crate::{IndexError, PatentId};

/// Threads that index; tantivy's merges have their own.
const THREADS: usize = 2;

/// Where a keyword index is made anew.
const BESIDE: &str = "keyword.new";

/// Where a damaged keyword index is put before it is removed.
const DAMAGED: &str = "keyword.damaged";

/// The writing end of the keyword index.
pub(crate) struct KeywordWriter {
    path: PathBuf,
    writer: IndexWriter<Waiting>,
    /// Bytes of text that wait for tantivy's threads, which would let ten thousand documents wait.
    waiting: Budget,
    fields: Fields,
    generation: u64,
}

impl KeywordWriter {
    /// Opens the keyword index of an index, or creates it.
    ///
    /// `memory` is the budget in bytes of what is held before it goes to the disk.
    pub(crate) fn open(index: &Path, memory: usize) -> Result<Self, IndexError> {
        Self::open_in(directory(index), memory)
    }

    /// Creates a keyword index to [take the place](Self::take_the_place) of a damaged one.
    pub(crate) fn create_beside(index: &Path, memory: usize) -> Result<Self, IndexError> {
        Self::remove_beside(index)?;
        Self::open_in(index.join(BESIDE), memory)
    }

    /// Removes what a repair that did not come to its end has left.
    pub(crate) fn remove_beside(index: &Path) -> Result<(), IndexError> {
        [BESIDE, DAMAGED].iter().try_for_each(|name| match fs_err::remove_dir_all(index.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
    }

    /// Puts the keyword index that was created beside in the place of the damaged one. Between the two renames
    /// there is none, which the next check finds.
    pub(crate) fn take_the_place(index: &Path) -> Result<(), IndexError> {
        let path = directory(index);
        if path.exists() {
            fs_err::rename(&path, index.join(DAMAGED))?;
        }
        fs_err::rename(index.join(BESIDE), &path)?;
        sync_dir(index)?;
        Self::remove_beside(index)
    }

    fn open_in(path: PathBuf, memory: usize) -> Result<Self, IndexError> {
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
            register(&tantivy);
            let generation = generation_of(&tantivy.load_metas()?)?;
            let writer = tantivy.writer_with_num_threads(THREADS, memory)?;
            // Files of a commit that did not come about may be in the way of the next: tantivy names what it
            // deleted by its operation, which has the same number again, and refuses to overwrite a file.
            writer.garbage_collect_files().wait()?;
            writer.set_merge_policy(Box::new(MergeWhole::new(writer.index().directory().clone())));
            Ok((writer, generation))
        };
        let (writer, generation) =
            contained(open).map_err(|source| IndexError::Keyword { path: path.clone(), source })?;
        let fields = checked_fields(&path, writer.index())?;
        Ok(Self { path, writer, waiting: Budget::new(memory as u64 / 2), fields, generation })
    }

    /// The generation that is committed.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Adds a patent to what the next commit makes visible.
    pub(crate) fn add(&mut self, id: PatentId, patent: &Patent) -> Result<(), IndexError> {
        let document = document(&self.fields, id, patent);
        let share = self.waiting.take(size(patent));
        let Err(source) = self.writer.add_document(Waiting { document, share }) else {
            return Ok(());
        };
        // It says no more than that a thread has ended; why it did is told to who waits for the threads.
        let cause = self.writer.prepare_commit().err();
        Err(self.failed(cause.unwrap_or(source)))
    }

    /// Removes the patent of a number, as it was added up to now, when the next commit becomes visible.
    pub(crate) fn remove(&self, number: &str) {
        self.writer.delete_term(Term::from_field_text(self.fields.number, number));
    }

    /// Makes everything since the last commit visible, under the number of a generation. This is the one
    /// instant at which an index changes.
    pub(crate) fn commit(&mut self, generation: u64) -> Result<(), IndexError> {
        contained(|| commit(&mut self.writer, generation)).map_err(|source| self.failed(source))?;
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

fn commit(writer: &mut IndexWriter<Waiting>, generation: u64) -> Result<(), TantivyError> {
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&generation.to_string());
    prepared.commit()?;
    // tantivy renames meta.json into place and leaves the directory unsynced.
    writer.index().directory().sync_directory()?;
    Ok(())
}

/// A document on its way to tantivy's threads.
struct Waiting {
    document: TantivyDocument,
    #[expect(dead_code, reason = "it is returned when it is dropped")]
    share: Share,
}

impl Document for Waiting {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

/// About how much memory the document of a patent takes.
fn size(patent: &Patent) -> u64 {
    let claims = patent.claims.iter().map(|claim| claim.text.len());
    let paragraphs = patent.description.iter().map(|paragraph| paragraph.text.len());
    (patent.abstract_text.len() + claims.chain(paragraphs).sum::<usize>()) as u64
}

impl fmt::Debug for KeywordWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeywordWriter").field("path", &self.path).finish_non_exhaustive()
    }
}
