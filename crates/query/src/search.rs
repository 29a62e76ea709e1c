//! A search: conditions → rankings → fusion → hits.

use std::collections::{BTreeSet, HashMap};

use priorart_corpus::Patent;
use priorart_index::{PatentId, PatentSet, Reader};

use crate::ast::{Condition, Query};
use crate::conditions::all_of;
use crate::error::QueryError;
use crate::fusion::{RRF_K, contribution, rrf};
use crate::hit::{Explanation, Hit, Ranked, SearchResult};
use crate::keyword::{self, Scored};
use crate::options::{Mode, SearchOptions};
use crate::passages::Found;
use crate::semantic::{self, Near};

/// Makes the vector of a query: the one thing that a search needs of a model.
pub trait EmbedQuery {
    /// The embedding of `text`, of the index's dimension.
    ///
    /// # Errors
    /// Whatever the model says.
    fn embed(&self, text: &str) -> Result<Vec<f32>, Box<dyn std::error::Error + Send + Sync>>;
}

/// Searches an index at one generation.
#[derive(Clone, Copy)]
pub struct Searcher<'a> {
    reader: &'a Reader,
    encoder: Option<&'a dyn EmbedQuery>,
}

impl std::fmt::Debug for Searcher<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher")
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

/// The rankings of one search, before they are fused.
#[derive(Default)]
struct Rankings {
    keyword: Scored,
    semantic: Vec<Near>,
    /// Stems of the words that are highlighted.
    stems: BTreeSet<String>,
    warnings: Vec<String>,
}

/// A patent with its number, by which ties are broken, and its score.
type Ordered = Vec<((String, PatentId), f64)>;

impl<'a> Searcher<'a> {
    /// Searches by words; with an encoder, also semantically.
    pub fn new(reader: &'a Reader) -> Self {
        Self {
            reader,
            encoder: None,
        }
    }

    /// Searches semantically as well. The encoder must be the one that made the index's embeddings.
    #[must_use]
    pub fn with_encoder(self, encoder: &'a dyn EmbedQuery) -> Self {
        Self {
            encoder: Some(encoder),
            ..self
        }
    }

    /// The patents that satisfy all of the query's conditions, in the order of the rankings that the mode
    /// asks for. A query of conditions alone is answered by date, the newest first; one that is a patent
    /// number, by that patent and its neighbours.
    ///
    /// In hybrid mode, where semantic search is not possible, the keyword ranking is returned with a warning.
    ///
    /// # Errors
    /// See [`QueryError`].
    pub fn search(&self, query: &Query, options: &SearchOptions) -> Result<SearchResult, QueryError> {
        options.validate()?;
        if let Some(number) = &query.number {
            let like = SearchOptions {
                like: vec![number.clone()],
                ..options.clone()
            };
            return self.like(query, &like, true);
        }
        if !options.like.is_empty() {
            return self.like(query, options, false);
        }
        if query.text.trim().is_empty() {
            return self.newest(query, options);
        }
        let rankings = self.rankings(query, &query.text, &[], options)?;
        self.result(&rankings, Vec::new(), options)
    }

    /// Searches from patents of the index: by their own vectors and their most telling words, together with
    /// the query's text if it has any. They are left out of the result, or come first in it.
    fn like(&self, query: &Query, options: &SearchOptions, first: bool) -> Result<SearchResult, QueryError> {
        let mut patents = Vec::new();
        let mut unknown = Vec::new();
        for number in &options.like {
            let found = self.reader.find(number)?;
            let exact = found.iter().copied().filter(|id| {
                number.kind.is_empty()
                    || self
                        .reader
                        .number(*id)
                        .is_ok_and(|found| found == number.to_string())
            });
            let before = patents.len();
            patents.extend(exact);
            if patents.len() == before {
                unknown.push(format!("{number} is not in the index"));
            }
        }
        if patents.is_empty() {
            return Ok(SearchResult {
                hits: Vec::new(),
                warnings: unknown,
            });
        }
        let texts = patents.iter().map(|id| Ok(own_text(&self.reader.patent(*id)?)));
        let texts = texts.collect::<Result<Vec<String>, QueryError>>()?;
        let text = format!("{} {}", query.text, texts.join(" "));
        let mut rankings = self.rankings(query, &text, &patents, options)?;
        rankings.warnings.extend(unknown);
        self.result(&rankings, if first { patents } else { Vec::new() }, options)
    }

