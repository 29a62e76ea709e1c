//! What a landscape is drawn of: patents with an embedding each.

use priorart_corpus::{PassageKind, Patent};
use priorart_index::{IndexError, PassageId, PatentId, Reader};
use priorart_query::{Engine, QueryError};
use rayon::prelude::*;

use super::Clustered;
use super::LandscapeError;
use crate::cluster::{Clustering, Method};
use crate::labels::{ClassTitle, describe};
use crate::{Embeddings, v_measure};

/// Patents of an index, with one embedding each: that of the abstract, else the mean of all passages'.
#[derive(Debug)]
pub struct Selection {
    /// The patents, in the order in which they were asked for.
    pub members: Vec<Member>,
    /// A row for each.
    pub embeddings: Embeddings,
    /// How many patents were left out, because they have no embeddings.
    pub without: usize,
}

/// A patent of a selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Publication number, "US8926509B2".
    pub number: String,
    /// Title; the beginning of the abstract, where there is none.
    pub title: String,
    /// Title and abstract, which the words of labels are taken from.
    pub text: String,
    /// The subclasses that it is in, "H01M", each once: of the CPC, or of the IPC where it has no CPC. Its
    /// first symbol's comes first. Section Y is left out: it tags what cuts across the others.
    pub subclasses: Vec<String>,
}

impl Member {
    /// The section of its first class, "H".
    pub fn section(&self) -> Option<&str> {
        self.subclasses.first()?.get(..1)
    }
}

impl Selection {
    /// Reads patents and their embeddings, on all threads; `progress` is told after each patent how many more
    /// were read.
    ///
    /// # Errors
    /// An index that cannot be read, or in which none of the patents has an embedding.
    pub fn read(
        reader: &Reader,
        patents: &[PatentId],
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Self, LandscapeError> {
        let read = |&id: &PatentId| -> Result<Read, LandscapeError> {
            let embedding = embedding(embedded(reader, id))?;
            let member = embedding.map(|row| Ok::<_, IndexError>((Member::of(&reader.patent(id)?), row)));
            progress(1);
            Ok(member.transpose()?)
        };
        Self::gathered(patents.par_iter().map(read).collect::<Result<_, _>>()?)
    }

    /// The same of whatever holds the patents, one after another.
    ///
    /// # Errors
    /// An engine that does not answer, or none of whose patents has an embedding.
    pub fn of(engine: &dyn Engine, patents: &[PatentId]) -> Result<Self, LandscapeError> {
        engine.expect(patents)?;
        let read = |&id: &PatentId| -> Result<Read, QueryError> {
            let passages = engine.passages(id)?.into_iter();
            let vectors = passages.filter_map(|(place, vector)| Some(Ok((place.kind, vector?))));
            let embedding = embedding::<QueryError>(vectors)?;
            embedding.map(|row| Ok((Member::of(&engine.patent(id)?), row))).transpose()
        };
        Self::gathered(patents.iter().map(read).collect::<Result<_, _>>()?)
    }

    fn gathered(read: Vec<Read>) -> Result<Self, LandscapeError> {
        let patents = read.len();
        let (members, rows): (Vec<_>, Vec<_>) = read.into_iter().flatten().unzip();
        let Some(dimension) = rows.first().map(Vec::len) else {
            return Err(LandscapeError::NoEmbeddings { patents });
        };
        let without = patents - members.len();
        Ok(Self { members, embeddings: Embeddings::new(rows.concat(), dimension)?, without })
    }

    /// Groups the patents and says what each group is about. `class_title` gives the title of a CPC symbol
    /// where it is known.
    ///
    /// # Errors
    /// See [`Method::cluster`].
    pub fn cluster(
        &self,
        method: Method,
        seed: u64,
        class_title: ClassTitle<'_>,
    ) -> Result<Clustered, LandscapeError> {
        let clustering = method.cluster(&self.embeddings, seed)?;
        let clusters = describe(&self.members, &clustering, class_title);
        let v_measure = self.against_sections(&clustering);
        Ok(Clustered { clustering, clusters, v_measure })
    }

    /// Over the patents that are in a cluster and have a class; `None` where there are none.
    fn against_sections(&self, clustering: &Clustering) -> Option<crate::VMeasure> {
        let pairs = clustering.of().iter().zip(&self.members);
        let pairs: Vec<_> =
            pairs.filter_map(|(cluster, member)| Some(((*cluster)?, member.section()?))).collect();
        (!pairs.is_empty()).then(|| v_measure(pairs))
    }
}

/// A patent with its embedding; `None` where it has none.
type Read = Option<(Member, Vec<f32>)>;

/// The kinds and the vectors of a patent's passages; those without vectors are left out.
fn embedded(
    reader: &Reader,
    patent: PatentId,
) -> impl Iterator<Item = Result<(PassageKind, Vec<f32>), IndexError>> + '_ {
    reader.passages_of(patent).filter_map(move |ordinal| {
        let passage = PassageId { segment: patent.segment, ordinal };
        let vector = reader.vector(passage)?;
        Some(reader.passage(passage).map(|(_, place)| (place.kind, vector)))
    })
}

/// The embedding that stands for a patent.
fn embedding<E>(
    passages: impl Iterator<Item = Result<(PassageKind, Vec<f32>), E>>,
) -> Result<Option<Vec<f32>>, E> {
    let mut mean: Option<Vec<f32>> = None;
    for passage in passages {
        let (kind, row) = passage?;
        if kind == PassageKind::Abstract {
            return Ok(Some(row));
        }
        match &mut mean {
            None => mean = Some(row),
            Some(mean) => mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x),
        }
    }
    Ok(mean)
}

impl Member {
    fn of(patent: &Patent) -> Self {
        let mut subclasses: Vec<String> = Vec::new();
        let first = patent.cpc.iter().filter(|cpc| cpc.first);
        let cpc = first.chain(&patent.cpc).map(|cpc| cpc.symbol.as_str());
        let ipc = patent.ipc.iter().filter(|_| patent.cpc.is_empty()).map(String::as_str);
        for subclass in cpc.chain(ipc).filter_map(|symbol| symbol.get(..4)) {
            if !subclass.starts_with('Y') && !subclasses.iter().any(|seen| seen == subclass) {
                subclasses.push(subclass.to_owned());
            }
        }
        let text = format!("{}\n{}", patent.title, patent.abstract_text);
        Self { number: patent.number.to_string(), title: title(patent), text, subclasses }
    }
}

/// Characters of an abstract that stand for a missing title.
const TITLE: usize = 80;

fn title(patent: &Patent) -> String {
    if !patent.title.trim().is_empty() {
        return patent.title.clone();
    }
    let text = patent.abstract_text.trim();
    match text.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
