//! The front page, `subdoc-bibliographic-information`.

use crate::date::parse_date;
use crate::document_id::{DocumentId, trimmed};
use crate::fault::Fault;
use crate::patent::{Party, Patent, Pct, Priority, Related};
use crate::uspto::party::{Part, read_party};
use crate::uspto::{classes, patent_type};
use crate::xml::{Event, Tag, Xml, line_text};

/// Reads the front page; only the publication number is indispensable.
pub(super) fn read<'a>(xml: &mut Xml<'a>, front: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    xml.children(front, |xml, child| {
        match child.name() {
            "document-id" => {
                let id = DocumentId::read(xml, child)?;
                patent.publication_date = id.date;
                patent.number = id.publication().unwrap_or_default();
                patent.patent_type = patent_type(None, &patent.number);
            }
            "domestic-filing-data" => filing(xml, child, patent)?,
            "foreign-priority-data" => patent.priorities.push(priority(xml, child)?),
            "technical-information" => technical(xml, child, patent)?,
            "continuity-data" => patent.related = related(xml, child)?,
            "international-conventions" => patent.pct = Some(pct(xml, child)?),
            "inventors" => xml.children(child, |xml, inventor| {
                patent.inventors.extend(party(xml, inventor)?);
                Ok(())
            })?,
            "assignee" => patent.assignees.extend(party(xml, child)?),
            _ => {}
        }
        Ok(())
    })?;
    patent.priority_date = patent.earliest_date();
    Ok(())
}

fn filing<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    xml.children(tag, |xml, child| {
        match child.name() {
            "application-number" => {
                let number = trimmed(xml.value(child)?);
                patent.application_number = Some(number.into_owned()).filter(|number| !number.is_empty());
            }
            "filing-date" => patent.filing_date = parse_date(&xml.value(child)?),
            _ => {}
        }
        Ok(())
    })
}

fn priority<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Priority, Fault> {
    let mut priority = Priority::default();
    xml.children(tag, |xml, child| {
        match child.name() {
            "priority-application-number" => priority.number = trimmed(xml.value(child)?).into_owned(),
            "filing-date" => priority.date = parse_date(&xml.value(child)?),
            "country-code" => priority.country = trimmed(xml.value(child)?).into_owned(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(priority)
}

/// Classes and title.
fn technical<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "ipc" => {
                let symbol = classes::seventh_edition(&xml.value(&child)?);
                patent.ipc.extend(symbol.filter(|symbol| !patent.ipc.contains(symbol)));
            }
            "uspc" => patent.uspc.extend(uspc(xml, &child)?),
            "title-of-invention" => patent.title = line_text(xml, &child)?,
            _ => {}
        }
    }
    Ok(())
}

fn uspc<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<String>, Fault> {
    let (mut class, mut subclass) = (String::new(), String::new());
    xml.children(tag, |xml, child| {
        match child.name() {
            "class" => class = xml.value(child)?.into_owned(),
            "subclass" => subclass = xml.value(child)?.into_owned(),
            _ => {}
        }
        Ok(())
    })?;
    Ok(classes::padded_national(&class, &subclass))
}

/// Of a relation its parent, else the document that it names itself.
fn related<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Vec<Related>, Fault> {
    let mut related = Vec::new();
    let mut relation = "";
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "document-id" => related.push(document(relation, DocumentId::read(xml, &child)?)),
            "child" | "parent-patent" | "parent-pct" => xml.skip(&child)?,
            name => relation = relation_of(name).unwrap_or(relation),
        }
    }
    Ok(related)
}

/// The relations by the names that later formats give them.
fn relation_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "division-of" => "division",
        "continuation-of" => "continuation",
        "continuation-in-part-of" => "continuation-in-part",
        "continuing-reissue-of" => "continuing-reissue",
        "reissue-of" => "reissue",
        "substitution-for" => "substitution",
        "non-provisional-of-provisional" => "us-provisional-application",
        "a-371-of-international" => "a-371-of-international",
        "corrected-republication-of" => "correction",
        _ => return None,
    })
}

fn document(relation: &str, id: DocumentId<'_>) -> Related {
    Related {
        relation: relation.to_owned(),
        country: if id.country.is_empty() { "US".to_owned() } else { id.country.into_owned() },
        number: id.number.into_owned(),
        kind: id.kind.into_owned(),
        date: id.date,
    }
}

