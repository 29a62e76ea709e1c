//! Two records of one publication, one of them with its text and one without.
//!
//! DOCDB knows families, citations and classifications of patents whose text comes from elsewhere. Neither
//! record replaces the other: whichever is indexed first, the text is kept and the rest is added to it.

use crate::patent::Patent;

impl Patent {
    /// Whether it has neither claims nor a description, as DOCDB's records have not.
    pub fn is_bibliographic(&self) -> bool {
        self.claims.is_empty() && self.description.is_empty()
    }

    /// What is to be indexed where this record comes in and `known`, of the same number, is indexed already:
    /// of a text and a bibliographic record both, else this record.
    #[must_use]
    pub fn joined(self, known: Self) -> Self {
        match (self.is_bibliographic(), known.is_bibliographic()) {
            (true, false) => known.supplemented(self),
            (false, true) => self.supplemented(known),
            // The text is read again; what was added to it stays.
            (false, false) if known.supplement.is_some() => self.supplemented(known),
            _ => self,
        }
    }

    /// Takes over the family, and what is missing here.
    fn supplemented(mut self, other: Self) -> Self {
        self.supplement = other.supplement.or(Some(other.source));
        self.family = other.family.or(self.family);
        if !other.family_members.is_empty() {
            self.family_members = other.family_members;
        }
        let pairs = [
            (&mut self.applicants, other.applicants),
            (&mut self.assignees, other.assignees),
            (&mut self.inventors, other.inventors),
        ];
        for (mine, theirs) in pairs {
            fill(mine, theirs);
        }
        fill(&mut self.cpc, other.cpc);
        fill(&mut self.ipc, other.ipc);
        fill(&mut self.citations, other.citations);
        fill(&mut self.priorities, other.priorities);
        for (mine, theirs) in [(&mut self.title, other.title), (&mut self.abstract_text, other.abstract_text)]
        {
            if mine.is_empty() {
                *mine = theirs;
            }
        }
        self.publication_date = self.publication_date.or(other.publication_date);
        self.filing_date = self.filing_date.or(other.filing_date);
        self.priority_date = self.priority_date.or(other.priority_date);
        self.application_number = self.application_number.or(other.application_number);
        self
    }
}

fn fill<T>(mine: &mut Vec<T>, theirs: Vec<T>) {
    if mine.is_empty() {
        *mine = theirs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::{Claim, Source};

    fn text() -> Patent {
        Patent {
            title: "Pan".into(),
            ipc: vec!["A47J37/10".into()],
            claims: vec![Claim { number: 1, text: "A pan".into(), depends_on: vec![] }],
            source: Source { file: "ep.xml".into(), record: 1, offset: 0 },
            ..Patent::default()
        }
    }

    fn bibliographic() -> Patent {
        Patent {
            title: "PAN".into(),
            abstract_text: "A pan.".into(),
            ipc: vec!["A47J36/02".into()],
            family: Some("7".into()),
            source: Source { file: "docdb.xml".into(), record: 9, offset: 99 },
            ..Patent::default()
        }
    }

    #[track_caller]
    fn check_both(patent: &Patent) {
        assert_eq!((patent.title.as_str(), patent.abstract_text.as_str()), ("Pan", "A pan."));
        assert_eq!((patent.claims.len(), patent.ipc.as_slice()), (1, &["A47J37/10".to_owned()][..]));
        assert_eq!(patent.family.as_deref(), Some("7"));
        assert_eq!((patent.source.file.as_str(), patent.supplement.as_ref().unwrap().record), ("ep.xml", 9));
    }

    #[test]
    fn whichever_comes_first_the_text_is_kept_and_the_family_added() {
        check_both(&bibliographic().joined(text()));
        check_both(&text().joined(bibliographic()));
    }

    #[test]
    fn reading_either_again_changes_nothing() {
        let joined = bibliographic().joined(text());
        for again in [bibliographic(), text()] {
            assert_eq!(again.joined(joined.clone()), joined);
        }
    }

    #[test]
    fn of_two_texts_and_of_two_bare_records_the_later_wins() {
        let later = Patent { title: "Pot".into(), ipc: vec![], ..text() };
        assert_eq!(later.clone().joined(text()), later);
        let later = Patent { family: None, ..bibliographic() };
        assert_eq!(later.clone().joined(bibliographic()), later);
    }
}
