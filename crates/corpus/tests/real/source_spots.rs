//! Patents of each source, field by field, as their raw documents were read by eye.

use priorart_corpus::{Citation, CitedBy, CpcSymbol, Patent};

use crate::support::{patents, shared_data};

/// The patent of that number; `None`, loudly, where the shared data is absent.
fn one(path: &str, number: &str) -> Option<Patent> {
    let found =
        patents(&shared_data(path)?).into_iter().find(|(_, patent)| patent.number.to_string() == number);
    Some(found.unwrap_or_else(|| panic!("{number} is not there")).1)
}

#[track_caller]
fn check_dates(patent: &Patent, published: &str, filed: &str, priority: &str) {
    let dates = [patent.publication_date, patent.filing_date, patent.priority_date];
    assert_eq!(dates.map(|date| date.unwrap().to_string()), [published, filed, priority]);
}

/// Cited patents by number, then the first words of cited literature.
fn cited(citations: &[Citation]) -> Vec<String> {
    let name = |citation: &Citation| {
        let words = citation.text.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        citation.number.as_ref().map_or(words, ToString::to_string)
    };
    citations.iter().map(name).collect()
}

#[test]
fn an_ep_specification_in_three_languages() {
    let Some(patent) = one("epo/fulltext/go-epo-eps__v1-5-B1.xml", "EP3404678B1") else { return };
    assert_eq!(patent.title, "HIGH VOLTAGE ASSEMBLY AND METHOD TO OPERATE THE HIGH VOLTAGE ASSEMBLY");
    assert_eq!(patent.language.as_deref(), Some("en"));
    check_dates(&patent, "2021-06-30", "2017-05-17", "2017-05-17");
    assert_eq!(patent.application_number.as_deref(), Some("17171508.9"));
    assert_eq!(patent.ipc, ["H01F27/14", "H01F27/40"]);
    assert_eq!(
        cited(&patent.citations),
        [
            "EP3109871A1",
            "FR84247E",
            "GB693448A",
            "US20080197955A1",
            "EP3109871A1",
            "US20080197955A1",
            "GB693448A"
        ]
    );
    assert_eq!(
        (patent.citations[3].by, patent.citations[4].by),
        (Some(CitedBy::Examiner), Some(CitedBy::Applicant))
    );
    assert_eq!(
        (patent.inventors[0].name.as_str(), patent.assignees[0].name.as_str()),
        ("HARTHUM, Jörg", "General Electric Technology GmbH")
    );
    assert!(
        patent.claims[0]
            .text
            .starts_with("A high voltage assembly (2) comprising:\n- a sealed compartment (4)")
    );
    let languages: Vec<_> = patent.translations.iter().map(|other| other.language.as_str()).collect();
    assert_eq!(languages, ["de", "fr"]);
    assert!(patent.translations[0].claims[0].text.starts_with("Hochspannungsanordnung (2), umfassend:"));
    assert_eq!(patent.description[1].number.as_deref(), Some("0001"));
}

#[test]
fn an_ep_application_of_a_japanese_one() {
    let Some(patent) = one("epo/fulltext/go-epo-eps__v1-0-A1.xml", "EP1325900A1") else { return };
    check_dates(&patent, "2003-07-09", "2001-09-05", "2000-09-08");
    assert_eq!(patent.ipc, ["C07C29/44", "C07C31/38"]);
    assert_eq!(
        (patent.priorities[0].country.as_str(), patent.priorities[0].number.as_str()),
        ("JP", "2000273711")
    );
    let pct = patent.pct.as_ref().unwrap();
    assert_eq!(
        (pct.application.as_deref(), pct.publication.as_deref()),
        (Some("JP0107711"), Some("WO02020444"))
    );
    assert_eq!(patent.applicants[0].name, "ASAHI GLASS COMPANY LTD.");
    assert!(
        patent.abstract_text.contains("CHR1R2OH, a radical initiator and CF2=CFRf"),
        "{}",
        patent.abstract_text
    );
}

#[test]
fn a_divisional_ep_specification() {
    let Some(patent) = one("epo/fulltext/go-epo-eps__v1-2-B2.xml", "EP430402B2") else { return };
    assert_eq!(
        (patent.related[0].relation.as_str(), patent.related[0].number.as_str()),
        ("division", "0885971")
    );
    assert_eq!(cited(&patent.citations)[0], "WO1990005789A");
    assert_eq!((patent.claims.len(), patent.translations.len()), (4, 2));
}

