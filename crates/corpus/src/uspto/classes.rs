//! Classifications: CPC, IPC of both editions, USPC and Locarno.

use super::tree::{Node, at, child, children, raw_value, value};
use crate::patent::CpcSymbol;

/// CPC symbols: the first, the further ones, then those of combination sets that are not among them.
pub(crate) fn cpc(data: Node<'_, '_>) -> Vec<CpcSymbol> {
    let Some(list) = child(data, "classifications-cpc") else {
        return Vec::new();
    };
    let mut symbols: Vec<CpcSymbol> = Vec::new();
    for node in list.descendants().filter(|node| node.has_tag_name("classification-cpc")) {
        let Some(symbol) = split_symbol(node) else {
            continue;
        };
        if symbols.iter().all(|known| known.symbol != symbol) {
            let inventive = value(node, "classification-value").is_none_or(|value| value != "A");
            let first = node.parent().is_some_and(|parent| parent.has_tag_name("main-cpc"));
            symbols.push(CpcSymbol { symbol, inventive, first });
        }
    }
    symbols
}

/// IPC symbols without repetition.
pub(crate) fn ipc(data: Node<'_, '_>) -> Vec<String> {
    let mut symbols: Vec<String> = Vec::new();
    let reformed = child(data, "classifications-ipcr")
        .into_iter()
        .flat_map(|list| children(list, "classification-ipcr"));
    let seventh = child(data, "classification-ipc").into_iter().flat_map(main_and_further);
    for symbol in reformed.filter_map(split_symbol).chain(seventh.filter_map(|text| seventh_edition(&text))) {
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    symbols
}

/// USPC symbols, the original classification first.
pub(crate) fn uspc(data: Node<'_, '_>) -> Vec<String> {
    let list = child(data, "classification-national").into_iter().flat_map(main_and_further);
    list.filter_map(|text| national(&text)).collect()
}

/// Locarno classification of a design.
pub(crate) fn locarno(data: Node<'_, '_>) -> Option<String> {
    at(data, &["classification-locarno"]).and_then(|node| value(node, "main-classification"))
}

fn main_and_further<'a, 'i: 'a>(list: Node<'a, 'i>) -> impl Iterator<Item = String> + 'a {
    let fields = list.children().filter(|node| {
        node.has_tag_name("main-classification") || node.has_tag_name("further-classification")
    });
    fields.filter_map(|node| node.text().map(str::to_owned))
}

/// A symbol in five fields: "H", "01", "M", "4", "13" → "H01M4/13"; the groups may be missing.
fn split_symbol(node: Node<'_, '_>) -> Option<String> {
    let field = |name| raw_value(node, name).map(str::trim).unwrap_or_default();
    let subclass = format!("{}{}{}", field("section"), field("class"), field("subclass"));
    match (field("main-group"), field("subgroup")) {
        _ if subclass.len() != 4 => None,
        ("", _) => Some(subclass),
        (group, "") => Some(format!("{subclass}{group}/00")),
        (group, subgroup) => Some(format!("{subclass}{group}/{subgroup}")),
    }
}

/// A symbol of the seventh edition in fixed columns: subclass in four, group in three, subgroup in the rest.
/// "A61K  713" → "A61K7/13", "A45F  504" → "A45F5/04"; one written out with a slash stays.
fn seventh_edition(text: &str) -> Option<String> {
    let text = text.trim();
    let (subclass, rest) = text.split_at_checked(4)?;
    let is_subclass = subclass.bytes().enumerate().all(|(i, byte)| match i {
        0 | 3 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    });
    if !is_subclass {
        return None;
    }
    if rest.contains('/') || rest.trim().is_empty() {
        return Some(format!("{subclass}{}", rest.replace(' ', "")));
    }
    let (group, subgroup) = rest.split_at_checked(3)?;
    match (group.trim(), subgroup.trim()) {
        (group, "") => Some(format!("{subclass}{group}/00")),
        (group, subgroup) => Some(format!("{subclass}{group}/{subgroup}")),
    }
}

/// A national symbol in fixed columns: class in three, subclass in three, decimals in the rest.
/// "403396" → "403/396", "  2 52" → "2/52", "4352891" → "435/289.1", "D 6495" → "D6/495".
fn national(text: &str) -> Option<String> {
    let (class, rest) = text.split_at_checked(3)?;
    let class = class.replace(' ', "");
    if class.is_empty() || rest.trim().is_empty() {
        return None;
    }
    let is_numeric = rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    match rest.split_at_checked(3) {
        Some((subclass, decimals)) if is_numeric && !decimals.trim().is_empty() => {
            Some(format!("{class}/{}.{}", subclass.trim(), decimals.trim()))
        }
        _ => Some(format!("{class}/{}", rest.replace(' ', ""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: fn(&str) -> Option<String>, text: &str, expected: &str) {
        assert_eq!(read(text).as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn the_seventh_edition_is_in_columns() {
        check(seventh_edition, "A61K  713", "A61K7/13");
        check(seventh_edition, "A45F  504", "A45F5/04");
        check(seventh_edition, "C12Q  168", "C12Q1/68");
        check(seventh_edition, "H01L 21336", "H01L21/336");
        check(seventh_edition, "G06F 17/30", "G06F17/30");
        check(seventh_edition, "0207", "none");
    }

    #[test]
    fn national_symbols_are_in_columns() {
        check(national, "403396", "403/396");
        check(national, "  2 52", "2/52");
        check(national, "  2336", "2/336");
        check(national, " 24  9", "24/9");
        check(national, "4352891", "435/289.1");
        check(national, "D 6495", "D6/495");
        check(national, "PLT101", "PLT/101");
        check(national, "257E21002", "257/E21002");
        check(national, "", "none");
    }

    #[test]
    fn cpc_symbols_come_once_with_those_of_combination_sets() {
        let symbol = |group: &str, value: &str| {
            format!(
                "<classification-cpc><section>H</section><class>01</class><subclass>M</subclass>\
                 <main-group>4</main-group><subgroup>{group}</subgroup>\
                 <classification-value>{value}</classification-value></classification-cpc>"
            )
        };
        let xml = format!(
            "<data><classifications-cpc><main-cpc>{}</main-cpc><further-cpc>{}{}<combination-set>\
             <combination-rank>{}</combination-rank><combination-rank>{}</combination-rank></combination-set>\
             </further-cpc></classifications-cpc></data>",
            symbol("13", "I"),
            symbol("02", "A"),
            symbol("13", "I"),
            symbol("13", "I"),
            symbol("66", "I")
        );
        let document = roxmltree::Document::parse(&xml).unwrap();
        let found: Vec<_> = cpc(document.root_element())
            .into_iter()
            .map(|cpc| (cpc.symbol, cpc.inventive, cpc.first))
            .collect();
        let expected = [("H01M4/13", true, true), ("H01M4/02", false, false), ("H01M4/66", true, false)];
        assert_eq!(found, expected.map(|(symbol, inventive, first)| (symbol.to_owned(), inventive, first)));
    }
}