fn pct<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Pct, Fault> {
    let mut pct = Pct::default();
    xml.children(tag, |xml, part| {
        let id = DocumentId::within(xml, part)?.unwrap_or_default();
        let number = Some(id.number.into_owned()).filter(|number| !number.is_empty());
        match part.name() {
            "pct-application" => (pct.application, pct.filing_date) = (number, id.date),
            "pct-publication" => (pct.publication, pct.publication_date) = (number, id.date),
            _ => {}
        }
        Ok(())
    })?;
    Ok(pct)
}

fn party<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Party>, Fault> {
    read_party(xml, tag, |name| match name {
        "name" | "address" | "residence" | "residence-us" | "residence-non-us" | "country"
        | "military-service" => Part::Wrapper,
        "organization-name" => Part::Organisation,
        "given-name" => Part::Person(0),
        "middle-name" => Part::Person(1),
        "family-name" => Part::Person(2),
        "name-suffix" => Part::Person(3),
        "city" => Part::City,
        "state" => Part::State,
        "country-code" => Part::Country,
        _ => Part::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patent(front: &str) -> Patent {
        let xml = format!(
            "<front><document-id><doc-number>20019990001</doc-number><kind-code>A1</kind-code>\
             <document-date>20010315</document-date></document-id>{front}</front>"
        );
        Xml::root(&xml, |xml, root| {
            let mut patent = Patent::default();
            read(xml, root, &mut patent).map(|()| patent)
        })
        .unwrap()
    }

    #[test]
    fn numbers_dates_and_classes_are_read() {
        let patent = patent(
            "<domestic-filing-data><application-number><doc-number>09999001</doc-number></application-number>\
             <filing-date>19990629</filing-date></domestic-filing-data><technical-information><classification-ipc>\
             <classification-ipc-primary><ipc>G06F017/60</ipc></classification-ipc-primary></classification-ipc>\
             <classification-us><classification-us-primary><uspc><class>705</class><subclass>026000</subclass></uspc>\
             </classification-us-primary></classification-us><title-of-invention> A pan\n </title-of-invention>\
             </technical-information>",
        );
        assert_eq!(patent.number.to_string(), "US20019990001A1");
        assert_eq!(patent.application_number.as_deref(), Some("09999001"));
        assert_eq!((patent.title.as_str(), patent.ipc[0].as_str()), ("A pan", "G06F17/60"));
        assert_eq!(patent.uspc, ["705/26"]);
        assert_eq!(patent.priority_date, Some(jiff::civil::date(1999, 6, 29)));
    }

    #[test]
    fn a_relation_is_to_its_parent() {
        let id = |number: &str| format!("<document-id><doc-number>{number}</doc-number></document-id>");
        let patent = patent(&format!(
            "<continuity-data><division-of><parent-child><child>{}</child><parent>{}</parent><parent-patent>{}\
             </parent-patent></parent-child></division-of><continuations><continuation-of><parent-child><parent>{}\
             </parent></parent-child></continuation-of></continuations><non-provisional-of-provisional>{}\
             </non-provisional-of-provisional></continuity-data>",
            id("1"),
            id("2"),
            id("3"),
            id("4"),
            id("5")
        ));
        let found: Vec<_> =
            patent.related.iter().map(|it| (it.relation.as_str(), it.number.as_str())).collect();
        assert_eq!(found, [("division", "2"), ("continuation", "4"), ("us-provisional-application", "5")]);
    }

    #[test]
    fn parties_have_their_residence() {
        let patent = patent(
            "<inventors><first-named-inventor><name><given-name> Ada </given-name><family-name>Lovelace</family-name>\
             </name><residence><residence-us><city>Salem</city><state>OR</state></residence-us></residence>\
             </first-named-inventor></inventors><assignee><organization-name>Pan AG</organization-name><address><city>\
             Bern</city><country><country-code>CH</country-code></country></address></assignee>",
        );
        let party = |name: &str, city: &str, country: &str| Party {
            name: name.into(),
            city: Some(city.into()),
            country: Some(country.into()),
        };
        assert_eq!(patent.inventors, [party("Ada Lovelace", "Salem", "US")]);
        assert_eq!(patent.assignees, [party("Pan AG", "Bern", "CH")]);
    }
}
