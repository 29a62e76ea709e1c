//! Claims: whole text, and which claims they refer to.

use crate::dependencies;
use crate::fault::Fault;
use crate::patent::Claim;
use crate::xml::{Event, Tag, Xml, line_text, marked_text};

/// Reads the claims of an XML format in their order.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, claims: &Tag<'a>) -> Result<Vec<Claim>, Fault> {
    Ok(read_with_statement(xml, claims)?.1)
}

/// The same, with the heading that introduces them ("What is claimed is:").
pub(crate) fn read_with_statement<'a>(
    xml: &mut Xml<'a>,
    claims: &Tag<'a>,
) -> Result<(String, Vec<Claim>), Fault> {
    let (mut statement, mut found) = (String::new(), Vec::new());
    while let Some(event) = xml.next(claims)? {
        let Event::Start(child) = event else { continue };
        match child.name() {
            "claim" | "CLM" => {
                let number = stated_number(&child).unwrap_or(found.len() as u32 + 1);
                let read = marked_text(xml, &child)?;
                found.push(claim(number, &read.text, read.claims));
            }
            "heading" | "H" => statement = line_text(xml, &child)?,
            // Others are lists of claims: the loop goes on within.
            _ => {}
        }
    }
    Ok((statement, found))
}

/// "00007", or what ends an identifier as "CLM-00007".
fn stated_number(claim: &Tag<'_>) -> Option<u32> {
    let stated = ["num", "id", "ID"].iter().find_map(|name| claim.attribute(name))?;
    stated.trim().rsplit('-').next()?.parse().ok()
}

/// A claim of that number; `marked` are the claims that the source says it refers to, to which those that its
/// words name are added.
pub(crate) fn claim(number: u32, text: &str, marked: Vec<u32>) -> Claim {
    let text = without_number(text, number);
    let mut depends_on = marked;
    depends_on.extend(dependencies::named(text, number));
    depends_on.retain(|&claim| claim != number);
    depends_on.sort_unstable();
    depends_on.dedup();
    Claim { number, depends_on, text: text.to_owned() }
}

/// The number is printed before the text as well: "7 . The device of claim 1".
fn without_number(text: &str, number: u32) -> &str {
    text.strip_prefix(&number.to_string())
        .and_then(|rest| rest.trim_start().strip_prefix('.'))
        .map_or(text, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(claim: &str, expected: (u32, &str, &[u32])) {
        let xml = format!("<claims>{claim}</claims>");
        let found = &Xml::root(&xml, read).unwrap()[0];
        assert_eq!((found.number, found.text.as_str(), found.depends_on.as_slice()), expected);
    }

    #[test]
    fn claims_are_whole_and_know_what_they_refer_to() {
        check(
            "<claim num=\"00001\"><claim-text><b>1</b>. A pan:<claim-text>a lid; and</claim-text><claim-text>a rim.</claim-text></claim-text></claim>",
            (1, "A pan:\na lid; and\na rim.", &[]),
        );
        check(
            "<claim num=\"00003\"><claim-text>3. The pan of <claim-ref idref=\"CLM-00001\">claim 1</claim-ref> or <claim-ref idref=\"CLM-00002\">2</claim-ref>.</claim-text></claim>",
            (3, "The pan of claim 1 or 2.", &[1, 2]),
        );
        check(
            "<claim num=\"5\"><claim-text>5. A pan of any of <claim-ref idref=\"CLM-1\">claims 1</claim-ref> to <claim-ref idref=\"CLM-4\">4</claim-ref>.</claim-text></claim>",
            (5, "A pan of any of claims 1 to 4.", &[1, 2, 3, 4]),
        );
        check(
            "<claim><claim-text>The ornamental design.</claim-text></claim>",
            (1, "The ornamental design.", &[]),
        );
        check("<claim num=\"1\"><claim-text>12 pans.</claim-text></claim>", (1, "12 pans.", &[]));
    }
}
