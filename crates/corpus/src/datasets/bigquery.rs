//! Rows of Google's BigQuery table `patents-public-data.patents.publications`, whole or a query's selection,
//! exported as JSON lines, as a JSON array or as CSV.
//!
//! Source of the format: the table's schema, and exports in which queries have renamed and flattened columns
//! (`abstract_en`, `Citations`).

use super::fields::Fields;
use super::text::{block, claim_list, one_line, paragraphs};
use crate::codes;
use crate::fault::Fault;
use crate::languages::Languages;
use crate::number::PatentNumber;
use crate::patent::{Citation, CpcSymbol, Party, Patent, Priority};

/// The table's mark for a family, a number or a date that is not known.
const NONE: [&str; 2] = ["0", "-1"];

/// Reads one row.
pub(crate) fn parse(document: &[u8]) -> Result<Patent, Fault> {
    let row = Fields::read(document)?;
    let printed = row.text(&["publicationnumber"]).ok_or_else(|| Fault::new("has no publication_number"))?;
    let number = publication(&printed)
        .ok_or_else(|| Fault::new(format!("its publication_number {printed:?} is no publication number")))?;
    let priorities = priorities(&row);
    let filing_date = row.date(&["filingdate"]);
    let mut patent = Patent {
        patent_type: codes::patent_type(&number),
        number,
        publication_date: row.date(&["publicationdate"]),
        filing_date,
        priority_date: row
            .date(&["prioritydate"])
            .into_iter()
            .chain(priorities.iter().filter_map(|priority| priority.date))
            .chain(filing_date)
            .min(),
        application_number: row.text(&["applicationnumberformatted", "applicationnumber"]),
        inventors: parties(&row, "inventorharmonized", "inventor"),
        assignees: parties(&row, "assigneeharmonized", "assignee"),
        examiners: parties(&row, "examiner", ""),
        cpc: cpc(&row),
        ipc: codes::ipc(&codes(&row, "ipc")),
        uspc: codes(&row, "uspc"),
        locarno: codes(&row, "locarno").into_iter().next(),
        citations: citations(&row),
        priorities,
        family: row.text(&["familyid"]).filter(|family| !NONE.contains(&family.as_str())),
        ..Patent::default()
    };
    texts(&row).settle(&mut patent);
    Ok(patent)
}

/// "US-4058776-A"; the serial may hold letters that are no prefix of ours.
fn publication(text: &str) -> Option<PatentNumber> {
    let mut parts = text.splitn(3, '-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(country), Some(serial), kind) if country.len() == 2 && !serial.is_empty() => {
            Some(PatentNumber::new(country, serial, kind.unwrap_or_default()))
        }
        _ => PatentNumber::parse(text),
    }
}

fn texts(row: &Fields) -> Languages {
    let mut languages = Languages::default();
    localized(row, "title", |language, text| languages.of(language).title = one_line(text));
    localized(row, "abstract", |language, text| {
        languages.of(language).abstract_text = block(text);
    });
    localized(row, "claims", |language, text| languages.of(language).claims = claim_list(text));
    localized(row, "claim", |language, text| languages.of(language).claims = claim_list(text));
    localized(row, "description", |language, text| {
        languages.of(language).description = paragraphs(text, None);
    });
    languages
}

/// Calls `take` with language and text: of the records of `…_localized`, or of a column `…_en` or `…` that a
/// query made of it.
fn localized(row: &Fields, name: &str, mut take: impl FnMut(&str, &str)) {
    for record in row.objects(&format!("{name}localized")) {
        if let Some(text) = record.text(&["text"]) {
            take(&record.text_or_empty(&["language"]), &text);
        }
    }
    if let Some(text) = row.text(&[&format!("{name}en"), name]) {
        take("en", &text);
    }
}

/// The names brought to one form with their countries, or else as printed.
fn parties(row: &Fields, harmonized: &str, printed: &str) -> Vec<Party> {
    let records = row.objects(harmonized).into_iter();
    let mut found: Vec<Party> = records
        .filter_map(|record| {
            Some(Party { name: record.text(&["name"])?, country: record.text(&["countrycode"]), city: None })
        })
        .collect();
    if found.is_empty() {
        found.extend(row.list(printed, ";").into_iter().map(|name| Party { name, ..Party::default() }));
    }
    found
}

