//! The front page, `SDOBI`.

use std::borrow::Cow;

use super::{citations, value};
use crate::date::parse_date;
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::{Date, Party, Patent, Pct, Priority, Related};
use crate::uspto::party::{Part, read_party};
use crate::uspto::{classes, patent_type};
use crate::xml::{Event, Tag, Xml, line_text};

/// Reads the front page. Its groups (`B100`, `B200` …) mean nothing beyond their members.
pub(super) fn read<'a>(xml: &mut Xml<'a>, front: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    let mut id = Doc::default();
    while let Some(event) = xml.next(front)? {
        if let Event::Start(tag) = event {
            field(xml, &tag, &mut id, patent)?;
        }
    }
    let country = if id.country.is_empty() { "US" } else { &id.country };
    patent.number = PatentNumber::new(country, &id.number, &id.kind);
    patent.patent_type = patent_type(None, &patent.number);
    patent.publication_date = id.date;
    patent.priority_date = patent.earliest_date();
    Ok(())
}

fn field<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, id: &mut Doc<'a>, patent: &mut Patent) -> Result<(), Fault> {
    match tag.name() {
        "B110" => id.number = value(xml, tag)?,
        "B130" => id.kind = value(xml, tag)?,
        "B140" => id.date = date(xml, tag)?,
        "B190" => id.country = value(xml, tag)?,
        "B210" => patent.application_number = Some(value(xml, tag)?.into_owned()).filter(|it| !it.is_empty()),
        "B220" => patent.filing_date = date(xml, tag)?,
        "B310" | "B320" | "B330" => priority(xml, tag, &mut patent.priorities)?,
        "B511" | "B512" => international(&xml.value(tag)?, patent),
        "B521" | "B522" | "B522US" => {
            patent.uspc.extend(classes::national(xml.value(tag)?.trim_matches('\n')));
        }
        "B540" => patent.title = line_text(xml, tag)?,
        "B561" | "B562" => patent.citations.extend(citations::read(xml, tag)?),
        "B580" => xml.skip(tag)?,
        "B721" => patent.inventors.extend(party(xml, tag)?),
        "B731" => patent.assignees.extend(party(xml, tag)?),
        "B746" => patent.examiners.splice(0..0, party(xml, tag)?).for_each(drop),
        "B747" => patent.examiners.extend(party(xml, tag)?),
        "B861" | "B864US" | "B871" => pct(xml, tag, patent.pct.get_or_insert_default())?,
        name => {
            if let Some(relation) = relation(name) {
                patent.related.push(related(xml, tag, relation)?);
            }
        }
    }
    Ok(())
}

/// What a `DOC` names; the number may stand by itself.
#[derive(Default)]
pub(super) struct Doc<'a> {
    pub(super) number: Cow<'a, str>,
    pub(super) country: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) date: Option<Date>,
}

impl<'a> Doc<'a> {
    /// The `DOC` within an element; that of the parent where there is one of the child as well.
    pub(super) fn within(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Self, Fault> {
        let mut doc = Self::default();
        while let Some(event) = xml.next(tag)? {
            let Event::Start(child) = event else { continue };
            match child.name() {
                "DNUM" => doc.number = value(xml, &child)?,
                "DATE" => doc.date = parse_date(&xml.value(&child)?),
                "CTRY" => doc.country = value(xml, &child)?,
                "KIND" => doc.kind = value(xml, &child)?,
                "CDOC" | "PSTA" | "PPUB" | "B650" => xml.skip(&child)?,
                _ => {}
            }
        }
        Ok(doc)
    }
}

fn date<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Date>, Fault> {
    Ok(parse_date(&xml.value(tag)?))
}

/// A priority is a run of number, date and country.
fn priority<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, priorities: &mut Vec<Priority>) -> Result<(), Fault> {
    if tag.name() == "B310" {
        priorities.push(Priority { number: value(xml, tag)?.into_owned(), ..Priority::default() });
        return Ok(());
    }
    let Some(last) = priorities.last_mut() else { return Ok(()) };
    match tag.name() {
        "B320" => last.date = date(xml, tag)?,
        _ => last.country = value(xml, tag)?.into_owned(),
    }
    Ok(())
}

/// Of a design it is the Locarno class, four digits.
fn international(symbol: &str, patent: &mut Patent) {
    let symbol = symbol.trim();
    match classes::seventh_edition(symbol) {
        Some(ipc) if !patent.ipc.contains(&ipc) => patent.ipc.push(ipc),
        None if symbol.starts_with(|c: char| c.is_ascii_digit()) => {
            patent.locarno.get_or_insert_with(|| symbol.to_owned());
        }
        _ => {}
    }
}

fn relation(name: &str) -> Option<&'static str> {
    Some(match name {
        "B610" => "addition",
        "B620" => "division",
        "B631" => "continuation",
        "B632" => "continuation-in-part",
        "B633" => "continuing-reissue",
        "B640" => "reissue",
        "B641US" => "us-divisional-reissue",
        "B645" | "B646US" => "reexamination",
        "B650" => "related-publication",
        "B660" => "substitution",
        "B680US" => "us-provisional-application",
        _ => return None,
    })
}

