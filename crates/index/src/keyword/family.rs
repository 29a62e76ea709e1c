//! What ties a patent to its family: the applications that it claims priority of.

use std::collections::BTreeSet;

use priorart_corpus::Patent;

/// Relations to what was published before, not to an application whose priority is claimed.
const NO_PRIORITY: [&str; 4] =
    ["related-publication", "us-related-publication", "correction", "reexamination"];

/// The applications whose priority a patent claims, and its own: who shares one with another belongs to the
/// same extended family.
pub(super) fn applications(patent: &Patent) -> BTreeSet<String> {
    let mut all = claimed(patent);
    all.extend(own(patent));
    all
}

/// The name of a patent's simple family: what its source names, else the applications whose priority it
/// claims, else its own. `None` where none is known.
pub fn simple_family(patent: &Patent) -> Option<String> {
    if let Some(family) = &patent.family {
        return Some(family.clone());
    }
    let claimed = claimed(patent);
    if claimed.is_empty() {
        return own(patent);
    }
    Some(claimed.into_iter().collect::<Vec<_>>().join("+"))
}

/// The applications whose priority is claimed: of other offices, and parents and provisionals of the same.
pub(super) fn claimed(patent: &Patent) -> BTreeSet<String> {
    let priorities = patent.priorities.iter().map(|one| (one.country.as_str(), one.number.as_str()));
    let parents = patent.related.iter().filter(|one| !NO_PRIORITY.contains(&one.relation.as_str()));
    let parents = parents.map(|one| (one.country.as_str(), one.number.as_str()));
    priorities.chain(parents).filter_map(|(country, number)| application(country, number)).collect()
}

/// The patent's own application.
pub(super) fn own(patent: &Patent) -> Option<String> {
    application(&patent.number.country, patent.application_number.as_deref()?)
}

/// Office and digits: "US" and "12/345,678" make "US12345678". Offices write the rest in many ways.
fn application(country: &str, number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    (!digits.is_empty()).then(|| format!("{}{digits}", country.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use priorart_corpus::{PatentNumber, Priority, Related};

    use super::*;

    fn patent(application: &str, parents: &[&str], priority: &[&str]) -> Patent {
        let related = |number: &&str| Related {
            relation: "continuation".into(),
            country: "US".into(),
            number: (*number).into(),
            ..Related::default()
        };
        let claim = |number: &&str| Priority {
            country: "jp".into(),
            number: (*number).into(),
            ..Priority::default()
        };
        Patent {
            number: PatentNumber::new("US", "7654321", "B2"),
            application_number: Some(application.into()),
            related: parents.iter().map(related).collect(),
            priorities: priority.iter().map(claim).collect(),
            ..Patent::default()
        }
    }

    #[test]
    fn a_simple_family_has_the_same_priorities() {
        assert_eq!(simple_family(&patent("12/345,678", &[], &[])).as_deref(), Some("US12345678"));
        assert_eq!(simple_family(&patent("13/000,001", &["12345678"], &[])).as_deref(), Some("US12345678"));
        let two = patent("1", &["12345678"], &["2001-123"]);
        assert_eq!(simple_family(&two).as_deref(), Some("JP2001123+US12345678"));
        assert_eq!(simple_family(&Patent::default()), None);
        let named = Patent { family: Some("F1".into()), ..patent("1", &[], &[]) };
        assert_eq!(simple_family(&named).as_deref(), Some("F1"));
    }

    #[test]
    fn an_extended_family_shares_an_application() {
        let found = applications(&patent("13/000,001", &["12345678"], &[]));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["US12345678", "US13000001"]);
    }

    #[test]
    fn what_was_published_before_is_no_priority() {
        let mut earlier = patent("12345678", &["20100001234"], &[]);
        earlier.related[0].relation = "related-publication".into();
        assert!(claimed(&earlier).is_empty());
    }
}
