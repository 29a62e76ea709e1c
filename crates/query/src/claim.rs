//! Claims of patents, by their numbers.

use priorart_corpus::{Patent, PatentNumber};

use crate::error::QueryError;
use crate::options::SearchOptions;
use crate::search::Searcher;

impl Searcher<'_> {
    /// The text of a claim to chart: as it was typed, or, where that is a [`claim_number`], as the index has it.
    /// Of such a claim, `options` then ask for what was published before its priority.
    ///
    /// # Errors
    /// [`QueryError::NoPatent`] and [`QueryError::NoClaim`].
    pub fn claim(&self, typed: &str, options: &mut SearchOptions) -> Result<String, QueryError> {
        let Some((number, claim)) = claim_number(typed) else {
            return Ok(typed.to_owned());
        };
        let found = self.engine.find(&number)?;
        let id = *found.first().ok_or_else(|| QueryError::NoPatent { number: number.clone() })?;
        let text = whole_claim(&self.engine.patent(id)?, claim);
        let text = text.ok_or_else(|| QueryError::NoClaim { number: number.clone(), claim })?;
        options.prior_art_of = Some(number);
        options.known_citations = true;
        Ok(text)
    }
}

/// Reads `US8926509B2:1`, a claim of a patent; without a claim, it is the first. `None` if the text is
/// something else, a claim's own words for example.
pub fn claim_number(typed: &str) -> Option<(PatentNumber, u32)> {
    let (number, claim) = typed.rsplit_once(':').unwrap_or((typed, "1"));
    Some((PatentNumber::parse(number)?, claim.trim().parse().ok()?))
}

/// A claim behind those that it depends on, the first of several each time; `None` if the patent has no such
/// claim.
pub fn whole_claim(patent: &Patent, number: u32) -> Option<String> {
    let claim = patent.claims.iter().find(|claim| claim.number == number)?;
    // A claim that names itself or a later one is broken, and must not be followed.
    match claim.depends_on.first().filter(|earlier| **earlier < number) {
        Some(earlier) => Some(format!("{}\n{}", whole_claim(patent, *earlier)?, claim.text)),
        None => Some(claim.text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use priorart_corpus::Claim;

    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<(&str, u32)>) {
        let found = claim_number(typed).map(|(number, claim)| (number.to_string(), claim));
        assert_eq!(found.as_ref().map(|(number, claim)| (number.as_str(), *claim)), expected);
    }

    #[test]
    fn claims_of_patents_are_numbered() {
        check("US8926509B2:3", Some(("US8926509B2", 3)));
        check("US 8,926,509 B2", Some(("US8926509B2", 1)));
        check("A pump comprising: 1", None);
        check("US8926509B2:x", None);
    }

    #[test]
    fn a_claim_stands_behind_those_it_depends_on() {
        let claim =
            |number, text: &str, on: &[u32]| Claim { number, text: text.into(), depends_on: on.to_vec() };
        let claims =
            vec![claim(1, "A pump.", &[]), claim(2, "Of claim 1.", &[1]), claim(3, "Of claim 3.", &[3])];
        let patent = Patent { claims, ..Patent::default() };
        let whole = [1, 2, 3, 4].map(|number| whole_claim(&patent, number));
        assert_eq!(whole[1].as_deref(), Some("A pump.\nOf claim 1."));
        assert_eq!((whole[2].as_deref(), &whole[3]), (Some("Of claim 3."), &None));
    }
}
