//! PatentsView: the rows of all tables that belong to one patent, joined; and the records of its API.
//!
//! A column's meaning is in its name, so a table is not known by its file's name: a row with `claim_text` is a
//! claim, a row with `cpc_group` a classification. A query's result that holds several tables side by side
//! reads like the tables.
//!
//! Source of the format: the data dictionary at <https://patentsview.org/download/data-download-dictionary>.

use serde_json::Value;

use super::fields::{Fields, value};
use super::text::{block, claim, claim_list, leading_number, one_line, paragraphs};
use crate::codes::{self, symbol};
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::{
    Citation, CitedBy, Claim, CpcSymbol, Paragraph, Party, Patent, PatentType, Priority, Section,
};

/// Columns that hold a title; a row that has one is the patent's own row.
pub(crate) const TITLE: [&str; 3] = ["patenttitle", "applicationtitle", "title"];

/// Reads the rows of one patent.
pub(crate) fn parse(document: &[u8]) -> Result<Patent, Fault> {
    let rows = rows(value(document)?);
    let main = rows.iter().find(|row| row.text(&TITLE).is_some()).ok_or_else(|| {
        Fault::new("has no row with its title: g_patent or pg_published_application is missing")
    })?;
    let number = number(main).ok_or_else(|| Fault::new("has no patent_id"))?;
    let priorities: Vec<Priority> = rows.iter().filter_map(priority).collect();
    let filing_date = rows.iter().find_map(filing_date);
    let abstract_text = first(&rows, &["patentabstract", "applicationabstract", "abstract"]);
    Ok(Patent {
        patent_type: patent_type(main, &number),
        number,
        title: one_line(&main.text_or_empty(&TITLE)),
        abstract_text: block(&abstract_text.unwrap_or_default()),
        claims: claims(&rows),
        description: description(&rows),
        publication_date: main.date(&["patentdate", "publisheddate", "date"]),
        filing_date,
        priority_date: priorities.iter().filter_map(|priority| priority.date).chain(filing_date).min(),
        application_number: first(&rows, &["applicationid", "appnumber"]),
        assignees: people(&rows, "assignee", assignee),
        inventors: people(&rows, "inventor", |row| person(row, "inventor")),
        examiners: people(&rows, "examiner", |row| person(row, "examiner")),
        cpc: cpc(&rows),
        ipc: ipc(&rows),
        uspc: distinct(
            ordered(with(&rows, &["uspcsubclassid"]), "uspcsequence").into_iter().filter_map(uspc),
        ),
        citations: ordered(with(&rows, &CITED), "citationsequence")
            .into_iter()
            .filter_map(citation)
            .collect(),
        priorities,
        ..Patent::default()
    })
}

/// An array is rows; an object is a record of the API, whose lists hold rows.
fn rows(document: Value) -> Vec<Fields> {
    let objects = |items: Vec<Value>| {
        items.into_iter().filter_map(|item| match item {
            Value::Object(object) => Some(Fields::of(object)),
            _ => None,
        })
    };
    match document {
        Value::Array(items) => objects(items).collect(),
        Value::Object(mut record) => {
            let lists: Vec<Value> =
                record.values_mut().filter(|value| value.is_array()).map(Value::take).collect();
            let nested = lists.into_iter().flat_map(|list| match list {
                Value::Array(items) => items,
                _ => Vec::new(),
            });
            let nested: Vec<Fields> = objects(nested.collect()).collect();
            std::iter::once(Fields::of(record)).chain(nested).collect()
        }
        _ => Vec::new(),
    }
}

/// The kind may be missing; of what is cited it stands in a column of the same name, so only the patent's own
/// row is asked.
fn number(main: &Fields) -> Option<PatentNumber> {
    let id = main.text(&["pgpubid", "patentid", "patentnumber", "id"])?;
    let number = PatentNumber::new("US", &id, &main.text_or_empty(&["wipokind", "kind"]));
    (!number.serial.is_empty()).then_some(number)
}

