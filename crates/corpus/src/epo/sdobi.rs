//! `SDOBI`, the front page of an EP document, whose tags are the INID codes of WIPO ST.9: `B110` is the
//! document's number, `B542` a title.

use crate::codes;
use crate::date::parse_date;
use crate::fault::Fault;
use crate::languages::Languages;
use crate::number::PatentNumber;
use crate::patent::{Citation, CitedBy, Date, Party, Patent, Priority, Related};
use crate::xml::{Event, Tag, Xml, line_text};

/// Reads the front page; titles go to `languages`.
pub(super) fn read<'a>(
    xml: &mut Xml<'a>,
    front: &Tag<'a>,
    patent: &mut Patent,
    languages: &mut Languages,
) -> Result<(), Fault> {
    let mut language = String::new();
    while let Some(event) = xml.next(front)? {
        let Event::Start(tag) = event else { continue };
        match tag.name() {
            "B541" => language = line_text(xml, &tag)?,
            "B542" => languages.of(&language).title = line_text(xml, &tag)?,
            "B210" => patent.application_number = Some(line_text(xml, &tag)?),
            "B220" => patent.filing_date = date(xml, &tag)?,
            // A claim begins with its number; country and date belong to the last one.
            "B310" => {
                let number = line_text(xml, &tag)?;
                patent.priorities.push(Priority { number, ..Priority::default() });
            }
            "B320" => {
                let filed = date(xml, &tag)?;
                patent.priorities.last_mut().into_iter().for_each(|priority| priority.date = filed);
            }
            "B330" => {
                let country = line_text(xml, &tag)?;
                patent
                    .priorities
                    .last_mut()
                    .into_iter()
                    .for_each(|priority| priority.country.clone_from(&country));
            }
            "B511" | "B512" | "B513" => {
                let text = xml.value(&tag)?;
                // The edition stands before the symbol: " 7C 07C  29/44   A".
                let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
                codes::add_ipc(&mut patent.ipc, codes::symbol(text));
            }
            "classification-ipcr" => codes::add_ipc(&mut patent.ipc, codes::symbol(&line_text(xml, &tag)?)),
            "classification-cpc" => {
                let (symbol, first) = (codes::symbol(&line_text(xml, &tag)?), patent.cpc.is_empty());
                codes::add_cpc(&mut patent.cpc, symbol, true, first);
            }
            "B561" => patent.citations.push(cited_patent(&line_text(xml, &tag)?)),
            "B562" => {
                let text = line_text(xml, &tag)?;
                patent.citations.push(Citation { text, by: Some(CitedBy::Examiner), ..Citation::default() });
            }
            "B610" | "B610EP" => related(xml, &tag, "addition", patent)?,
            "B620" | "B620EP" => related(xml, &tag, "division", patent)?,
            "B711" => patent.applicants.extend(party(xml, &tag)?),
            "B721" => patent.inventors.extend(party(xml, &tag)?),
            "B731" => patent.assignees.extend(party(xml, &tag)?),
            "B740" | "B780" => xml.skip(&tag)?,
            "B861" => {
                let Document { application, date, .. } = Document::read(xml, &tag)?;
                let pct = patent.pct.get_or_insert_default();
                (pct.application, pct.filing_date) = (application, date);
            }
            "B871" => {
                let Document { publication, date, .. } = Document::read(xml, &tag)?;
                let pct = patent.pct.get_or_insert_default();
                (pct.publication, pct.publication_date) = (publication, date);
            }
            // Others hold these: the loop goes on within.
            _ => {}
        }
    }
    patent.priority_date = patent.earliest_date();
    Ok(())
}

/// The earliest of the priorities, the parents, the international and the own filing.
/// "US-A1- 2008 197 955": what a search report names.
fn cited_patent(text: &str) -> Citation {
    let mut parts = text.splitn(3, '-').map(str::trim);
    let number = match (parts.next(), parts.next(), parts.next()) {
        (Some(country), Some(kind), Some(serial)) if country.len() == 2 && kind.len() <= 2 => {
            Some(PatentNumber::new(country, serial, kind)).filter(|number| !number.serial.is_empty())
        }
        _ => None,
    };
    let text = if number.is_some() { String::new() } else { text.to_owned() };
    Citation { number, text, by: Some(CitedBy::Examiner), ..Citation::default() }
}

/// The first date within an element.
fn date<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Date>, Fault> {
    Ok(Document::read(xml, tag)?.date)
}

/// How the front page names another document.
#[derive(Default)]
struct Document {
    application: Option<String>,
    publication: Option<String>,
    date: Option<Date>,
}

impl Document {
    fn read<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Self, Fault> {
        let mut document = Self::default();
        while let Some(event) = xml.next(tag)? {
            let Event::Start(child) = event else { continue };
            match child.name() {
                "anum" => document.application = Some(line_text(xml, &child)?),
                "pnum" => document.publication = Some(line_text(xml, &child)?),
                "date" if document.date.is_none() => document.date = parse_date(&xml.value(&child)?),
                _ => {}
            }
        }
        Ok(document)
    }
}

