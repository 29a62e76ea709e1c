//! Applicants, assignees, inventors and examiners.

use crate::fault::Fault;
use crate::patent::{Party, Patent};
use crate::uspto::party::{Part, read_party};
use crate::xml::{Tag, Xml};

/// Reads `parties` or, from v4.3 on, `us-parties`.
///
/// Until v4.2 inventors stand among `parties/applicants` with the type `applicant-inventor`; from v4.3 on
/// they have `us-parties/inventors` to themselves.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, parties: &Tag<'a>, patent: &mut Patent) -> Result<(), Fault> {
    let mut inventing = Vec::new();
    xml.children(parties, |xml, list| {
        match list.name() {
            "us-applicants" | "applicants" => {
                xml.children(list, |xml, applicant| {
                    let is_inventor =
                        applicant.attribute("app-type").is_some_and(|kind| kind == "applicant-inventor");
                    let group = if is_inventor { &mut inventing } else { &mut patent.applicants };
                    group.extend(party(xml, applicant)?);
                    Ok(())
                })?;
            }
            "inventors" => patent.inventors = listed(xml, list)?,
            _ => {}
        }
        Ok(())
    })?;
    if patent.inventors.is_empty() {
        patent.inventors = inventing;
    }
    Ok(())
}

/// Reads the elements of a list, each a party.
pub(crate) fn listed<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<Party>, Fault> {
    let mut parties = Vec::new();
    xml.children(list, |xml, child| {
        parties.extend(party(xml, child)?);
        Ok(())
    })?;
    Ok(parties)
}

/// Reads a party, with or without an address book; `None` if it has no name.
pub(crate) fn party<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Option<Party>, Fault> {
    read_party(xml, tag, |name| match name {
        "addressbook" | "address" => Part::Wrapper,
        "orgname" | "name" => Part::Organisation,
        "first-name" => Part::Person(0),
        "middle-name" => Part::Person(1),
        "last-name" => Part::Person(2),
        "suffix" => Part::Person(3),
        "city" => Part::City,
        "country" => Part::Country,
        _ => Part::None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(last: &str, first: &str) -> String {
        format!(
            "<addressbook><last-name>{last}</last-name><first-name>{first}</first-name>\
             <address><city>Bern</city><country>CH</country></address></addressbook>"
        )
    }

    const FIRM: &str = "<addressbook><orgname>Pan &amp; Lid AG</orgname></addressbook>";

    /// Applicants, inventors, assignees, examiners by name.
    #[track_caller]
    fn check(xml: &str, expected: [&[&str]; 4]) {
        let xml = format!("<data>{xml}</data>");
        let patent = super::super::read_fields(&xml);
        let found = [&patent.applicants, &patent.inventors, &patent.assignees, &patent.examiners]
            .map(|parties| parties.iter().map(|party| party.name.clone()).collect::<Vec<_>>());
        assert_eq!(found, expected.map(<[&str]>::to_vec));
    }

    #[test]
    fn the_first_generation_has_inventors_among_applicants() {
        let xml = format!(
            "<parties><applicants><applicant app-type=\"applicant-inventor\">{}</applicant>\
             <applicant app-type=\"applicant\">{FIRM}</applicant></applicants></parties>\
             <assignees><assignee>{FIRM}</assignee></assignees><examiners><primary-examiner>\
             <last-name>Roe</last-name><first-name>Jane</first-name></primary-examiner><assistant-examiner>\
             <last-name>Poe</last-name></assistant-examiner></examiners>",
            person("Euler", "Leonhard")
        );
        let firm: &[&str] = &["Pan & Lid AG"];
        check(&xml, [firm, &["Leonhard Euler"], firm, &["Jane Roe", "Poe"]]);
    }

    #[test]
    fn the_second_generation_has_inventors_apart() {
        let xml = format!(
            "<us-parties><us-applicants><us-applicant app-type=\"applicant\">{FIRM}</us-applicant>\
             </us-applicants><inventors><inventor>{}</inventor></inventors></us-parties>",
            person("Euler", "Leonhard")
        );
        check(&xml, [&["Pan & Lid AG"], &["Leonhard Euler"], &[], &[]]);
    }

    #[test]
    fn a_party_has_city_and_country() {
        let xml = format!("<inventor>{}</inventor>", person("Euler", "L."));
        let expected =
            Party { name: "L. Euler".into(), city: Some("Bern".into()), country: Some("CH".into()) };
        assert_eq!(Xml::root(&xml, party).unwrap(), Some(expected));
    }
}