fn patent_type(main: &Fields, number: &PatentNumber) -> PatentType {
    match main.text(&["patenttype", "type"]).as_deref() {
        Some("design") => PatentType::Design,
        Some("plant") => PatentType::Plant,
        Some("reissue") => PatentType::Reissue,
        Some("statutory invention registration") => PatentType::Sir,
        // "new", of applications before 2005, says nothing.
        _ => codes::patent_type(number),
    }
}

fn first(rows: &[Fields], names: &[&str]) -> Option<String> {
    rows.iter().find_map(|row| row.text(names))
}

/// A priority claim has a filing date as well, of another application.
fn filing_date(row: &Fields) -> Option<crate::Date> {
    if row.has("foreignapplicationid") { None } else { row.date(&["filingdate", "appdate"]) }
}

fn priority(row: &Fields) -> Option<Priority> {
    Some(Priority {
        number: row.text(&["foreignapplicationid"])?,
        country: row.text_or_empty(&["foreigncountryfiled"]),
        date: row.date(&["filingdate"]),
    })
}

/// Columns that tell what is cited.
const CITED: [&str; 5] = [
    "citationpatentid",
    "citationdocumentnumber",
    "citedpatentnumber",
    "citationapplicationid",
    "otherreferencetext",
];

/// The rows that have one of the columns: of thousands, most are about something else.
fn with<'a>(rows: &'a [Fields], columns: &[&str]) -> Vec<&'a Fields> {
    rows.iter().filter(|row| columns.iter().any(|column| row.has(column))).collect()
}

/// The rows by the value of the column: "0", "1", "10".
fn ordered<'a>(rows: Vec<&'a Fields>, sequence: &str) -> Vec<&'a Fields> {
    let place = |row: &Fields| row.text(&[sequence]).and_then(|text| text.parse::<f64>().ok());
    let mut found: Vec<(f64, &Fields)> =
        rows.into_iter().map(|row| (place(row).unwrap_or(f64::MAX), row)).collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().map(|(_, row)| row).collect()
}

fn distinct<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for item in items {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}

fn claims(rows: &[Fields]) -> Vec<Claim> {
    let sequence = ordered(with(rows, &["claimtext"]), "claimsequence");
    let texts = sequence.iter().filter_map(|row| Some((*row, row.text(&["claimtext"])?)));
    let found: Vec<Claim> = (1..)
        .zip(texts)
        .filter_map(|(position, (row, text))| {
            let printed = row.text(&["claimnumber"]).and_then(|number| number.parse().ok());
            let (leading, body) =
                leading_number(&text).map_or((None, text.as_str()), |(n, body)| (Some(n), body));
            claim(printed.or(leading).unwrap_or(position), body)
        })
        .collect();
    // The claims of one patent in a single text.
    if let [only] = found.as_slice()
        && let whole = claim_list(&only.text)
        && whole.len() > 1
    {
        return whole;
    }
    found
}

fn description(rows: &[Fields]) -> Vec<Paragraph> {
    let parts = [
        ("summarytext", Section::Summary),
        ("drawdesctext", Section::Drawings),
        ("descriptiontext", Section::Detail),
    ];
    let rows = ordered(with(rows, &parts.map(|(column, _)| column)), "drawdescsequence");
    parts
        .iter()
        .flat_map(|(column, section)| rows.iter().filter_map(|row| Some((row.text(&[*column])?, *section))))
        .flat_map(|(text, section)| paragraphs(&text, Some(section)))
        .collect()
}

/// People in their order; where there are rows with disambiguated names, those are taken and not the others.
fn people(rows: &[Fields], role: &str, read: impl Fn(&Fields) -> Option<Party>) -> Vec<Party> {
    let named = rows.iter().filter(|row| row.names().any(|name| name.contains(role))).collect();
    let (rows, raw) = (ordered(named, &format!("{role}sequence")), format!("raw{role}"));
    let is_raw = |row: &&Fields| row.names().any(|name| name.starts_with(&raw));
    let [raw, disambiguated] = [true, false]
        .map(|wanted| distinct(rows.iter().filter(|row| is_raw(row) == wanted).filter_map(|row| read(row))));
    if disambiguated.is_empty() { raw } else { disambiguated }
}

