//! `document-id`, by which documents name one another.

use std::borrow::Cow;
use std::fmt;

use crate::date::parse_date;
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::{Date, Patent};
use crate::xml::{Tag, Xml, line_text};

/// The parts of a `document-id` as they are written.
#[derive(Default)]
pub(crate) struct DocumentId<'a> {
    pub(crate) country: Cow<'a, str>,
    pub(crate) number: Cow<'a, str>,
    pub(crate) kind: Cow<'a, str>,
    pub(crate) name: Option<String>,
    pub(crate) date: Option<Date>,
}

impl<'a> DocumentId<'a> {
    pub(crate) fn read(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Self, Fault> {
        let mut id = Self::default();
        xml.children(tag, |xml, child| {
            match child.name() {
                "country" | "country-code" => id.country = trimmed(xml.value(child)?),
                "doc-number" => id.number = trimmed(xml.value(child)?),
                "kind" | "kind-code" => id.kind = trimmed(xml.value(child)?),
                "name" => id.name = Some(line_text(xml, child)?).filter(|name| !name.is_empty()),
                "date" | "document-date" => id.date = parse_date(&xml.value(child)?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(id)
    }

    /// The first `document-id` among the children of an element.
    pub(crate) fn within(xml: &mut Xml<'a>, parent: &Tag<'a>) -> Result<Option<Self>, Fault> {
        let mut found = None;
        xml.children(parent, |xml, child| {
            if child.name() == "document-id" && found.is_none() {
                found = Some(Self::read(xml, child)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The publication that it names; `None` if it has no number.
    pub(crate) fn publication(&self) -> Option<PatentNumber> {
        let country = if self.country.is_empty() { "US" } else { &self.country };
        let number = PatentNumber::new(country, &self.number, &self.kind);
        (!number.serial.is_empty()).then_some(number)
    }

    /// Takes what it says of the application that `patent` came of: its number and its date.
    pub(crate) fn name_application(&self, patent: &mut Patent) {
        patent.filing_date = self.date;
        patent.application_number = Some(format!("{}{}", self.country, self.number));
    }
}

impl fmt::Display for DocumentId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.country, &self.number, &self.kind, self.name.as_deref().unwrap_or_default()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        f.write_str(&parts.join(" "))
    }
}

pub(crate) fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
