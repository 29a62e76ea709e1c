//! Applicants, assignees, inventors and examiners.

use super::tree::{Node, at, child, value};
use crate::patent::{Party, Patent};

/// Reads the parties of both generations of the format.
///
/// Until v4.2 inventors stand among `parties/applicants` with the type `applicant-inventor`; from v4.3 on
/// they have `us-parties/inventors` to themselves.
pub(crate) fn read(data: Node<'_, '_>, patent: &mut Patent) {
    let parties = child(data, "us-parties").or_else(|| child(data, "parties"));
    let applicants = listed(parties, &["us-applicants", "applicants"]);
    let (inventing, applying): (Vec<_>, Vec<_>) = applicants.into_iter().partition(|node| is_inventor(*node));
    patent.applicants = named(&applying);
    patent.inventors = named(&listed(parties, &["inventors"]));
    if patent.inventors.is_empty() {
        patent.inventors = named(&inventing);
    }
    patent.assignees = named(&listed(Some(data), &["assignees"]));
    patent.examiners = named(&examiners(data));
}

/// The elements within the first of the lists that is there.
fn listed<'a, 'i>(parent: Option<Node<'a, 'i>>, lists: &[&str]) -> Vec<Node<'a, 'i>> {
    let list = parent.and_then(|parent| lists.iter().find_map(|name| child(parent, name)));
    list.into_iter().flat_map(|list| list.children()).filter(roxmltree::Node::is_element).collect()
}

fn is_inventor(applicant: Node<'_, '_>) -> bool {
    applicant.attribute("app-type") == Some("applicant-inventor")
}

fn examiners<'a, 'i>(data: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    ["primary-examiner", "assistant-examiner"]
        .iter()
        .filter_map(|name| at(data, &["examiners", name]))
        .collect()
}

fn named(nodes: &[Node<'_, '_>]) -> Vec<Party> {
    nodes.iter().map(|node| party(*node)).filter(|party| !party.name.is_empty()).collect()
}

/// A party with or without an address book.
fn party(node: Node<'_, '_>) -> Party {
    let book = child(node, "addressbook").unwrap_or(node);
    let address = child(book, "address");
    Party {
        name: name(book),
        city: address.and_then(|address| value(address, "city")),
        country: address.and_then(|address| value(address, "country")),
    }
}

fn name(book: Node<'_, '_>) -> String {
    value(book, "orgname").or_else(|| value(book, "name")).unwrap_or_else(|| {
        let parts = ["first-name", "middle-name", "last-name", "suffix"];
        parts.iter().filter_map(|part| value(book, part)).collect::<Vec<_>>().join(" ")
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
        let document = roxmltree::Document::parse(&xml).unwrap();
        let mut patent = Patent::default();
        super::read(document.root_element(), &mut patent);
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
        let document = roxmltree::Document::parse(&xml).unwrap();
        let expected =
            Party { name: "L. Euler".into(), city: Some("Bern".into()), country: Some("CH".into()) };
        assert_eq!(party(document.root_element()), expected);
    }
}
