//! What a search looks for: words, vectors, what must hold, and what is left out.

use priorart_corpus::{CitedBy, Date, PassageKind, Patent, PatentNumber};
use priorart_index::{Coverage, PatentId, PatentSet, day_number};

use crate::ast::{Condition, DateField, DateRange, Query};
use crate::engine::Filtered;
use crate::error::QueryError;
use crate::family::Families;
use crate::hit::Refined;
use crate::keyword::{MOST_WORDS, query_words, telling_words};
use crate::options::{Family, Mode, SearchOptions};
use crate::parts::{for_model, sample};
use crate::search::Searcher;
use crate::semantic::{Probe, add, centre, cosine, normalised, vectors_of};
use crate::words::Word;

/// How far the query is moved towards patents that are what is looked for, and away from others: the usual
/// weights of Rocchio's method (Manning, Raghavan, Schütze: Introduction to Information Retrieval, 9.1.1).
const MORE: f32 = 0.75;
const LESS: f32 = 0.15;

/// A search before the engine is asked for rankings.
pub(crate) struct Plan<'a> {
    /// The words that are ranked by.
    pub(crate) words: Vec<Word>,
    /// The vectors that are searched from.
    pub(crate) probe: Probe,
    /// The patents that may be hits.
    pub(crate) under: Box<dyn Filtered + 'a>,
    /// Whether they are not just all.
    pub(crate) has_conditions: bool,
    /// Whether there is nothing but conditions: then all that satisfy them are found, with their words or not.
    pub(crate) is_boolean: bool,
    /// Patents that come first, with a score of 1.
    pub(crate) first: Vec<PatentId>,
    /// Patents that are left out.
    pub(crate) without: PatentSet,
    /// What is cited by the patent whose prior art is looked for.
    pub(crate) known: Vec<(PatentNumber, CitedBy)>,
    pub(crate) refined: Option<Refined>,
    pub(crate) warnings: Vec<String>,
}

