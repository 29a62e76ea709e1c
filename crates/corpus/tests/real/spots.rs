//! Patents of each kind, field by field, as their raw documents were read by eye.

use priorart_corpus::{Citation, CitedBy, Claim, CpcSymbol, Patent, PatentType};

use crate::support::{patents, shared};

/// The patent of that number; `None`, loudly, where the shared data is absent.
pub(crate) fn one(folder: &str, number: &str) -> Option<Patent> {
    let found = patents(&shared(folder)?).into_iter().find(|(_, patent)| patent.number.to_string() == number);
    Some(found.unwrap_or_else(|| panic!("{number} is not there")).1)
}

fn grant(number: &str) -> Option<Patent> {
    one("grants-v4", number)
}

fn application(number: &str) -> Option<Patent> {
    one("applications-v4", number)
}

#[track_caller]
pub(crate) fn check_dates(patent: &Patent, published: &str, filed: &str, priority: &str) {
    let dates = [patent.publication_date, patent.filing_date, patent.priority_date];
    assert_eq!(dates.map(|date| date.unwrap().to_string()), [published, filed, priority]);
}

#[track_caller]
pub(crate) fn check_claim(patent: &Patent, number: u32, depends_on: &[u32], part: &str) {
    let claim = patent.claims.iter().find(|claim| claim.number == number).unwrap();
    assert_eq!(claim.depends_on, depends_on);
    assert!(claim.text.contains(part), "{}", claim.text);
}

#[track_caller]
pub(crate) fn check_description(patent: &Patent, part: &str) {
    let found = patent.description.iter().any(|paragraph| paragraph.text.contains(part));
    assert!(found, "{part:?} is not in {}", patent.number);
}

fn literature(citations: &[Citation]) -> usize {
    citations.iter().filter(|citation| citation.number.is_none()).count()
}

#[test]
fn a_utility_patent_of_the_second_generation() {
    let Some(patent) = grant("US8926509B2") else {
        return;
    };
    assert_eq!(patent.patent_type, PatentType::Utility);
    assert_eq!(patent.title, "Wireless physiological sensor patches and systems");
    check_dates(&patent, "2015-01-06", "2008-06-05", "2007-08-24");
    let symbol = |symbol: &str, inventive, first| CpcSymbol { symbol: symbol.into(), inventive, first };
    assert_eq!(patent.cpc.len(), 19);
    assert_eq!(patent.cpc[0], symbol("A61B5/0205", true, true));
    assert!(patent.cpc.contains(&symbol("A61B2560/0209", false, false)));
    // Only the combination sets have it.
    assert!(patent.cpc.contains(&symbol("H04W84/18", true, false)));
    assert_eq!((patent.citations.len(), literature(&patent.citations)), (160, 30));
    let first = Citation {
        number: Some("US4313443A".parse().unwrap()),
        date: Some("1982-02-01".parse().unwrap()),
        name: Some("Frosch et al.".into()),
        by: Some(CitedBy::Applicant),
        ..Citation::default()
    };
    assert_eq!(patent.citations[0], first);
    assert_eq!((patent.applicants.len(), patent.inventors.len()), (5, 5));
    assert_eq!(patent.assignees[0].name, "Hmicro, Inc.");
    assert_eq!(patent.related[0].number, "60968023");
    assert_eq!(patent.claims.len(), 31);
    check_claim(&patent, 1, &[], "physiological signals, comprising:\n(a) a patch-ASIC chip");
}

#[test]
fn a_utility_patent_of_the_first_generation_with_a_table() {
    let Some(patent) = grant("US7891087B2") else {
        return;
    };
    check_dates(&patent, "2011-02-22", "2009-06-05", "2008-07-07");
    assert_eq!(patent.uspc, ["29/827", "29/25.41", "29/25.42", "29/854", "29/857", "29/884"]);
    assert_eq!(patent.inventors[0].name, "Chang Hoon Yang");
    assert!(patent.applicants.is_empty());
    assert_eq!(patent.citations[0].by, Some(CitedBy::Examiner));
    assert_eq!((patent.claims.len(), patent.description.len()), (9, 64));
    check_description(
        &patent,
        "TABLE 1\nInductance | Area of bus\nClass | (nH) | bar\nBus bar of embodiment of | 6.3 | 100%",
    );
}

#[test]
fn formulas_and_the_seventh_edition() {
    let Some(patent) = grant("US6839175B2") else {
        return;
    };
    assert_eq!(patent.ipc, ["G02B5/20", "G02F1/21", "G02F1/23"]);
    assert_eq!((patent.citations.len(), literature(&patent.citations)), (51, 42));
    check_description(&patent, "λ = (2tl)/(m)√(n^2 - sin^2α)(1)");
}