    fn newest(&self, query: &Query, options: &SearchOptions) -> Result<SearchResult, QueryError> {
        if query.conditions.is_empty() {
            return Err(QueryError::Empty);
        }
        // All of them, for those of one day are in no order.
        let dated = keyword::newest(self.reader, &query.conditions, self.patents())?;
        let mut ordered = Vec::with_capacity(dated.len());
        for (id, date) in dated {
            ordered.push((std::cmp::Reverse(date), self.reader.number(id)?.to_owned(), id));
        }
        ordered.sort();
        let ordered = ordered
            .into_iter()
            .map(|(_, number, id)| ((number, id), 0.0))
            .collect();
        self.page(ordered, &Rankings::default(), options)
    }

    /// How many patents a ranking can have at most.
    fn patents(&self) -> usize {
        self.reader.keyword().searcher().num_docs() as usize
    }

    fn rankings(
        &self,
        query: &Query,
        text: &str,
        like: &[PatentId],
        options: &SearchOptions,
    ) -> Result<Rankings, QueryError> {
        let depth = options.depth().min(self.patents());
        let stems = keyword::telling_stems(self.reader, text)?;
        let mut rankings = Rankings::default();
        if options.mode != Mode::Semantic {
            let mut found = keyword::ranking(self.reader, &stems, &query.conditions, depth + like.len())?;
            found.retain(|(id, _)| !like.contains(id));
            found.truncate(depth);
            let number = |id| self.reader.number(id).unwrap_or_default();
            found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| number(a.0).cmp(number(b.0))));
            rankings.keyword = found;
        }
        if options.mode != Mode::Keyword {
            match self.vectors(&query.text, like)? {
                Ok(vectors) => {
                    let filter = self.filter(&query.conditions)?;
                    rankings.semantic =
                        semantic::ranking(self.reader, &vectors, filter.as_ref(), like, depth)?;
                }
                Err(missing) if options.mode == Mode::Semantic => {
                    return Err(QueryError::NotSemantic { missing });
                }
                Err(missing) => rankings.warnings.push(format!("keyword ranking only: {missing}")),
            }
        }
        rankings.stems = stems.into_iter().collect();
        Ok(rankings)
    }

    fn filter(&self, conditions: &[Condition]) -> Result<Option<PatentSet>, QueryError> {
        let filter = all_of(self.reader.keyword(), conditions)?;
        Ok(filter.map(|filter| self.reader.matching(&*filter)).transpose()?)
    }

    /// The vectors to search from, or what is missing for it.
    fn vectors(&self, text: &str, like: &[PatentId]) -> Result<Result<Vec<Vec<f32>>, String>, QueryError> {
        if self.reader.model().is_none() {
            return Ok(Err(
                "the index has no embeddings yet; `priorart embed` makes them".into(),
            ));
        }
        let mut vectors = Vec::new();
        for patent in like {
            let segment = patent.segment;
            let passages = self.reader.passages_of(*patent);
            vectors
                .extend(passages.filter_map(|ordinal| {
                    self.reader.vector(priorart_index::PassageId { segment, ordinal })
                }));
        }
        if !text.trim().is_empty() {
            let Some(encoder) = self.encoder else {
                return Ok(Err(
                    "the model that embedded the index is not on this machine; `priorart model \
                               fetch` fetches it"
                        .into(),
                ));
            };
            vectors.push(encoder.embed(text).map_err(QueryError::Embed)?);
        }
        if vectors.is_empty() {
            return Ok(Err(
                "the patent has no embeddings yet; `priorart embed` makes them".into(),
            ));
        }
        Ok(Ok(vectors))
    }

    fn result(
        &self,
        rankings: &Rankings,
        first: Vec<PatentId>,
        options: &SearchOptions,
    ) -> Result<SearchResult, QueryError> {
        let keyword = self.numbered(
            rankings
                .keyword
                .iter()
                .map(|(id, score)| (*id, f64::from(*score))),
        )?;
        let semantic = self.numbered(
            rankings
                .semantic
                .iter()
                .map(|near| (near.patent, f64::from(near.score()))),
        )?;
        let mut ordered = self.numbered(first.into_iter().map(|id| (id, 1.0)))?;
        ordered.extend(match options.mode {
            Mode::Keyword => keyword,
            Mode::Semantic => semantic,
            Mode::Hybrid => {
                let items = |ranking: Ordered| ranking.into_iter().map(|(item, _)| item).collect::<Vec<_>>();
                let (keyword, semantic) = (items(keyword), items(semantic));
                rrf(&[(options.keyword_weight, &keyword), (1.0, &semantic)], RRF_K)
            }
        });
        self.page(ordered, rankings, options)
    }

    /// Adds the numbers to a ranking.
    fn numbered(&self, ranking: impl Iterator<Item = (PatentId, f64)>) -> Result<Ordered, QueryError> {
        let mut ordered = Ordered::new();
        for (id, score) in ranking {
            ordered.push(((self.reader.number(id)?.to_owned(), id), score));
        }
        Ok(ordered)
    }

    fn page(
        &self,
        ordered: Ordered,
        rankings: &Rankings,
        options: &SearchOptions,
    ) -> Result<SearchResult, QueryError> {
        let places = Places::of(rankings);
        let page = ordered
            .into_iter()
            .enumerate()
            .skip(options.offset)
            .take(options.limit);
        let hits = page.map(|(at, ((number, id), score))| {
            let patent = self.reader.patent(id)?;
            let near = places
                .semantic
                .get(&id)
                .map(|(_, near)| near.passages.as_slice())
                .unwrap_or_default();
            let found = Found {
                id,
                patent: &patent,
                stems: &rankings.stems,
                near,
            };
            let keyword = places.keyword.get(&id).copied();
            let semantic = places.semantic.get(&id).map(|(rank, near)| Ranked {
                rank: *rank,
                score: near.score(),
            });
            let added =
                |place: Option<Ranked>, weight| place.map_or(0.0, |p| contribution(weight, p.rank, RRF_K));
            Ok(Hit {
                rank: at + 1,
                number,
                title: patent.title.clone(),
                date: patent.publication_date.map(|date| date.to_string()),
                assignee: patent
                    .assignees
                    .iter()
                    .chain(&patent.applicants)
                    .next()
                    .map(|p| p.name.clone()),
                score,
                keyword,
                semantic,
                passages: found.passages(self.reader, options.passages)?,
                explain: options.explain.then(|| Explanation {
                    keyword: added(keyword, options.keyword_weight),
                    semantic: added(semantic, 1.0),
                    matched: found.matched(),
                }),
            })
        });
        let hits = hits.collect::<Result<Vec<Hit>, QueryError>>()?;
        Ok(SearchResult {
            hits,
            warnings: rankings.warnings.clone(),
        })
    }
}

/// What says most about a patent.
fn own_text(patent: &Patent) -> String {
    let claims = patent
        .claims
        .iter()
        .filter(|claim| claim.is_independent())
        .map(|claim| claim.text.as_str());
    let texts = [patent.title.as_str(), patent.abstract_text.as_str()];
    texts.into_iter().chain(claims).collect::<Vec<_>>().join(" ")
}

/// Where each patent stands in the rankings.
struct Places<'a> {
    keyword: HashMap<PatentId, Ranked>,
    semantic: HashMap<PatentId, (usize, &'a Near)>,
}

impl<'a> Places<'a> {
    fn of(rankings: &'a Rankings) -> Self {
        let keyword = rankings.keyword.iter().enumerate();
        let semantic = rankings.semantic.iter().enumerate();
        Self {
            keyword: keyword
                .map(|(at, (id, score))| {
                    (
                        *id,
                        Ranked {
                            rank: at + 1,
                            score: *score,
                        },
                    )
                })
                .collect(),
            semantic: semantic.map(|(at, near)| (near.patent, (at + 1, near))).collect(),
        }
    }
}