fn related<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, relation: &str) -> Result<Related, Fault> {
    let doc = Doc::within(xml, tag)?;
    Ok(Related {
        relation: relation.to_owned(),
        country: if doc.country.is_empty() { "US".to_owned() } else { doc.country.into_owned() },
        number: doc.number.into_owned(),
        // "00" where there is none.
        kind: Some(doc.kind.into_owned()).filter(|kind| kind != "00").unwrap_or_default(),
        date: doc.date,
    })
}

fn pct<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, pct: &mut Pct) -> Result<(), Fault> {
    if tag.name() == "B864US" {
        pct.national_date = date(xml, tag)?;
        return Ok(());
    }
    let doc = Doc::within(xml, tag)?;
    let number = Some(doc.number.into_owned()).filter(|number| !number.is_empty());
    if tag.name() == "B861" {
        (pct.application, pct.filing_date) = (number, doc.date);
    } else {
        (pct.publication, pct.publication_date) = (number, doc.date);
    }
    Ok(())
}

fn party<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Party>, Fault> {
    read_party(xml, tag, |name| match name {
        "PARTY-US" | "NAM" | "ADR" => Part::Wrapper,
        "ONM" => Part::Organisation,
        "FNM" => Part::Person(0),
        "SNM" => Part::Person(2),
        "SFX" => Part::Person(3),
        "CITY" => Part::City,
        "STATE" => Part::State,
        "CTRY" => Part::Country,
        _ => Part::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::PatentType;

    fn patent(front: &str) -> Patent {
        let xml = format!(
            "<SDOBI><B100><B110><DNUM><PDAT>RE037123</PDAT></DNUM></B110><B130><PDAT>E1</PDAT></B130>\
             <B140><DATE><PDAT>20010403</PDAT></DATE></B140><B190><PDAT>US</PDAT></B190></B100>{front}</SDOBI>"
        );
        Xml::root(&xml, |xml, root| {
            let mut patent = Patent::default();
            read(xml, root, &mut patent).map(|()| patent)
        })
        .unwrap()
    }

    #[test]
    fn the_number_has_four_parts() {
        let patent = patent("");
        assert_eq!(patent.number.to_string(), "USRE37123E1");
        assert_eq!(patent.patent_type, PatentType::Reissue);
        assert_eq!(patent.publication_date, Some(jiff::civil::date(2001, 4, 3)));
    }

    #[test]
    fn classes_are_in_columns() {
        let patent = patent(
            "<B510><B511><PDAT>G06F 1516</PDAT></B511><B512><PDAT>0101</PDAT></B512></B510>\
             <B520><B521><PDAT>D 1106</PDAT></B521><B522><PDAT>426 93</PDAT></B522></B520>\
             <B580><B582><PDAT>426101</PDAT></B582></B580>",
        );
        assert_eq!((patent.ipc[0].as_str(), patent.locarno.as_deref()), ("G06F15/16", Some("0101")));
        assert_eq!(patent.uspc, ["D1/106", "426/93"]);
    }

    #[test]
    fn priorities_are_runs_of_three_elements() {
        let patent = patent(
            "<B220><DATE><PDAT>19991005</PDAT></DATE></B220><B300><B310><DNUM><PDAT>971605</PDAT></DNUM></B310>\
             <B320><DATE><PDAT>19970408</PDAT></DATE></B320><B330><CTRY><PDAT>NO</PDAT></CTRY></B330></B300>",
        );
        let expected = Priority {
            country: "NO".into(),
            number: "971605".into(),
            date: Some(jiff::civil::date(1997, 4, 8)),
        };
        assert_eq!(patent.priorities, [expected]);
        assert_eq!(patent.priority_date, Some(jiff::civil::date(1997, 4, 8)));
    }

    #[test]
    fn a_relation_is_to_its_parent() {
        let doc = |number: &str| {
            format!("<DOC><DNUM><PDAT>{number}</PDAT></DNUM><KIND><PDAT>00</PDAT></KIND></DOC>")
        };
        let patent = patent(&format!(
            "<B600><B630><B632><PARENT-US><CDOC>{}</CDOC><PDOC>{}</PDOC><PSTA><PDAT>00</PDAT></PSTA></PARENT-US>\
             </B632></B630><B680US>{}</B680US></B600>",
            doc("09/1"),
            doc("08/2"),
            doc("60/3")
        ));
        let found: Vec<_> =
            patent.related.iter().map(|it| (it.relation.as_str(), it.number.as_str())).collect();
        assert_eq!(found, [("continuation-in-part", "08/2"), ("us-provisional-application", "60/3")]);
    }

    #[test]
    fn the_primary_examiner_comes_first() {
        let person = |name: &str| {
            format!(
                "<PARTY-US><NAM><FNM><PDAT>A.</PDAT></FNM><SNM><STEXT><PDAT>{name}</PDAT></STEXT></SNM></NAM></PARTY-US>"
            )
        };
        let patent = patent(&format!(
            "<B720><B721>{}</B721></B720><B745><B747>{}</B747><B746>{}</B746></B745>",
            person("Roe"),
            person("Poe"),
            person("Doe")
        ));
        assert_eq!(patent.inventors[0].name, "A. Roe");
        assert_eq!(
            patent.examiners.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
            ["A. Doe", "A. Poe"]
        );
    }
}
