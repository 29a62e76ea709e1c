//! The front page: number, dates, parties, classes, relations.

use super::codes::readable;
use super::fields::Group;
use crate::date::parse_date;
use crate::fault::Fault;
use crate::number::PatentNumber;
use crate::patent::{Date, Party, Patent, PatentType, Pct, Priority, Related};
use crate::uspto::{classes, countries};

/// Reads `PATN`: number, title, type, dates, examiners.
pub(super) fn patent(group: &Group<'_>, patent: &mut Patent) -> Result<(), Fault> {
    let number = group.value("WKU").ok_or_else(|| Fault::new("has no number (WKU)"))?;
    patent.number = PatentNumber::new("US", without_check_digit(&number), "");
    patent.patent_type = patent_type(group.raw("APT").unwrap_or_default().trim(), &patent.number);
    patent.title = group.value("TTL").map(|title| readable(&title)).unwrap_or_default();
    patent.publication_date = date(group, "ISD");
    patent.filing_date = date(group, "APD");
    patent.application_number = application_number(group);
    patent.examiners =
        ["EXP", "EXA"].iter().filter_map(|code| group.value(code)).map(|it| named(&it)).collect();
    Ok(())
}

/// Two letters or digits, six digits and a check digit: "039373754" is 3,937,375; "RE0286710" is Re. 28,671.
fn without_check_digit(number: &str) -> &str {
    match number.len() {
        9 => number.get(..8).unwrap_or(number),
        _ => number,
    }
}

fn patent_type(code: &str, number: &PatentNumber) -> PatentType {
    let prefix = number.serial.trim_end_matches(|c: char| c.is_ascii_digit());
    match (code, prefix) {
        ("2", _) | ("", "RE") => PatentType::Reissue,
        ("4", _) | ("", "D") => PatentType::Design,
        ("6", _) | ("", "PP") => PatentType::Plant,
        ("7", _) | ("", "H") => PatentType::Sir,
        ("1", _) | ("", "") => PatentType::Utility,
        _ => PatentType::Other,
    }
}

/// The series code and six digits, as later formats write it; the seventh is a check digit.
fn application_number(group: &Group<'_>) -> Option<String> {
    let number = group.value("APN")?;
    let digits = number.get(..6).unwrap_or(&number);
    Some(format!("{:0>2}{digits}", group.value("SRC").unwrap_or_default()))
}

fn date(group: &Group<'_>, code: &str) -> Option<Date> {
    parse_date(group.raw(code)?)
}

/// Reads `INVT` or `ASSG`; `None` if it names nobody.
pub(super) fn party(group: &Group<'_>) -> Option<Party> {
    let city = group.value("CTY").map(|city| readable(&city));
    let country = group.value("CNT").map(|code| countries::two_letters(&code).to_owned());
    // Only addresses abroad have a country.
    let country = country.or_else(|| group.value("STA").map(|_| "US".to_owned()));
    Some(Party { city, country, ..named(&group.value("NAM")?) })
}

/// "Widenhofer; James W." → "James W. Widenhofer".
fn named(name: &str) -> Party {
    let name = readable(name);
    let name = match name.split_once(';') {
        Some((last, first)) => format!("{} {}", first.trim(), last.trim()).trim().to_owned(),
        None => name,
    };
    Party { name, ..Party::default() }
}

/// Reads `CLAS`.
pub(super) fn classes(group: &Group<'_>, patent: &mut Patent) {
    let national = group.all_raw("OCL").chain(group.all_raw("XCL"));
    patent.uspc = national.filter_map(classes::national).collect();
    for symbol in group.all_raw("ICL") {
        let design =
            symbol.trim().strip_prefix('D').filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        match design {
            Some(locarno) => {
                patent.locarno.get_or_insert_with(|| locarno.trim().to_owned());
            }
            None => patent.ipc.extend(classes::seventh_edition(symbol)),
        }
    }
}

/// Reads `PRIR`.
pub(super) fn priority(group: &Group<'_>) -> Priority {
    let country = group.value("CNT").map(|code| countries::two_letters(&code).to_owned());
    Priority {
        country: country.unwrap_or_default(),
        number: group.value("APN").unwrap_or_default(),
        date: date(group, "APD"),
    }
}

/// Reads `RLAP` or `REIS`.
pub(super) fn related(group: &Group<'_>) -> Related {
    let code = group.value("COD").unwrap_or_default();
    let relation = match (group.name, code.as_str()) {
        ("REIS", _) => "reissue",
        (_, "71") => "continuation",
        (_, "72") => "continuation-in-part",
        (_, "74") => "division",
        (_, code) => code,
    };
    Related {
        relation: relation.to_owned(),
        country: "US".to_owned(),
        number: group.value("APN").or_else(|| group.value("PNO")).unwrap_or_default(),
        kind: String::new(),
        date: date(group, "APD"),
    }
}

/// Reads `PCTA`.
pub(super) fn pct(group: &Group<'_>) -> Pct {
    Pct {
        application: group.value("PCN"),
        filing_date: date(group, "PD3"),
        publication: group.value("PCP"),
        publication_date: date(group, "PCD"),
        national_date: date(group, "PD1"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::groups;
    use super::*;

    #[track_caller]
    fn check_front(number: &str, kind: &str, expected: &str, expected_type: PatentType) {
        let mut found = Patent::default();
        patent(&groups(&format!("PATN\nWKU  {number}\nAPT  {kind}\n"))[0], &mut found).unwrap();
        assert_eq!((found.number.to_string().as_str(), found.patent_type), (expected, expected_type));
    }

    #[test]
    fn numbers_end_in_a_check_digit() {
        check_front("057006474", "1", "US5700647", PatentType::Utility);
        check_front("RE0286710", "2", "USRE28671", PatentType::Reissue);
        check_front("D02381111", "4", "USD238111", PatentType::Design);
        check_front("PP0037990", "", "USPP3799", PatentType::Plant);
        check_front("T09500018", "5", "UST950001", PatentType::Other);
        check_front("05700647", "", "US5700647", PatentType::Utility);
    }

    #[test]
    fn names_are_turned() {
        assert_eq!(named("Hall, Jr.; Frank").name, "Frank Hall, Jr.");
        assert_eq!(named("Pan & Lid, Inc.").name, "Pan & Lid, Inc.");
    }

    #[test]
    fn the_application_number_has_its_series() {
        let number = |text: &str| application_number(&groups(text)[0]);
        assert_eq!(number("PATN\nSRC  5\nAPN  500649&\n").as_deref(), Some("05500649"));
        assert_eq!(number("PATN\n"), None);
    }

    #[test]
    fn classes_are_in_columns() {
        let mut found = Patent::default();
        classes(
            &groups("CLAS\nOCL  224 4207\nXCL  340  3T\nICL  B60R  900\nICL  C12Q  168\n")[0],
            &mut found,
        );
        assert_eq!(found.uspc, ["224/42.07", "340/3T"]);
        assert_eq!(found.ipc, ["B60R9/00", "C12Q1/68"]);
        let mut design = Patent::default();
        classes(&groups("CLAS\nOCL  D14480\nICL  D1402\n")[0], &mut design);
        assert_eq!((design.locarno.as_deref(), design.uspc[0].as_str()), (Some("1402"), "D14/480"));
    }

    #[test]
    fn a_relation_has_a_name() {
        let found = related(&groups("RLAP\nCOD  72\nAPN  351745\nAPD  19730416\nPSC  03\n")[0]);
        assert_eq!((found.relation.as_str(), found.number.as_str()), ("continuation-in-part", "351745"));
    }
}
