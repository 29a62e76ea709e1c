//! What clusters are about: their most telling words, and the class that stands out.

mod terms;
mod weights;
mod words;

use serde::Serialize;

use self::terms::terms;
use self::weights::Counts;
use crate::Member;
use crate::cluster::Clustering;

/// Words of a cluster that are given.
const WORDS: usize = 5;
/// Of these, what its label shows.
const SHOWN: usize = 3;

/// Gives the title of a CPC symbol, where it is known.
pub(crate) type ClassTitle<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a cluster is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// How many patents it has.
    pub size: usize,
    /// A short name: its first words.
    pub label: String,
    /// Its most telling words by class-based TF-IDF, the best first; as they are mostly written, or with the
    /// word that they mostly stand beside.
    pub words: Vec<String>,
    /// The CPC subclass that stands out; `None` where its patents have no classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

/// A subclass that stands out in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Class {
    /// "H01M".
    pub symbol: String,
    /// Its title, where the scheme was taken into the index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The share of the cluster's patents that are in it.
    pub share: f64,
}

/// Describes every cluster.
pub(crate) fn describe(
    members: &[Member],
    clustering: &Clustering,
    class_title: ClassTitle<'_>,
) -> Vec<Cluster> {
    let texts = members.iter().map(|member| member.text.as_str());
    let words = terms(texts.zip(clustering.of().iter().copied()), clustering.sizes().len(), WORDS);
    let classes = classes(members, clustering, class_title);
    let sizes = clustering.sizes().iter();
    let described = sizes.zip(words).zip(classes).enumerate().map(|(at, ((&size, words), class))| {
        let label = if words.is_empty() {
            class.as_ref().map_or_else(|| format!("cluster {}", at + 1), |class| class.symbol.clone())
        } else {
            words[..SHOWN.min(words.len())].join(", ")
        };
        Cluster { size, label, words, class }
    });
    described.collect()
}

/// The subclass of each cluster that weighs most, as if subclasses were words.
fn classes(members: &[Member], clustering: &Clustering, class_title: ClassTitle<'_>) -> Vec<Option<Class>> {
    let mut counts = Counts::new(clustering.sizes().len());
    for (member, cluster) in members.iter().zip(clustering.of()) {
        for subclass in &member.subclasses {
            counts.add(*cluster, subclass.as_str());
        }
    }
    let class = |(at, best): (usize, Vec<(&str, f64, usize)>)| {
        let &(symbol, _, count) = best.first()?;
        let share = count as f64 / clustering.sizes()[at] as f64;
        Some(Class { symbol: symbol.to_owned(), title: class_title(symbol), share })
    };
    counts.weighed(1).into_iter().enumerate().map(class).collect()
}
