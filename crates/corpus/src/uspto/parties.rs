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
    list.into_iter()
        .flat_map(|list| list.children())
        .filter(roxmltree::Node::is_element)
        .collect()
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
    nodes
        .iter()
        .map(|node| party(*node))
        .filter(|party| !party.name.is_empty())
        .collect()
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
    value(book, "orgname")
        .or_else(|| value(book, "name"))
        .unwrap_or_else(|| {
            let parts = ["first-name", "middle-name", "last-name", "suffix"];
            parts
                .iter()
                .filter_map(|part| value(book, part))
                .collect::<Vec<_>>()
                .join(" ")
        })
}