#[test]
fn a_range_of_claims() {
    let Some(patent) = grant("US7863256B2") else {
        return;
    };
    check_claim(&patent, 18, &[1, 13, 14, 15, 16, 17], "any one of claims 1 and 13-17, wherein");
}

#[test]
fn a_design() {
    let Some(design) = grant("USD907292S1") else {
        return;
    };
    assert_eq!(design.patent_type, PatentType::Design);
    check_dates(&design, "2021-01-05", "2019-02-20", "2013-09-25");
    let claim = Claim {
        number: 1,
        text: "The ornamental design for a shaving blade cartridge, as shown and described.".into(),
        depends_on: vec![],
    };
    assert_eq!(design.claims, [claim]);
    assert!(design.abstract_text.is_empty());
    assert_eq!(design.locarno.as_deref(), Some("2803"));
    assert_eq!(design.uspc, ["D28/47"]);
    let parents: Vec<&str> = design.related.iter().map(|related| related.number.as_str()).collect();
    assert_eq!(parents, ["29606243", "15275884", "14037863"]);
}

#[test]
fn a_plant() {
    let Some(plant) = grant("USPP18398P2") else { return };
    assert_eq!(plant.patent_type, PatentType::Plant);
    assert_eq!(plant.title, "Sedum telephium plant named ‘Beka’");
    assert_eq!(
        (plant.ipc.as_slice(), plant.uspc.as_slice()),
        (&["A01H5/00".to_owned()][..], &["PLT/263".to_owned()][..])
    );
    assert_eq!(plant.claim_statement, "I claim:");
    assert_eq!((plant.source.record, plant.description.len()), (7, 14));
}

#[test]
fn a_reissue() {
    let Some(reissue) = grant("USRE49257E1") else {
        return;
    };
    assert_eq!(reissue.patent_type, PatentType::Reissue);
    check_dates(&reissue, "2022-10-25", "2020-11-12", "2015-05-29");
    let relations: Vec<(&str, &str)> =
        reissue.related.iter().map(|related| (related.relation.as_str(), related.number.as_str())).collect();
    assert_eq!(relations, [("reissue", "15577437"), ("us-provisional-application", "62167931")]);
    assert_eq!((reissue.citations.len(), literature(&reissue.citations)), (51, 6));
}

#[test]
fn a_statutory_invention_registration() {
    let Some(sir) = grant("USH2140H1") else { return };
    assert_eq!(sir.patent_type, PatentType::Sir);
    check_dates(&sir, "2006-01-03", "1999-10-22", "1998-11-18");
    let pct = sir.pct.as_ref().unwrap();
    assert_eq!(pct.application.as_deref(), Some("PCT/AU99/00917"));
    assert_eq!(pct.publication.as_deref(), Some("WO00/29629A"));
    assert_eq!(pct.national_date.unwrap().to_string(), "2002-07-02");
    assert_eq!(sir.uspc[3], "261/112.1");
    assert_eq!(sir.citations[9].number.as_ref().unwrap().to_string(), "WO1998051827");
    assert_eq!((sir.citations.len(), literature(&sir.citations)), (15, 5));
    check_claim(&sir, 1, &[], "by bio-oxidation comprising;\na) treating");
    check_description(&sir, "between 10^5 and 10^9");
}

#[test]
fn an_application_with_canceled_claims() {
    let Some(application) = application("US20210048686A1") else {
        return;
    };
    check_dates(&application, "2021-02-18", "2019-03-28", "2018-03-29");
    assert_eq!(application.priorities[0].number, "10 2018 002 630.3");
    assert_eq!(application.pct.as_ref().unwrap().application.as_deref(), Some("PCT/EP2019/057820"));
    assert_eq!(application.claims[0].text, "1-24. (canceled)");
    check_claim(&application, 32, &[3, 31], "claim 31 when dependent on claim 3");
}

#[test]
fn an_application_in_a_zip_in_a_zip() {
    let Some(application) = application("US20250204297A1") else {
        return;
    };
    check_dates(&application, "2025-06-26", "2024-12-11", "2023-12-22");
    assert!(application.source.file.contains(".ZIP!"), "{}", application.source.file);
    assert_eq!(application.cpc[0].symbol, "A01B63/32");
    assert_eq!(application.inventors[0].name, "Marcelo Roberto PIVIDORI");
    assert_eq!(application.claims.len(), 9);
}
