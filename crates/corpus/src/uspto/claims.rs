//! Claims: whole text, and which claims they refer to.

use super::dependencies;
use super::text::block_text;
use super::tree::{Node, children};
use crate::patent::Claim;

/// Reads the claims in their order.
pub(crate) fn read(claims: Node<'_, '_>) -> Vec<Claim> {
    children(claims, "claim").enumerate().map(|(index, node)| claim(index as u32 + 1, node)).collect()
}

fn claim(ordinal: u32, node: Node<'_, '_>) -> Claim {
    let number = node.attribute("num").and_then(|num| num.trim().parse().ok()).unwrap_or(ordinal);
    let text = without_number(&block_text(node), number).to_owned();
    Claim { number, depends_on: depends_on(node, &text, number), text }
}

fn depends_on(node: Node<'_, '_>, text: &str, own: u32) -> Vec<u32> {
    let marked = node.descendants().filter(|part| part.has_tag_name("claim-ref")).filter_map(referred);
    let mut claims: Vec<u32> = marked.chain(dependencies::named(text, own)).collect();
    claims.retain(|&claim| claim != own);
    claims.sort_unstable();
    claims.dedup();
    claims
}

/// "CLM-00007" → 7.
fn referred(reference: Node<'_, '_>) -> Option<u32> {
    reference.attribute("idref")?.rsplit('-').next()?.parse().ok()
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
        let document = roxmltree::Document::parse(&xml).unwrap();
        let found = &read(document.root_element())[0];
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