fn codes(row: &Fields, name: &str) -> Vec<String> {
    let records = row.objects(name);
    if records.is_empty() {
        return row.list(name, ",");
    }
    records.iter().filter_map(|record| record.text(&["code"])).collect()
}

fn cpc(row: &Fields) -> Vec<CpcSymbol> {
    let records = row.objects("cpc");
    if records.is_empty() {
        return codes::cpc(&row.list("cpc", ","));
    }
    let mut found = Vec::new();
    for record in &records {
        let symbol = record.text(&["code"]).and_then(|code| codes::symbol(&code));
        codes::add_cpc(&mut found, symbol, record.is_true("inventive"), record.is_true("first"));
    }
    found
}

fn priorities(row: &Fields) -> Vec<Priority> {
    let claims = row.objects("priorityclaim").into_iter();
    claims
        .filter_map(|claim| {
            let printed = claim.text(&["applicationnumber", "publicationnumber"])?;
            let (country, number) = printed.split_once('-').unwrap_or(("", &printed));
            let date = claim.date(&["filingdate"]);
            Some(Priority { country: country.to_owned(), number: number.to_owned(), date })
        })
        .collect()
}

fn citations(row: &Fields) -> Vec<Citation> {
    let records = row.objects("citation");
    let mut found: Vec<Citation> = records.iter().filter_map(citation).collect();
    for number in row.list("citations", ",") {
        let known = publication(&number);
        let text = if known.is_none() { number } else { String::new() };
        found.push(Citation { number: known, text, ..Citation::default() });
    }
    found
}

fn citation(record: &Fields) -> Option<Citation> {
    let number = record.text(&["publicationnumber"]).and_then(|number| publication(&number));
    let text = record.text_or_empty(&["npltext"]);
    (number.is_some() || !text.is_empty()).then(|| Citation {
        number,
        text,
        date: record.date(&["filingdate"]),
        by: record.text(&["category"]).as_deref().and_then(codes::cited_by),
        category: record.text(&["type"]),
        ..Citation::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::CitedBy;

    #[test]
    fn a_row_of_the_whole_table() {
        let json = r#"{"publication_number":"EP-1000000-B1","family_id":"123","publication_date":"20000102",
            "filing_date":19990102,"title_localized":[{"text":"Pfanne","language":"de"},{"text":"Pan","language":"en"}],
            "abstract_localized":[],"claims_localized":[{"text":"1. A pan. 2. The pan of claim 1.","language":"en"}],
            "assignee":["Pan Ltd"],"assignee_harmonized":[{"name":"PAN LTD","country_code":"GB"}],
            "cpc":[{"code":"A47J37/10","inventive":true,"first":true},{"code":"Y02A1/00","inventive":false}],
            "priority_claim":[{"application_number":"GB-9800001-A","filing_date":19980103}],
            "citation":[{"publication_number":"US-5-A","type":"X","category":"SEA"},{"npl_text":"Pans"}]}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!((patent.number.to_string().as_str(), patent.title.as_str()), ("EP1000000B1", "Pan"));
        assert_eq!((patent.translations[0].title.as_str(), patent.claims.len()), ("Pfanne", 2));
        assert_eq!(patent.priority_date, Some(jiff::civil::date(1998, 1, 3)));
        assert_eq!((patent.assignees[0].name.as_str(), patent.family.as_deref()), ("PAN LTD", Some("123")));
        assert!(patent.cpc[0].first && patent.cpc[0].inventive && !patent.cpc[1].inventive);
        assert_eq!(patent.citations[0].category.as_deref(), Some("X"));
        assert_eq!(patent.citations[0].by, Some(CitedBy::Examiner));
    }

    #[test]
    fn a_row_of_a_query() {
        let json = r#"{"publication_number":"US-4058776-A","abstract_en":"A pan.","Citations":"US-3792375-A,US-3882420-A"}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(
            (patent.number.to_string().as_str(), patent.abstract_text.as_str()),
            ("US4058776A", "A pan.")
        );
        assert_eq!(patent.citations.len(), 2);
        assert_eq!(patent.citations[1].number.as_ref().unwrap().to_string(), "US3882420A");
    }

    #[test]
    fn the_number_must_be_one() {
        assert_eq!(parse(b"{}").unwrap_err().message, "has no publication_number");
        let fault = parse(br#"{"publication_number":"a pan"}"#).unwrap_err();
        assert_eq!(fault.message, "its publication_number \"a pan\" is no publication number");
    }
}