impl<'a> Plan<'a> {
    fn over(under: Box<dyn Filtered + 'a>) -> Self {
        Self {
            words: Vec::new(),
            probe: Probe::default(),
            under,
            has_conditions: false,
            is_boolean: false,
            first: Vec::new(),
            without: PatentSet::default(),
            known: Vec::new(),
            refined: None,
            warnings: Vec::new(),
        }
    }

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

impl Sources {
    /// Whether there are any that are searched from.
    fn are_named(&self) -> bool {
        !self.like.is_empty() || !self.more.is_empty() || self.subject.is_some()
    }
}

impl Searcher<'_> {
    /// Makes a plan; patents that are not in the index are told of.
    pub(crate) fn plan(&self, query: &Query, options: &SearchOptions) -> Result<Plan<'_>, QueryError> {
        let mut plan = Plan::over(self.engine.under(&[], &mut Vec::new())?);
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
        plan.under = self.engine.under(&conditions, &mut plan.warnings)?;
        plan.has_conditions = !conditions.is_empty();
        plan.is_boolean = plan.has_conditions && !query.has_free_words() && !sources.are_named();
        let text = query.text();
        plan.words = self.words(&text, &sources)?;
        if let Some(missing) = self.engine.no_words().filter(|_| options.mode == Mode::Hybrid) {
            plan.warnings.push(format!("semantic ranking only: {missing}"));
        }
        if options.mode != Mode::Keyword {
            self.probe(&text, &sources, options, &mut plan)?;
        }
        Ok(plan)
    }

    fn known_ids(&self, numbers: &[&PatentNumber], plan: &mut Plan<'_>) -> Result<Vec<PatentId>, QueryError> {
        let mut ids = Vec::new();
        for number in numbers {
            let found = self.engine.find(number)?;
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
        plan: &mut Plan<'_>,
        conditions: &mut Vec<Condition>,
    ) -> Result<(PatentId, Patent), QueryError> {
        let found = self.engine.find(number)?;
        let id = *found.first().ok_or_else(|| QueryError::NoPatent { number: number.clone() })?;
        let patent = self.engine.patent(id)?;
        plan.without.extend(Families::new(&*self.engine, Family::Extended).members(id)?);
        plan.without.extend(found);
        match patent.priority_date.or(patent.filing_date) {
            Some(priority) => conditions.push(published_before(priority)),
            None => plan.warnings.push(format!("{number} has no priority date: there is no cut-off")),
        }
        let cited = patent.citations.iter();
        let cited = cited.filter_map(|one| Some((one.number.clone()?, one.by.unwrap_or(CitedBy::Other))));
        plan.known = cited.collect();
        if !options.known_citations {
            let numbers: Vec<PatentNumber> = plan.known.iter().map(|(number, _)| number.clone()).collect();
            plan.without.extend(self.engine.find_each(&numbers)?.into_iter().flatten());
        }
        Ok((id, patent))
    }

    /// The words that are looked for: the query's, then those that tell most about the patents.
    fn words(&self, text: &str, sources: &Sources) -> Result<Vec<Word>, QueryError> {
        let mut words = query_words(&*self.engine, text)?;
        let mut texts = Vec::new();
        for id in sources.like.iter().chain(&sources.more) {
            texts.push(own_text(&self.engine.patent(*id)?));
        }
        texts.extend(sources.subject.iter().map(|(_, patent)| claims(patent).collect::<Vec<_>>().join("\n")));
        if texts.is_empty() {
            return Ok(words);
        }
        for word in telling_words(&*self.engine, &texts.join("\n"), MOST_WORDS)? {
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
        plan: &mut Plan<'_>,
    ) -> Result<(), QueryError> {
        let mut vectors: Vec<Vec<f32>> = Vec::new();
        for patent in &sources.like {
            vectors.extend(vectors_of(&*self.engine, *patent)?);
        }
        if let Some((id, _)) = &sources.subject {
            vectors.extend(self.claim_vectors(*id)?);
        }
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
            vectors.extend(self.centres(&sources.more)?);
        }
        let starts = asks || sources.are_named();
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
        let limit = self.engine.model().map_or(usize::MAX, |model| model.max_tokens as usize);
        let parts = for_model(text, limit);
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
    fn claim_vectors(&self, id: PatentId) -> Result<Vec<Vec<f32>>, QueryError> {
        let passages = self.engine.passages(id)?.into_iter();
        let claims = passages.filter(|(place, _)| place.kind == PassageKind::Claim);
        let vectors: Vec<Vec<f32>> = claims.filter_map(|(_, vector)| vector).collect();
        if vectors.is_empty() { vectors_of(&*self.engine, id) } else { Ok(vectors) }
    }

    /// The centres of those of the patents that have embeddings.
    fn centres(&self, ids: &[PatentId]) -> Result<Vec<Vec<f32>>, QueryError> {
        ids.iter().filter_map(|id| centre(&*self.engine, *id).transpose()).collect()
    }

    /// Moves the vectors towards patents and away from others.
    fn refine(
        &self,
        vectors: &mut [Vec<f32>],
        sources: &Sources,
        plan: &mut Plan<'_>,
    ) -> Result<(), QueryError> {
        let mean = |centres: Vec<Vec<f32>>| -> Option<Vec<f32>> {
            let mut sum = vec![0.0; centres.first()?.len()];
            for centre in &centres {
                add(&mut sum, centre, 1.0 / centres.len() as f32);
            }
            Some(sum)
        };
        let (more, less) = (mean(self.centres(&sources.more)?), mean(self.centres(&sources.less)?));
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
            ids.iter().map(|id| Ok(self.engine.number(*id)?.into_owned())).collect::<Result<_, QueryError>>()
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
        self.engine.model().is_none().then(|| not_semantic("the index has no embeddings yet", EMBED))
    }

    pub(crate) fn embed(&self, text: &str) -> Result<Vec<f32>, QueryError> {
        const FETCH: &str = "`priorart model fetch` fetches it";
        let lacks_model = || not_semantic("the model that embedded the index is not on this machine", FETCH);
        self.encoder.ok_or_else(lacks_model)?.embed(text).map_err(QueryError::Embed)
    }

    /// Patents without embeddings are missed by the semantic ranking.
    fn warn_of_gaps(&self, warnings: &mut Vec<String>) {
        let Coverage { passages, embedded } = self.engine.coverage();
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
