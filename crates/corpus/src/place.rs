//! Where in a patent a passage lies.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::patent::Patent;

/// The part of a patent that a passage is cut from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PassageKind {
    /// Title and abstract.
    Abstract,
    /// One claim.
    Claim,
    /// Consecutive paragraphs of the description.
    Description,
}

/// A passage by its place: a byte range of [`Patent::passage_source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The part of the patent.
    pub kind: PassageKind,
    /// The claim's number; the index of the first paragraph in [`Patent::description`]; 0 for the abstract.
    pub number: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Patent {
    /// The text that passages of a kind and number are cut from: "title\nabstract"; the claim; the
    /// description from paragraph `number` on, a line each. `None` if there is no such claim or paragraph.
    pub fn passage_source(&self, kind: PassageKind, number: u32) -> Option<Cow<'_, str>> {
        match kind {
            PassageKind::Abstract if self.abstract_text.is_empty() => Some(Cow::Borrowed(&self.title)),
            PassageKind::Abstract => Some(Cow::Owned(format!("{}\n{}", self.title, self.abstract_text))),
            PassageKind::Claim => self
                .claims
                .iter()
                .find(|claim| claim.number == number)
                .map(|c| Cow::Borrowed(c.text.as_str())),
            PassageKind::Description => {
                let rest = self.description.get(number as usize..).filter(|rest| !rest.is_empty())?;
                let texts: Vec<&str> = rest.iter().map(|paragraph| paragraph.text.as_str()).collect();
                Some(Cow::Owned(texts.join("\n")))
            }
        }
    }

    /// The text at a place; `None` if the patent has no such place.
    pub fn passage_text(&self, place: &Place) -> Option<String> {
        let source = self.passage_source(place.kind, place.number)?;
        source.get(place.start as usize..place.end as usize).map(str::to_owned)
    }

    /// The place as a searcher names it: `abstract`, `claim 7`, `¶[0042]`.
    pub fn place_label(&self, place: &Place) -> String {
        match place.kind {
            PassageKind::Abstract => "abstract".to_owned(),
            PassageKind::Claim => format!("claim {}", place.number),
            PassageKind::Description => {
                let rest = self.description.get(place.number as usize..).unwrap_or_default();
                match rest.iter().find_map(|paragraph| paragraph.number.as_deref()) {
                    Some(number) => format!("¶[{number}]"),
                    None => format!("paragraph {}", place.number + 1),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::{Claim, Paragraph};

    fn patent() -> Patent {
        let heading = Paragraph { heading: true, text: "FIELD".into(), ..Paragraph::default() };
        let body =
            Paragraph { number: Some("0001".into()), text: "An anode.".into(), ..Paragraph::default() };
        Patent {
            title: "Anode".into(),
            abstract_text: "An anode of graphene.".into(),
            claims: vec![Claim { number: 3, text: "An anode.".into(), depends_on: vec![] }],
            description: vec![heading, body],
            ..Patent::default()
        }
    }

    #[track_caller]
    fn check(kind: PassageKind, number: u32, range: (u32, u32), text: Option<&str>, label: &str) {
        let place = Place { kind, number, start: range.0, end: range.1 };
        assert_eq!(patent().passage_text(&place).as_deref(), text);
        assert_eq!(patent().place_label(&place), label);
    }

    #[test]
    fn places_have_text_and_label() {
        check(PassageKind::Abstract, 0, (0, 27), Some("Anode\nAn anode of graphene."), "abstract");
        check(PassageKind::Claim, 3, (3, 8), Some("anode"), "claim 3");
        check(PassageKind::Claim, 4, (0, 1), None, "claim 4");
        check(PassageKind::Description, 0, (0, 15), Some("FIELD\nAn anode."), "¶[0001]");
        check(PassageKind::Description, 1, (0, 99), None, "¶[0001]");
    }
}
