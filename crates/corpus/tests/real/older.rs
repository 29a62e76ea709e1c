//! Patents of the formats before 2005, field by field, as their raw documents were read by eye.

use priorart_corpus::{Party, PatentType, Priority};

use crate::spots::{check_claim, check_dates, check_description, one};

fn names(parties: &[Party]) -> Vec<&str> {
    parties.iter().map(|party| party.name.as_str()).collect()
}

#[test]
fn a_reissue_in_the_green_book() {
    let Some(patent) = one("aps/patentr__TXT-sample-2", "USRE28671") else { return };
    assert_eq!(patent.patent_type, PatentType::Reissue);
    assert_eq!(patent.title, "Hydrophone damper assembly");
    check_dates(&patent, "1976-01-06", "1974-08-26", "1971-06-09");
    assert_eq!(patent.application_number.as_deref(), Some("05500649"));
    assert_eq!(patent.uspc, ["9/8R", "340/2", "340/3T", "340/7R", "340/8R"]);
    assert_eq!(patent.ipc, ["B63B21/52", "B63B51/02"]);
    assert_eq!(patent.citations.len(), 8);
    assert_eq!(patent.citations[0].number.as_ref().unwrap().to_string(), "US2790186");
    assert_eq!(
        (names(&patent.inventors), names(&patent.assignees)),
        (vec!["James W. Widenhofer"], vec!["Sparton Corporation"])
    );
    assert_eq!(names(&patent.examiners), ["Trygve M. Blix", "Sherman D. Basinger"]);
    // Claims 13 to 18 were added to the text of claim 12.
    assert_eq!(patent.claims.len(), 18);
    check_claim(&patent, 13, &[], "A hydrophone damper comprising, in combination, an envelope");
    check_claim(&patent, 14, &[13], "wherein said envelope comprises a tube");
    check_description(&patent, "located at 180° with respect to");
}

#[test]
fn a_foreign_citation_in_the_green_book() {
    let Some(patent) = one("aps/patentr__TXT-sample-2", "USRE28672") else { return };
    let foreign: Vec<String> =
        patent.citations[5..].iter().map(|it| it.number.as_ref().unwrap().to_string()).collect();
    assert_eq!(foreign, ["GB970771", "FR1099154"]);
    check_description(&patent, "honeycombed core/stressed");
}

#[test]
fn a_grant_of_2002() {
    let Some(patent) = one("patdoc-v2", "US6336130B1") else { return };
    assert_eq!(patent.title, "Arrangement for improving availability of services in a communication system");
    check_dates(&patent, "2002-01-01", "1999-10-05", "1997-04-08");
    assert_eq!(
        (patent.ipc, patent.uspc),
        (
            vec!["G06F15/16".to_owned(), "G06F13/00".to_owned()],
            vec!["709/202".to_owned(), "709/201".to_owned()]
        )
    );
    let priority =
        Priority { country: "NO".into(), number: "971605".into(), date: Some("1997-04-08".parse().unwrap()) };
    assert_eq!(patent.priorities, [priority]);
    assert_eq!(
        (patent.related[0].relation.as_str(), patent.related[0].number.as_str()),
        ("continuation", "PCT/NO98/00107")
    );
    assert_eq!(
        (names(&patent.inventors), names(&patent.assignees)),
        (vec!["Thanh Van Do"], vec!["Telefonaktiebolaget LM Ericsson (publ)"])
    );
    let literature: Vec<&str> =
        patent.citations.iter().filter(|it| it.number.is_none()).map(|it| it.text.as_str()).collect();
    assert_eq!(literature.len(), 3);
    assert!(
        literature[0].contains("‘Intelligence on Demand’ in Telecommunications; Globecom '96"),
        "{}",
        literature[0]
    );
    assert!(literature[2].contains("T. Handegåard, “The TINA Consortium”."), "{}", literature[2]);
    assert_eq!(patent.claims.len(), 22);
}

#[test]
fn entities_and_formulas_of_2002() {
    let Some(patent) = one("patdoc-v2", "US6337117B1") else { return };
    check_claim(&patent, 7, &[1], "luminous intensity of 1×10^−12 seconds or more");
    check_description(&patent, "COMPOSITION OF\nNANOPARTICLE- | AMOUNT OF USE");
    check_description(&patent, "(Φ - Φ_0)/(Φ_∞ - Φ_0) = 1");
}

#[test]
fn a_design_of_2001() {
    let Some(design) = one("patdoc-v2", "USD435854S") else { return };
    assert_eq!(design.patent_type, PatentType::Design);
    assert_eq!((design.locarno.as_deref(), design.uspc[0].as_str()), (Some("1402"), "D14/480"));
    assert_eq!((design.inventors.len(), design.assignees.len()), (8, 3));
    assert_eq!(design.citations[0].number.as_ref().unwrap().to_string(), "USD271298");
    check_claim(&design, 1, &[], "The ornamental design for a disc cartridge, as shown and described.");
}

#[test]
fn an_application_of_2001() {
    let Some(application) = one("pap-v1", "US20010009014A1") else { return };
    check_dates(&application, "2001-07-19", "2001-02-05", "1999-04-06");
    assert_eq!(
        (application.ipc[0].as_str(), application.uspc.as_slice()),
        ("G06F15/16", &["709/204".to_owned(), "709/227".to_owned()][..])
    );
    let related: Vec<_> =
        application.related.iter().map(|it| (it.relation.as_str(), it.number.as_str())).collect();
    let expected = [
        ("division", "09432885"),
        ("continuation-in-part", "09312927"),
        ("us-provisional-application", "60128037"),
    ];
    assert_eq!(related, expected);
    assert_eq!(names(&application.inventors), ["James A. Savage III", "Sophie Muller"]);
    assert_eq!(application.description[1].number.as_deref(), Some("0001"));
    assert!(application.description[1].text.starts_with("The present application is a continuation-in-part"));
    check_claim(&application, 2, &[1], "The method of claim 1 further comprising determining");
}
