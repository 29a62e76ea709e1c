//! What a landscape is drawn of: patents with an embedding each.

use priorart_corpus::{PassageKind, Patent};
use priorart_index::{PassageId, PatentId, Reader};
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
        let read = |&id: &PatentId| -> Result<Option<(Member, Vec<f32>)>, LandscapeError> {
            let embedding = embedding(reader, id)?;
            let member = embedding.map(|row| Ok::<_, LandscapeError>((Member::of(&reader.patent(id)?), row)));
            progress(1);
            member.transpose()
        };
        let read: Vec<_> = patents.par_iter().map(read).collect::<Result<_, _>>()?;
        let (members, rows): (Vec<_>, Vec<_>) = read.into_iter().flatten().unzip();
        let Some(dimension) = rows.first().map(Vec::len) else {
            return Err(LandscapeError::NoEmbeddings { patents: patents.len() });
        };
        let without = patents.len() - members.len();
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

/// The embedding that stands for a patent.
fn embedding(reader: &Reader, patent: PatentId) -> Result<Option<Vec<f32>>, LandscapeError> {
    let mut mean: Option<Vec<f32>> = None;
    for ordinal in reader.passages_of(patent) {
        let passage = PassageId { segment: patent.segment, ordinal };
        let Some(row) = reader.vector(passage) else {
            continue;
        };
        if reader.passage(passage)?.1.kind == PassageKind::Abstract {
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
