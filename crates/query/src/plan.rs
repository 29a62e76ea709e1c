//! What a search looks for: words, vectors, what must hold, and what is left out.

use priorart_corpus::{CitedBy, Date, PassageKind, Patent, PatentNumber};
use priorart_index::{Coverage, PassageId, PatentId, PatentSet, day_number};
use tantivy::query::Query as Filter;

use crate::ast::{Condition, DateField, DateRange, Query};
use crate::conditions::Conditions;
use crate::error::QueryError;
use crate::family::Families;
use crate::hit::Refined;
use crate::keyword::{MOST_WORDS, query_words, telling_words};
use crate::options::{Family, Mode, SearchOptions};
use crate::parts::{sample, split};
use crate::search::Searcher;
use crate::semantic::{Probe, add, centre, cosine, normalised, vectors_of};
use crate::words::Word;

/// How far the query is moved towards patents that are what is looked for, and away from others: the usual
/// weights of Rocchio's method (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 9.1.1).
const MORE: f32 = 0.75;
const LESS: f32 = 0.15;

/// A search before the index is asked.
#[derive(Default)]
pub(crate) struct Plan {
    /// The words that are ranked by.
    pub(crate) words: Vec<Word>,
    /// The vectors that are searched from.
    pub(crate) probe: Probe,
    /// What every hit must satisfy, for the keyword ranking and for the semantic one.
    pub(crate) filter: Option<Box<dyn Filter>>,
    pub(crate) allowed: Option<PatentSet>,
    /// Patents that come first, with a score of 1.
    pub(crate) first: Vec<PatentId>,
    /// Patents that are left out.
    pub(crate) without: PatentSet,
    /// What is cited by the patent whose prior art is looked for.
    pub(crate) known: Vec<(PatentNumber, CitedBy)>,
    pub(crate) refined: Option<Refined>,
    pub(crate) warnings: Vec<String>,
}

impl Plan {
    /// Whether there is anything to rank by.
    pub(crate) fn ranks(&self) -> bool {
        !self.words.is_empty() || !self.probe.is_empty()
    }
}

/// Patents that a search starts from.
#[derive(Default)]
struct Sources {
    /// Near to any of these.
    like: Vec<PatentId>,
    /// As near as this one's claims.
    subject: Option<(PatentId, Patent)>,
    more: Vec<PatentId>,
    less: Vec<PatentId>,
}