/// The parents of a divisional application, each a `cdoc` or a `pdoc`.
fn related<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>, relation: &str, patent: &mut Patent) -> Result<(), Fault> {
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        if matches!(child.name(), "cdoc" | "pdoc") {
            let Document { application, publication, date } = Document::read(xml, &child)?;
            patent.related.push(Related {
                relation: relation.to_owned(),
                country: "EP".to_owned(),
                number: publication.or(application).unwrap_or_default(),
                kind: String::new(),
                date,
            });
        }
    }
    Ok(())
}

/// `None` if it has no name.
fn party<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Party>, Fault> {
    let mut party = Party::default();
    let mut first = String::new();
    while let Some(event) = xml.next(tag)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "snm" => party.name = line_text(xml, &child)?,
            "fnm" => first = line_text(xml, &child)?,
            "city" => party.city = Some(line_text(xml, &child)?),
            "ctry" => party.country = Some(line_text(xml, &child)?),
            _ => {}
        }
    }
    if !first.is_empty() {
        party.name = format!("{first} {}", party.name);
    }
    Ok((!party.name.is_empty()).then_some(party))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(xml: &str) -> Patent {
        Xml::root(&format!("<SDOBI>{xml}</SDOBI>"), |xml, root| {
            let (mut patent, mut languages) = (Patent::default(), Languages::default());
            read(xml, root, &mut patent, &mut languages)?;
            languages.settle(&mut patent);
            Ok(patent)
        })
        .unwrap()
    }

    #[test]
    fn titles_stand_behind_their_language() {
        let patent = front(
            "<B500><B540><B541>de</B541><B542>Pfanne</B542><B541>en</B541><B542>Pan</B542></B540></B500>",
        );
        assert_eq!((patent.title.as_str(), patent.translations[0].title.as_str()), ("Pan", "Pfanne"));
    }

    #[test]
    fn dates_and_priorities() {
        let patent = front(
            "<B200><B210>01963450.0</B210><B220><date>20010905</date></B220></B200><B300><B310>2000273711</B310>\
             <B320><date>20000908</date></B320><B330><ctry>JP</ctry></B330></B300><B800><B860><B861><dnum>\
             <anum>JP0107711</anum></dnum><date>20010905</date></B861></B860><B870><B871><dnum><pnum>WO02020444</pnum>\
             </dnum><date>20020314</date></B871></B870></B800>",
        );
        assert_eq!(patent.priority_date, Some(jiff::civil::date(2000, 9, 8)));
        assert_eq!(
            (patent.priorities[0].country.as_str(), patent.priorities[0].number.as_str()),
            ("JP", "2000273711")
        );
        let pct = patent.pct.unwrap();
        assert_eq!(
            (pct.application.as_deref(), pct.publication.as_deref()),
            (Some("JP0107711"), Some("WO02020444"))
        );
        assert_eq!(pct.publication_date, Some(jiff::civil::date(2002, 3, 14)));
    }

    #[test]
    fn classes_of_both_generations() {
        let old =
            front("<B510><B516>7</B516><B511> 7C 07C  29/44   A</B511><B513>2A 01N 43/08 -</B513></B510>");
        assert_eq!(old.ipc, ["C07C29/44", "A01N43/08"]);
        let new = front(
            "<B510EP><classification-ipcr><text>H01F  27/14        20060101AFI20171122BHEP  </text>\
             </classification-ipcr></B510EP>",
        );
        assert_eq!(new.ipc, ["H01F27/14"]);
    }

    #[track_caller]
    fn check_cited(text: &str, expected: &str) {
        let cited = cited_patent(text);
        assert_eq!(cited.number.map_or(cited.text, |number| number.to_string()), expected);
    }

    #[test]
    fn citations_of_the_search_report() {
        check_cited("EP-A1- 3 109 871", "EP3109871A1");
        check_cited("US-A1- 2008 197 955", "US20080197955A1");
        check_cited("WO-A-03/008444", "WO2003008444A");
        check_cited("DE-A1-102009 041 527", "DE102009041527A1");
        check_cited("see above", "see above");
    }

    #[test]
    fn parties_and_parents() {
        let patent = front(
            "<B600><B620EP><parent><cdoc><dnum><anum>98202403.6</anum><pnum>0885971</pnum></dnum>\
             <date>19980717</date></cdoc></parent></B620EP></B600><B700><B720><B721><snm>HARTHUM, Jörg</snm><adr>\
             <city>50374 Erftstadt</city><ctry>DE</ctry></adr></B721></B720><B730><B731><snm>Pan AG</snm></B731></B730>\
             <B740><B741><snm>Agent</snm></B741></B740></B700>",
        );
        assert_eq!(
            (patent.related[0].number.as_str(), patent.related[0].relation.as_str()),
            ("0885971", "division")
        );
        assert_eq!((patent.inventors[0].name.as_str(), patent.assignees.len()), ("HARTHUM, Jörg", 1));
        assert_eq!(patent.priority_date, Some(jiff::civil::date(1998, 7, 17)));
    }
}
