//! What patent embeddings are for: distance, classification by nearest neighbours, clusters and evaluation.
//!
//! A [`Selection`] is what a landscape is drawn of: patents of an index with an embedding each.
//! [`Selection::cluster`] groups them and says what each group is about; [`Landscape::of`] lays them out on
//! a plane, and [`Landscape::html`] and [`Landscape::svg`] draw that:
//!
//! ```no_run
//! use priorart_analysis::{Selection, Landscape, LandscapeOptions};
//! use priorart_index::{PatentId, Reader};
//!
//! let reader = Reader::open("priorart.index".as_ref())?;
//! let all: Vec<PatentId> = reader.matching(&tantivy::query::AllQuery)?.iter().collect();
//! let selection = Selection::read(&reader, &all, &|_| ())?;
//! let landscape = Landscape::of(&selection, &LandscapeOptions::default(), &|_| None)?;
//! std::fs::write("map.html", landscape.html("My patents"))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`nearest`] and [`pairs_above`] compare everything with everything, exactly; [`votes`] makes classes of
//! neighbours; [`class_measures`] and [`evaluate`] say how good a model or a ranking is:
//!
//! ```
//! use priorart_analysis::{Vectors, nearest};
//!
//! let texts = Vectors::of(&[[0.9, 0.1], [0.1, 0.9], [0.8, 0.2]])?;
//! let found = nearest(&texts, &texts, 1, |query, row| query != row)?;
//! assert_eq!(found[0][0].row, 2);
//! # Ok::<(), priorart_analysis::AnalysisError>(())
//! ```
//!
//! **This crate knows nothing of models**: it takes embeddings as rows of `f32`.

mod classified;
mod cluster;
mod error;
mod experiment;
mod indexed;
mod labelled;
mod labels;
mod landscape;
mod layout;
mod linear;
mod matrix;
mod multilabel;
mod neighbours;
mod retrieval;
mod significance;
mod trec;
mod tune;
mod vectors;
mod vote;

pub use classified::{Classified, IndexedNeighbour, classified_neighbours, subclasses};
pub use cluster::{Clustering, Method, VMeasure, hdbscan, k_means, usual_clusters, v_measure};
pub use error::AnalysisError;
pub use experiment::{Experiment, Found, Ranking, System};
pub use indexed::{Basis, IndexRow, IndexRows, vectors_of};
pub use labelled::{LabelledText, Labels, read_labelled, subclass};
pub use labels::{Class, Cluster};
pub use landscape::{
    Clustered, Landscape, LandscapeError, LandscapeOptions, MAP_SCRIPT, MAP_STYLE, Member, Point, Region,
    Selection,
};
pub use layout::{Quality, layout, quality};
pub use linear::Embeddings;
pub use matrix::CosineMatrix;
pub use multilabel::{ClassMeasures, class_measures, top_k};
pub use neighbours::{Neighbour, nearest, pairs_above};
pub use retrieval::{RetrievalMeasures, evaluate, mean};
pub use significance::paired_p;
pub use trec::{Judgements, Run, Topic, read_judgements, read_run, read_topics, write_run};
pub use tune::{Tuned, candidates, tune};
pub use vectors::{Rows, Vectors, cosine};
pub use vote::{VoteRule, Votes, given, votes};