fn person(row: &Fields, role: &str) -> Option<Party> {
    let part = |part: &str| {
        row.text(&[
            &format!("disambig{role}name{part}"),
            &format!("raw{role}name{part}"),
            &format!("{role}name{part}"),
            &format!("{role}{part}name"),
        ])
    };
    let name = [part("first"), part("last")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then(|| Party {
        name,
        city: row.text(&[&format!("{role}city")]),
        country: row.text(&[&format!("{role}country")]),
    })
}

/// An organisation, or a person. A table with locations side by side has the assignee's.
fn assignee(row: &Fields) -> Option<Party> {
    let organization =
        row.text(&["disambigassigneeorganization", "rawassigneeorganization", "assigneeorganization"]);
    let part = |part: &str| {
        row.text(&[
            &format!("disambigassigneeindividualname{part}"),
            &format!("rawassigneeindividualname{part}"),
        ])
    };
    let name = organization
        .unwrap_or_else(|| [part("first"), part("last")].into_iter().flatten().collect::<Vec<_>>().join(" "));
    (!name.is_empty()).then(|| Party {
        name,
        city: row.text(&["disambigcity", "assigneecity"]),
        country: row.text(&["disambigcountry", "assigneecountry"]),
    })
}

/// Columns that have a symbol of the CPC, the finest first.
const CPC: [&str; 3] = ["cpcsubgroupid", "cpcgroup", "cpcgroupid"];

fn cpc(rows: &[Fields]) -> Vec<CpcSymbol> {
    let mut found = Vec::new();
    for row in ordered(with(rows, &CPC), "cpcsequence") {
        let symbol = row.text(&CPC).and_then(|text| symbol(&text));
        let inventive = row.text(&["cpctype"]).is_none_or(|value| value.starts_with("inventi"));
        let first = row.text(&["cpcsequence"]).map_or(found.is_empty(), |sequence| sequence == "0");
        codes::add_cpc(&mut found, symbol, inventive, first);
    }
    found
}

fn ipc(rows: &[Fields]) -> Vec<String> {
    let symbols = ordered(with(rows, &["ipcclass"]), "ipcsequence").into_iter().filter_map(|row| {
        let part = |name| row.text(&[name]);
        let class = format!("{:0>2}", part("ipcclass")?);
        let subclass = format!("{}{class}{}", part("section")?, part("subclass")?);
        symbol(&match (part("maingroup"), part("subgroup")) {
            (Some(group), Some(subgroup)) => format!("{subclass}{group}/{subgroup:0>2}"),
            _ => subclass,
        })
    });
    distinct(symbols)
}

/// The subclass repeats the class: "403", "403/396".
fn uspc(row: &Fields) -> Option<String> {
    let subclass = row.text(&["uspcsubclassid"])?;
    if subclass.contains('/') {
        return Some(subclass);
    }
    Some(format!("{}/{subclass}", row.text(&["uspcmainclassid"])?))
}

fn citation(row: &Fields) -> Option<Citation> {
    let domestic = row.text(&["citationpatentid", "citationdocumentnumber", "citedpatentnumber"]);
    let foreign = row.text(&["citationapplicationid"]);
    let text = row.text_or_empty(&["otherreferencetext"]);
    let country = if domestic.is_some() { None } else { row.text(&["citationcountry"]) };
    let number = domestic.or(foreign).map(|serial| {
        let kind = row.text_or_empty(&["wipokind"]);
        PatentNumber::new(country.as_deref().unwrap_or("US"), &serial, &kind)
    });
    (number.is_some() || !text.is_empty()).then(|| Citation {
        number,
        text,
        date: row.date(&["citationdate"]),
        name: row.text(&["recordname"]),
        by: row.text(&["citationcategory"]).as_deref().and_then(cited_by),
        category: None,
    })
}

fn cited_by(category: &str) -> Option<CitedBy> {
    match category.trim_start_matches("cited by ") {
        "examiner" => Some(CitedBy::Examiner),
        "applicant" => Some(CitedBy::Applicant),
        "third party" => Some(CitedBy::ThirdParty),
        "other" => Some(CitedBy::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_all_tables_make_a_patent() {
        let json = r#"[{"patent_id":"7000001","claim_sequence":"1","claim_number":"2","claim_text":"2. The pan of claim 1."},
            {"patent_id":"7000001","claim_sequence":"0","claim_number":"1","claim_text":"1. A pan."},
            {"patent_id":"7000001","patent_type":"utility","patent_date":"2006-02-14","patent_title":"Pan","wipo_kind":"B2"},
            {"patent_id":"7000001","patent_abstract":"Flat."},
            {"patent_id":"7000001","application_id":"10999999","filing_date":"2004-12-01"},
            {"patent_id":"7000001","foreign_application_id":"103","filing_date":"2003-12-01","foreign_country_filed":"DE"},
            {"patent_id":"7000001","citation_sequence":"0","citation_patent_id":"5000000","wipo_kind":"A","citation_category":"cited by examiner"},
            {"patent_id":"7000001","cpc_sequence":"1","cpc_group":"A47J27/00","cpc_type":"additional"},
            {"patent_id":"7000001","cpc_sequence":"0","cpc_group":"A47J37/10","cpc_type":"inventional"},
            {"patent_id":"7000001","section":"A","ipc_class":"47","subclass":"J","main_group":"37","subgroup":"10"},
            {"patent_id":"7000001","inventor_sequence":"0","raw_inventor_name_first":"L.","raw_inventor_name_last":"Euler"},
            {"patent_id":"7000001","inventor_sequence":"0","disambig_inventor_name_first":"Leonhard","disambig_inventor_name_last":"Euler"},
            {"patent_id":"7000001","assignee_sequence":"0","disambig_assignee_organization":"Pan AG"},
            {"patent_id":"7000001","description_text":"A pan is flat.\nA pot is not."}]"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!(patent.number.to_string(), "US7000001B2");
        assert_eq!((patent.title.as_str(), patent.abstract_text.as_str()), ("Pan", "Flat."));
        let claims: Vec<_> = patent.claims.iter().map(|claim| (claim.number, claim.text.as_str())).collect();
        assert_eq!(claims, [(1, "A pan."), (2, "The pan of claim 1.")]);
        assert_eq!(patent.filing_date, Some(jiff::civil::date(2004, 12, 1)));
        assert_eq!(patent.priority_date, Some(jiff::civil::date(2003, 12, 1)));
        assert_eq!(patent.citations[0].number.as_ref().unwrap().to_string(), "US5000000A");
        assert_eq!((patent.cpc[0].symbol.as_str(), patent.cpc[1].inventive), ("A47J37/10", false));
        assert_eq!(patent.ipc, ["A47J37/10"]);
        assert_eq!((patent.inventors.len(), patent.inventors[0].name.as_str()), (1, "Leonhard Euler"));
        assert_eq!((patent.assignees[0].name.as_str(), patent.description.len()), ("Pan AG", 2));
    }

    #[test]
    fn a_record_of_the_api_is_rows_in_lists() {
        let json = r#"{"patent_number":"9928926","patent_title":"Pan","patent_date":"2018-03-27",
            "applications":[{"app_number":"14242912","app_date":"2014-04-02"}],"assignees":[{"assignee_country":null}],
            "cited_patents":[{"cited_patent_number":"2969308"},{"cited_patent_number":null}],
            "citedby_patents":[{"citedby_patent_number":"1"}],"cpcs":[{"cpc_group_id":"B64G","cpc_subgroup_id":"B64G1/40"}]}"#;
        let patent = parse(json.as_bytes()).unwrap();
        assert_eq!((patent.number.to_string().as_str(), patent.citations.len()), ("US9928926", 1));
        assert_eq!(patent.cpc[0].symbol, "B64G1/40");
        assert_eq!(patent.filing_date, Some(jiff::civil::date(2014, 4, 2)));
    }

    #[test]
    fn without_its_own_row_it_is_no_patent() {
        let fault = parse(br#"[{"patent_id":"7","claim_text":"A pan"}]"#).unwrap_err();
        assert!(fault.message.starts_with("has no row with its title"), "{}", fault.message);
    }
}
