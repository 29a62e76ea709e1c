//! The semantic side: passages nearest to a vector.

use roaring::RoaringBitmap;

use crate::distance::normalised;
use crate::manifest::SegmentEntry;
use crate::part::Wanted;
use crate::spread::{Place, nearest_of_all};
use crate::{IndexError, PassageId, PatentSet, Reader};

/// Candidates that a walk over a graph keeps, unless more are asked for.
const EF: usize = 128;

/// How [`Reader::nearest`] searches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NearestOptions {
    /// Candidates that a walk over a graph keeps, the paper's ef: more find more and take longer. `None` is
    /// 128, or one and a half times the hits that are asked for where that is more.
    pub ef: Option<usize>,
    /// Compare with every vector instead of walking graphs.
    pub exact: bool,
}

impl Reader {
    /// The `k` passages nearest to `query`, nearest first, with the cosine of the angle to each.
    ///
    /// `query` has the index's dimension and need not be normalised. With `filter`, only passages of its
    /// patents are found; replaced patents never are. There are fewer hits than `k` only where there are
    /// fewer passages with vectors. Ties go to the smaller [`PassageId`].
    ///
    /// # Errors
    /// A query of another dimension, or one without a direction.
    pub fn nearest(
        &self,
        query: &[f32],
        k: usize,
        filter: Option<&PatentSet>,
        options: NearestOptions,
    ) -> Result<Vec<(PassageId, f32)>, IndexError> {
        let Some(model) = self.model() else {
            return Ok(Vec::new());
        };
        let (found, expected) = (query.len(), model.dimension as usize);
        if found != expected {
            return Err(IndexError::Dimension { position: 0, found, expected });
        }
        let query = normalised(query, 0)?;
        let ef = options.ef.unwrap_or(EF.max(k + k / 2)).max(k);
        let segments = self.manifest.segments.iter().filter_map(|entry| {
            let patents = Patents::of(entry, filter)?;
            Some(self.segment(entry.id).map(|segment| (segment, patents)))
        });
        let segments = segments.collect::<Result<Vec<_>, _>>()?;
        let parts = segments.iter().flat_map(|(segment, patents)| {
            segment.parts.iter().map(|part| Place::new(segment, part, patents.bitmap()))
        });
        let places: Vec<_> = parts.collect();
        let wanted = Wanted { query: &query, k, ef, patents: None, exact: options.exact };
        Ok(nearest_of_all(&places, &wanted))
    }
}

/// Patents of a segment that may be found.
enum Patents {
    All,
    These(RoaringBitmap),
}

impl Patents {
    /// `None` where there are none.
    fn of(entry: &SegmentEntry, filter: Option<&PatentSet>) -> Option<Self> {
        let patents = match filter {
            None if entry.dead.is_empty() => return Some(Self::All),
            None => {
                let mut all = RoaringBitmap::new();
                all.insert_range(0..entry.patents);
                all - &entry.dead
            }
            Some(filter) => filter.segment(entry.id)? - &entry.dead,
        };
        (!patents.is_empty()).then_some(Self::These(patents))
    }

    fn bitmap(&self) -> Option<&RoaringBitmap> {
        match self {
            Self::All => None,
            Self::These(patents) => Some(patents),
        }
    }
}