impl Searcher<'_> {
    /// Makes a plan; patents that are not in the index are told of.
    pub(crate) fn plan(&self, query: &Query, options: &SearchOptions) -> Result<Plan, QueryError> {
        let mut plan = Plan::default();
        plan.warnings.clone_from(&query.warnings);
        let numbers: Vec<&PatentNumber> = options.like.iter().chain(&query.number).collect();
        let mut sources = Sources {
            like: self.known_ids(&numbers, &mut plan)?,
            more: self.known_ids(&options.more.iter().collect::<Vec<_>>(), &mut plan)?,
            less: self.known_ids(&options.less.iter().collect::<Vec<_>>(), &mut plan)?,
            subject: None,
        };
        let mut conditions: Vec<Condition> = query.conditions().cloned().collect();
        if let Some(number) = &options.prior_art_of {
            sources.subject = Some(self.subject(number, options, &mut plan, &mut conditions)?);
        }
        // Beside others, a number is one more to search from.
        if options.like.is_empty() && query.number.is_some() {
            plan.first.clone_from(&sources.like);
        }
        plan.without.extend(sources.like.iter().chain(&sources.less).copied());
        let makes = Conditions::new(self.reader, &self.scheme);
        plan.filter = makes.all_of(&conditions)?;
        plan.warnings.extend(makes.warnings.take());
        plan.allowed = plan.filter.as_deref().map(|filter| self.reader.matching(filter)).transpose()?;
        let text = query.text();
        plan.words = self.words(&text, &sources)?;
        if options.mode != Mode::Keyword {
            self.probe(&text, &sources, options, &mut plan)?;
        }
        Ok(plan)
    }

    fn known_ids(&self, numbers: &[&PatentNumber], plan: &mut Plan) -> Result<Vec<PatentId>, QueryError> {
        let mut ids = Vec::new();
        for number in numbers {
            let found = self.reader.find(number)?;
            if found.is_empty() {
                plan.warnings.push(format!("{number} is not in the index"));
            }
            ids.extend(found);
        }
        Ok(ids)
    }

    /// The patent whose prior art is looked for, with what that rules out.
    fn subject(
        &self,
        number: &PatentNumber,
        options: &SearchOptions,
        plan: &mut Plan,
        conditions: &mut Vec<Condition>,
    ) -> Result<(PatentId, Patent), QueryError> {
        let found = self.reader.find(number)?;
        let id = *found.first().ok_or_else(|| QueryError::NoPatent { number: number.clone() })?;
        let patent = self.reader.patent(id)?;
        plan.without.extend(Families::new(self.reader, Family::Extended)?.members(id)?);
        plan.without.extend(found);
        match patent.priority_date.or(patent.filing_date) {
            Some(priority) => conditions.push(published_before(priority)),
            None => plan.warnings.push(format!("{number} has no priority date: there is no cut-off")),
        }
        let cited = patent.citations.iter();
        let cited = cited.filter_map(|one| Some((one.number.clone()?, one.by.unwrap_or(CitedBy::Other))));
        plan.known = cited.collect();
        if !options.known_citations {
            for (number, _) in &plan.known {
                plan.without.extend(self.reader.find(number)?);
            }
        }
        Ok((id, patent))
    }

    /// The words that are looked for: the query's, then those that tell most about the patents.
    fn words(&self, text: &str, sources: &Sources) -> Result<Vec<Word>, QueryError> {
        let mut words = query_words(self.reader, text)?;
        let mut texts = Vec::new();
        for id in sources.like.iter().chain(&sources.more) {
            texts.push(own_text(&self.reader.patent(*id)?));
        }
        texts.extend(sources.subject.iter().map(|(_, patent)| claims(patent).collect::<Vec<_>>().join("\n")));
        if texts.is_empty() {
            return Ok(words);
        }
        for word in telling_words(self.reader, &texts.join("\n"), MOST_WORDS)? {
            if words.len() < MOST_WORDS && !words.iter().any(|known| known.stem == word.stem) {
                words.push(word);
            }
        }
        Ok(words)
    }

    /// The vectors to search from. What is missing is an error in semantic mode, and a warning in the other.
    fn probe(
        &self,
        text: &str,
        sources: &Sources,
        options: &SearchOptions,
        plan: &mut Plan,
    ) -> Result<(), QueryError> {
        let mut vectors: Vec<Vec<f32>> =
            sources.like.iter().flat_map(|patent| vectors_of(self.reader, *patent)).collect();
        vectors.extend(sources.subject.iter().flat_map(|(id, _)| self.claim_vectors(*id)));
        let asks = !text.trim().is_empty();
        let mut parts = 0;
        let missing = match self.missing() {
            Some(missing) => Some(missing),
            None if asks => match self.embed_parts(text, &mut plan.warnings) {
                Ok(own) => {
                    parts = own.len();
                    vectors.extend(own);
                    None
                }
                Err(missing) => Some(missing),
            },
            None => None,
        };
        if vectors.is_empty() {
            vectors.extend(sources.more.iter().filter_map(|patent| centre(self.reader, *patent)));
        }
        let starts =
            asks || !sources.like.is_empty() || sources.subject.is_some() || !sources.more.is_empty();
        let missing = missing.or_else(|| {
            (starts && vectors.is_empty()).then(|| not_semantic("the patent has no embeddings yet", EMBED))
        });
        match missing {
            Some(missing) if starts && options.mode == Mode::Semantic => return Err(missing),
            Some(missing) if vectors.is_empty() && starts => {
                plan.warnings.push(format!("keyword ranking only: {missing}"));
            }
            Some(missing) if starts => {
                plan.warnings.push(format!("semantic ranking without the query's words: {missing}"));
            }
            None if starts => self.warn_of_gaps(&mut plan.warnings),
            _ => {}
        }
        self.refine(&mut vectors, sources, plan)?;
        plan.probe = Probe { vectors, parts };
        Ok(())
    }

    /// A text that is longer than the model reads is searched in parts.
    fn embed_parts(&self, text: &str, warnings: &mut Vec<String>) -> Result<Vec<Vec<f32>>, QueryError> {
        let limit = self.reader.model().map_or(usize::MAX, |model| model.max_tokens as usize);
        let parts = split(text, limit.saturating_sub(2).max(1));
        if parts.len() <= 1 {
            return Ok(vec![self.embed(text)?]);
        }
        let count = parts.len();
        let parts = sample(parts);
        if parts.len() < count {
            warnings.push(format!("of a text of {count} parts, {} are searched by meaning", parts.len()));
        }
        parts.into_iter().map(|part| self.embed(part)).collect()
    }

    /// The vectors of a patent's claims; of all its passages where the claims have none.
    fn claim_vectors(&self, id: PatentId) -> Vec<Vec<f32>> {
        let ids = self.reader.passages_of(id).map(|ordinal| PassageId { segment: id.segment, ordinal });
        let is_claim = |passage: &PassageId| {
            self.reader.passage(*passage).is_ok_and(|(_, place)| place.kind == PassageKind::Claim)
        };
        let vectors: Vec<Vec<f32>> = ids.filter(is_claim).filter_map(|one| self.reader.vector(one)).collect();
        if vectors.is_empty() { vectors_of(self.reader, id) } else { vectors }
    }

    /// Moves the vectors towards patents and away from others.
    fn refine(&self, vectors: &mut [Vec<f32>], sources: &Sources, plan: &mut Plan) -> Result<(), QueryError> {
        let mean = |ids: &[PatentId]| -> Option<Vec<f32>> {
            let centres: Vec<Vec<f32>> = ids.iter().filter_map(|id| centre(self.reader, *id)).collect();
            let mut sum = vec![0.0; centres.first()?.len()];
            for centre in &centres {
                add(&mut sum, centre, 1.0 / centres.len() as f32);
            }
            Some(sum)
        };
        let (more, less) = (mean(&sources.more), mean(&sources.less));
        if more.is_none() && less.is_none() {
            return Ok(());
        }
        let mut moved_to = 1.0_f32;
        for vector in vectors {
            let mut moved = normalised(vector.clone());
            let before = moved.clone();
            if let Some(mean) = &more {
                add(&mut moved, mean, MORE);
            }
            if let Some(mean) = &less {
                add(&mut moved, mean, -LESS);
            }
            *vector = normalised(moved);
            moved_to = moved_to.min(cosine(vector, &before));
        }
        let numbers = |ids: &[PatentId]| {
            ids.iter().map(|id| Ok(self.reader.number(*id)?.to_owned())).collect::<Result<_, QueryError>>()
        };
        plan.refined = Some(Refined {
            more: numbers(&sources.more)?,
            more_weight: MORE,
            less: numbers(&sources.less)?,
            less_weight: LESS,
            moved_to,
        });
        Ok(())
    }

    /// Why nothing at all can be found semantically.
    fn missing(&self) -> Option<QueryError> {
        self.reader.model().is_none().then(|| not_semantic("the index has no embeddings yet", EMBED))
    }

    pub(crate) fn embed(&self, text: &str) -> Result<Vec<f32>, QueryError> {
        const FETCH: &str = "`priorart model fetch` fetches it";
        let lacks_model = || not_semantic("the model that embedded the index is not on this machine", FETCH);
        self.encoder.ok_or_else(lacks_model)?.embed(text).map_err(QueryError::Embed)
    }

    /// Patents without embeddings are missed by the semantic ranking.
    fn warn_of_gaps(&self, warnings: &mut Vec<String>) {
        let Coverage { passages, embedded } = self.reader.coverage();
        if embedded < passages {
            warnings.push(format!("only {embedded} of {passages} passages have embeddings; {EMBED}"));
        }
    }
}

const EMBED: &str = "`priorart embed` makes them";

fn not_semantic(what: &str, how: &str) -> QueryError {
    QueryError::NotSemantic { missing: format!("{what}; {how}") }
}

fn published_before(date: Date) -> Condition {
    let last = date.yesterday().ok().map(day_number);
    Condition::Date(DateField::Publication, DateRange { first: None, last })
}

/// What says most about a patent.
fn own_text(patent: &Patent) -> String {
    let texts = [patent.title.as_str(), patent.abstract_text.as_str()];
    texts.into_iter().chain(claims(patent)).collect::<Vec<_>>().join("\n")
}

/// The independent claims.
fn claims(patent: &Patent) -> impl Iterator<Item = &str> {
    patent.claims.iter().filter(|claim| claim.is_independent()).map(|claim| claim.text.as_str())
}
