//! Records of The Lens (lens.org): exports as JSON lines and as CSV, and the records of its API.
//!
//! Source of the format: the exports of the web page, and <https://docs.api.lens.org/response-patent.html>.

use super::fields::Fields;
use super::text::{block, listed_claims, one_line, paragraphs};
use crate::codes;
use crate::date::parse_date;
use crate::fault::Fault;
use crate::languages::Languages;
use crate::number::PatentNumber;
use crate::patent::{Citation, Party, Patent, Priority};

/// What parts the values of one cell.
const SEPARATOR: &str = ";;";

/// Reads one record.
pub(crate) fn parse(document: &[u8]) -> Result<Patent, Fault> {
    let record = Fields::read(document)?;
    let number = number(&record).ok_or_else(|| Fault::new("has no publication number"))?;
    let patent = Patent { patent_type: codes::patent_type(&number), number, ..Patent::default() };
    Ok(if record.has("biblio") { api(&record, patent) } else { export(&record, patent) })
}

/// "WO 2015/057966 A2", or in parts. Where an office publishes one number twice, the date follows: "EP 0259054
/// B9 20031217".
fn number(record: &Fields) -> Option<PatentNumber> {
    let text = record.text(&["displaykey", "publicationnumber"]);
    let text = text.map(|text| match text.rsplit_once(' ') {
        Some((number, date)) if date.len() == 8 && parse_date(date).is_some() => number.to_owned(),
        _ => text,
    });
    text.as_deref().and_then(PatentNumber::parse).or_else(|| {
        let kind = record.text_or_empty(&["kindcode", "kind"]);
        let country = record.text(&["jurisdiction"])?;
        let serial = record.text(&["docnumber"]).or_else(|| {
            // Serials of some offices are no numbers: "XX W20/1 A".
            let text = text?;
            Some(text.strip_prefix(&country)?.strip_suffix(&kind)?.to_owned())
        })?;
        Some(PatentNumber::new(&country, &serial, &kind)).filter(|number| !number.serial.is_empty())
    })
}

fn export(record: &Fields, patent: Patent) -> Patent {
    let names = |name| parties(record.list(name, SEPARATOR));
    let priorities: Vec<Priority> = ["priorityfilingkeysactive", "prioritynumbers"]
        .iter()
        .flat_map(|name| record.list(name, SEPARATOR))
        .filter_map(|text| codes::priority(&text))
        .collect();
    let literature =
        ["nplcitations", "nonpatentcitations"].iter().flat_map(|name| record.list(name, SEPARATOR));
    let filing_date = record.date(&["filingdate", "applicationdate"]);
    let owners = record.objects("owners").into_iter().filter_map(|owner| owner.text(&["name"])).collect();
    Patent {
        title: one_line(&record.text_or_empty(&["title"])),
        abstract_text: block(&record.text_or_empty(&["abstract"])),
        publication_date: record.date(&["publicationdate"]),
        filing_date,
        priority_date: record
            .date(&["earliestprioritydate"])
            .into_iter()
            .chain(priorities.iter().filter_map(|priority| priority.date))
            .chain(filing_date)
            .min(),
        application_number: record.text(&["filingnumber", "applicationnumber"]),
        applicants: names("applicants"),
        inventors: names("inventors"),
        assignees: parties(owners),
        cpc: codes::cpc(&record.list("cpcclassifications", SEPARATOR)),
        ipc: codes::ipc(&record.list("ipcrclassifications", SEPARATOR)),
        uspc: record.list("usclassifications", SEPARATOR),
        citations: literature.map(|text| Citation { text, ..Citation::default() }).collect(),
        priorities,
        ..patent
    }
}

fn parties(names: Vec<String>) -> Vec<Party> {
    names.into_iter().map(|name| Party { name, ..Party::default() }).collect()
}

fn api(record: &Fields, patent: Patent) -> Patent {
    let biblio = record.object("biblio");
    let parties = biblio.object("parties");
    let application = biblio.object("applicationreference");
    let priorities = priority_claims(&biblio.object("priorityclaims"));
    let filing_date = application.date(&["date"]);
    let classes = |name| {
        let list = biblio.object(name).objects("classifications");
        list.iter().filter_map(|class| class.text(&["symbol"])).collect::<Vec<_>>()
    };
    let mut patent = Patent {
        language: record.text(&["lang"]),
        publication_date: record.date(&["datepublished"]),
        filing_date,
        priority_date: priorities.iter().filter_map(|priority| priority.date).chain(filing_date).min(),
        application_number: application.text(&["docnumber"]),
        applicants: extracted(&parties, "applicants"),
        inventors: extracted(&parties, "inventors"),
        assignees: extracted(&parties, "ownersall"),
        cpc: codes::cpc(&classes("classificationscpc")),
        ipc: codes::ipc(&classes("classificationsipcr")),
        uspc: classes("classificationsnational"),
        citations: biblio
            .object("referencescited")
            .objects("citations")
            .iter()
            .filter_map(citation)
            .collect(),
        priorities,
        ..patent
    };
    texts(record, &biblio).settle(&mut patent);
    patent
}

fn priority_claims(claims: &Fields) -> Vec<Priority> {
    let claims = claims.objects("claims").into_iter();
    claims
        .map(|claim| Priority {
            country: claim.text_or_empty(&["jurisdiction"]),
            number: claim.text_or_empty(&["docnumber"]),
            date: claim.date(&["date"]),
        })
        .collect()
}