#[test]
fn docdb_has_families_and_search_reports() {
    let Some(patent) = one("epo/docdb", "WO2022259205A1") else { return };
    check_dates(&patent, "2022-12-15", "2022-06-09", "2021-06-11");
    assert_eq!(patent.family.as_deref(), Some("82558028"));
    assert_eq!(patent.ipc[..2], ["A61K8/04", "A61K9/00"]);
    assert_eq!(patent.cpc[0], CpcSymbol { symbol: "A61K9/1075".into(), inventive: true, first: true });
    assert_eq!(
        (patent.inventors.len(), patent.inventors[0].name.as_str()),
        (8, "OLIVEIRA DOS SANTOS, Adriana")
    );
    assert_eq!(
        (patent.applicants[0].name.as_str(), patent.applicants[0].country.as_deref()),
        ("UNIVERSIDADE DA BEIRA INTERIOR", Some("PT"))
    );
    let first = &patent.citations[0];
    assert!(first.text.starts_with("BEZERRA-SOUZA ADRIANA ET AL: \"Repurposing Butenafine"));
    assert_eq!((first.category.as_deref(), first.by), (Some("XY"), Some(CitedBy::Examiner)));
    assert_eq!(patent.translations.len(), 1);

    let Some(patent) = one("epo/docdb", "AP1206A") else { return };
    assert_eq!(cited(&patent.citations), ["US5556839A", "US5510114A", "US5326570A"]);
    assert_eq!(patent.citations[0].name.as_deref(), Some("GREENE JAMES M [US], et al"));
    assert_eq!(patent.family_members[0].to_string(), "AP2000001988A0");
}

#[test]
fn marec_has_all_offices_in_one_form() {
    let Some(patent) = one("marec/grobid__EP-1118683-B1.xml", "EP1118683B1") else { return };
    check_dates(&patent, "2004-10-20", "2001-01-16", "2000-01-20");
    assert_eq!(patent.ipc, ["B01D61/14", "B01D61/16", "C01G55/00", "C22B3/00", "C22B3/22"]);
    assert_eq!(patent.inventors[1].name, "Bläse, Dieter");
    assert_eq!(patent.assignees[0].name, "MEMBRAFLOW GMBH & CO. KG Filtersysteme");
    assert!(patent.claims[1].text.starts_with("Process according to claim 1"));

    let Some(patent) = one("marec/grobid__US-20030000393-A1.xml", "US20030000393A1") else { return };
    assert_eq!(
        (patent.uspc.as_slice(), patent.family.as_deref()),
        (&["99/279".to_owned()][..], Some("8846250"))
    );
    assert_eq!(patent.description[1].number.as_deref(), Some("0002"));

    let Some(patent) = one("marec/patents-reengineering__WO-1978000001-A1.xml", "WO1978000001A1") else {
        return;
    };
    assert_eq!((patent.claims.len(), patent.claims[1].depends_on.as_slice()), (45, &[1][..]));
    assert_eq!(cited(&patent.citations)[0], "US3560400A");
}

#[test]
fn marec_may_have_no_bibliographic_data() {
    let Some(patent) = one("marec/grobid__JP2005518157.xml", "JP2005518157") else { return };
    assert_eq!((patent.language.as_deref(), patent.claims.len()), (Some("ja"), 10));
    assert_eq!(patent.description[0].text, "発明の分野");
}

#[test]
fn the_lens_and_bigquery() {
    let Some(patent) = one("datasets/lens", "WO2015057966A2") else { return };
    check_dates(&patent, "2015-04-23", "2014-10-16", "2013-10-16");
    assert_eq!((patent.priorities.len(), patent.cpc.len(), patent.applicants.len()), (2, 11, 4));

    let Some(patent) = one("datasets/lens", "EP259054B9") else { return };
    assert_eq!(patent.ipc, ["F16F9/10", "F16F13/00", "F16F13/30", "F16M7/00"]);

    let Some(patent) = one("datasets/bigquery", "US20040137729A1") else { return };
    assert_eq!((patent.citations.len(), cited(&patent.citations)[2].as_str()), (9, "US20010001472A1"));
}

#[test]
fn patentsview_rows_are_joined() {
    let Some(patent) = one("datasets/patentsview/nuclear-power-patent-analysis__G21B.csv", "US20140044226A1")
    else {
        return;
    };
    check_dates(&patent, "2014-02-13", "2013-10-18", "2013-10-18");
    assert_eq!(patent.cpc, [CpcSymbol { symbol: "G21B1/23".into(), inventive: true, first: false }]);

    let Some(patent) = one("datasets/patentsview/nuclear-power-patent-analysis__G21J.json", "US10793295")
    else {
        return;
    };
    assert_eq!(cited(&patent.citations), ["US4025387", "US5222863", "US6024935", "US7588213"]);
    assert_eq!(patent.application_number.as_deref(), Some("15832460"));
}
