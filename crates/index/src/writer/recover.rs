//! Opening for writing: back to the committed generation, whatever was under way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::commit::live;
use super::{Writer, WriterOptions};
use crate::IndexError;
use crate::catalogue::Catalogue;
use crate::file::sync_dir;
use crate::keyword::KeywordWriter;
use crate::lock::Lock;
use crate::manifest::{CatalogueSum, Manifest, SegmentEntry};
use crate::segment::Segment;

pub(super) fn open(dir: &Path, options: WriterOptions) -> Result<Writer, IndexError> {
    fs_err::create_dir_all(dir.join("segments"))?;
    let lock = Lock::take(dir)?;
    // Taking a damaged index for a new one would remove every segment.
    Manifest::check_meta(dir, &dir.join("keyword").join("meta.json"))?;
    let keyword = KeywordWriter::open(dir, options.keyword_memory)?;
    let manifest = Manifest::load(dir, keyword.generation())?;
    let open = |entry: &SegmentEntry| Ok((entry.id, Segment::open(dir, entry)?));
    let segments = manifest.segments.iter().map(open).collect::<Result<BTreeMap<_, _>, IndexError>>()?;
    remove_strays(dir, &manifest)?;
    let catalogue = open_catalogue(dir, &manifest, &segments)?;
    sync_dir(dir)?;
    Ok(Writer {
        path: dir.to_owned(),
        options,
        manifest,
        segments,
        pending: None,
        moved: HashMap::new(),
        parts: BTreeMap::new(),
        dumps: BTreeMap::new(),
        changed: false,
        failed: false,
        keyword,
        catalogue,
        _lock: lock,
    })
}

/// Removes what the committed manifest does not name.
fn remove_strays(dir: &Path, manifest: &Manifest) -> Result<(), IndexError> {
    let current = format!("manifest-{}.json", manifest.generation);
    for name in entries(dir)?.into_iter().filter(|name| Manifest::is_name(name) && *name != current) {
        fs_err::remove_file(dir.join(name))?;
    }
    let segments = dir.join("segments");
    let named: BTreeSet<String> = manifest.segments.iter().map(SegmentEntry::directory).collect();
    for name in entries(&segments)?.into_iter().filter(|name| !named.contains(name)) {
        fs_err::remove_dir_all(segments.join(name))?;
    }
    KeywordWriter::remove_beside(dir)?;
    // tantivy writes small files under such a name before it renames them.
    let keyword = dir.join("keyword");
    for name in entries(&keyword)?.into_iter().filter(|name| name.starts_with(".tmp")) {
        fs_err::remove_file(keyword.join(name))?;
    }
    for entry in &manifest.segments {
        let directory = segments.join(entry.directory());
        let named: BTreeSet<&str> = entry.files().map(|file| file.name.as_str()).collect();
        for name in entries(&directory)?.into_iter().filter(|name| !named.contains(name.as_str())) {
            fs_err::remove_file(directory.join(name))?;
        }
    }
    Ok(())
}

fn entries(dir: &Path) -> Result<Vec<String>, IndexError> {
    let names = fs_err::read_dir(dir)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    names.collect()
}

/// The catalogue of the committed generation, rebuilt where it is not that.
fn open_catalogue(
    dir: &Path,
    manifest: &Manifest,
    segments: &BTreeMap<u32, Segment>,
) -> Result<Catalogue, IndexError> {
    let catalogue = Catalogue::open(dir)?;
    if catalogue.is_of(manifest.generation, manifest.catalogue) {
        return Ok(catalogue);
    }
    let dumps = catalogue.dumps().unwrap_or_default();
    drop(catalogue);
    Catalogue::remove(dir)?;
    let catalogue = Catalogue::open(dir)?;
    let found = rebuild(&catalogue, manifest, segments)?;
    if found != manifest.catalogue {
        let path = Manifest::path(dir, manifest.generation);
        let (found, committed) = (found.patents, manifest.catalogue.patents);
        let what = format!("its segments hold {found} patents, not the {committed} that were committed");
        return Err(IndexError::damaged(path, what));
    }
    dumps.iter().try_for_each(|dump| catalogue.record_dump(dump))?;
    Ok(catalogue)
}

/// Fills an empty catalogue from the segments of a generation.
pub(crate) fn rebuild(
    catalogue: &Catalogue,
    manifest: &Manifest,
    segments: &BTreeMap<u32, Segment>,
) -> Result<CatalogueSum, IndexError> {
    let mut sum = catalogue.commit(manifest.generation, std::iter::empty(), CatalogueSum::default())?;
    for entry in &manifest.segments {
        let Some(segment) = segments.get(&entry.id) else {
            continue;
        };
        let live = live(segment, entry).collect::<Result<Vec<_>, _>>()?;
        sum = catalogue.commit(manifest.generation, live.into_iter(), sum)?;
    }
    Ok(sum)
}