fn extracted(parties: &Fields, name: &str) -> Vec<Party> {
    let list = parties.objects(name).into_iter();
    list.filter_map(|party| {
        let name = party.object("extractedname").text(&["value"])?;
        Some(Party { name, country: party.text(&["residence"]), ..Party::default() })
    })
    .collect()
}

fn citation(citation: &Fields) -> Option<Citation> {
    let cited = citation.object("patcit").object("documentid");
    let part = |name| cited.text_or_empty(&[name]);
    let number = PatentNumber::new(&part("jurisdiction"), &part("docnumber"), &part("kind"));
    let number = Some(number).filter(|number| !number.serial.is_empty());
    let text = citation.object("nplcit").text_or_empty(&["text"]);
    (number.is_some() || !text.is_empty()).then(|| Citation {
        number,
        text,
        date: cited.date(&["date"]),
        category: citation.list("category", ",").into_iter().next(),
        ..Citation::default()
    })
}

fn texts(record: &Fields, biblio: &Fields) -> Languages {
    let mut languages = Languages::default();
    let language = |text: &Fields| text.text_or_empty(&["lang"]);
    for title in biblio.objects("inventiontitle") {
        languages.of(&language(&title)).title = one_line(&title.text_or_empty(&["text"]));
    }
    for text in record.objects("abstract") {
        languages.of(&language(&text)).abstract_text = block(&text.text_or_empty(&["text"]));
    }
    for set in record.objects("claims") {
        let claims = set.objects("claims");
        let texts: Vec<String> =
            claims.iter().map(|claim| claim.list("claimtext", "\u{0}").join("\n")).collect();
        languages.of(&language(&set)).claims = listed_claims(&texts);
    }
    for text in record.objects("description") {
        languages.of(&language(&text)).description = paragraphs(&text.text_or_empty(&["text"]), None);
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_has_bibliographic_data() {
        let json = r#"{"lensId":"1-2","jurisdiction":"WO","kindCode":"A2","displayKey":"WO 2015/057966 A2",
            "publicationDate":"2015-04-23","filingDate":"2014-10-16","title":"Pan \n lid",
            "priorityFilingKeysActive":["US 201361891677 P 20131016"],"applicants":["PAN AG"],
            "owners":[{"name":"LID AG"}],"cpcClassifications":["A47J37/10"],"nplCitations":["Pans, 1999"]}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(
            (patent.number.to_string().as_str(), patent.title.as_str()),
            ("WO2015057966A2", "Pan lid")
        );
        assert_eq!(patent.priority_date, Some(jiff::civil::date(2013, 10, 16)));
        assert_eq!(
            (patent.applicants[0].name.as_str(), patent.assignees[0].name.as_str()),
            ("PAN AG", "LID AG")
        );
        assert_eq!(
            (patent.cpc[0].symbol.as_str(), patent.citations[0].text.as_str()),
            ("A47J37/10", "Pans, 1999")
        );
    }

    #[test]
    fn a_row_of_the_csv_is_the_same() {
        let json = r#"{"Lens ID":"1-2","Jurisdiction":"AT","Kind":"B","Publication Number":"AT 399980 B",
            "Priority Numbers":"AT 33585 A 19850206;;AT 1 A 19840101","Inventors":"ROE JANE;;POE","Title":"Pan"}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(patent.number.to_string(), "AT399980B");
        assert_eq!((patent.priorities.len(), patent.inventors.len()), (2, 2));
    }

    #[test]
    fn a_record_of_the_api_has_texts_by_language() {
        let json = r#"{"lens_id":"1-2","jurisdiction":"EP","doc_number":"1000000","kind":"B1","lang":"de",
            "date_published":"2000-01-02","biblio":{"invention_title":[{"text":"Pfanne","lang":"de"},
            {"text":"Pan","lang":"en"}],"application_reference":{"doc_number":"99","date":"1999-01-02"},
            "references_cited":{"citations":[{"patcit":{"document_id":{"jurisdiction":"US","doc_number":"5",
            "kind":"A"}}},{"nplcit":{"text":"Pans"}}]}},"abstract":[{"text":"A pan.","lang":"en"}],
            "claims":[{"lang":"de","claims":[{"claim_text":["1. Pfanne"]},{"claim_text":["2. Topf"]}]}]}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!((patent.title.as_str(), patent.claims[1].text.as_str()), ("Pan", "Topf"));
        assert_eq!(patent.translations[0].title, "Pfanne");
        assert_eq!(patent.citations.len(), 2);
    }

    #[test]
    fn a_serial_need_not_be_a_number() {
        let json = r#"{"displayKey":"IT RM20110001 A1","jurisdiction":"IT","kindCode":"A1"}"#;
        assert_eq!(parse(json.as_bytes()).unwrap().number.to_string(), "ITRM20110001A1");
        let json = r#"{"Publication Number":"EP 0259054 B9 20031217","Jurisdiction":"EP","Kind":"B9"}"#;
        assert_eq!(parse(json.as_bytes()).unwrap().number.to_string(), "EP259054B9");
        assert_eq!(parse(b"{}").unwrap_err().message, "has no publication number");
    }
}
