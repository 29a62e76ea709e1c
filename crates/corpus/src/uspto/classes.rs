//! Classifications: CPC, IPC of both editions, USPC and Locarno.

use std::borrow::Cow;

use crate::fault::Fault;
use crate::patent::CpcSymbol;
use crate::xml::{Event, Tag, Xml, line_text};

/// Reads `classifications-cpc`: the first symbol, the further ones, then those of combination sets that are
/// not among them.
pub(crate) fn cpc<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<CpcSymbol>, Fault> {
    let mut symbols: Vec<CpcSymbol> = Vec::new();
    let mut first = false;
    while let Some(event) = xml.next(list)? {
        match event {
            Event::Start(tag) if tag.name() == "classification-cpc" => {
                let fields = Fields::read(xml, &tag)?;
                if let Some(symbol) =
                    fields.symbol().filter(|it| symbols.iter().all(|known| known.symbol != *it))
                {
                    symbols.push(CpcSymbol { symbol, inventive: fields.value != "A", first });
                }
            }
            Event::Start(tag) => first = tag.name() == "main-cpc",
            Event::End(_) => first = false,
            _ => {}
        }
    }
    Ok(symbols)
}

/// Reads `classifications-ipcr` or `classification-ipc`, without repetition.
pub(crate) fn ipc<'a>(xml: &mut Xml<'a>, list: &Tag<'a>, symbols: &mut Vec<String>) -> Result<(), Fault> {
    xml.children(list, |xml, child| {
        let symbol = match child.name() {
            "classification-ipcr" => Fields::read(xml, child)?.symbol(),
            "main-classification" | "further-classification" => seventh_edition(&xml.value(child)?),
            _ => None,
        };
        symbols.extend(symbol.filter(|symbol| !symbols.contains(symbol)));
        Ok(())
    })
}

/// Reads `classification-national`, the original classification first.
pub(crate) fn uspc<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Vec<String>, Fault> {
    let mut symbols = Vec::new();
    xml.children(list, |xml, child| {
        if matches!(child.name(), "main-classification" | "further-classification") {
            symbols.extend(national(&xml.value(child)?));
        }
        Ok(())
    })?;
    Ok(symbols)
}

/// Reads `classification-locarno` of a design.
pub(crate) fn locarno<'a>(xml: &mut Xml<'a>, list: &Tag<'a>) -> Result<Option<String>, Fault> {
    let mut class = None;
    xml.children(list, |xml, child| {
        if child.name() == "main-classification" {
            class = Some(line_text(xml, child)?).filter(|class| !class.is_empty());
        }
        Ok(())
    })?;
    Ok(class)
}

/// A symbol in five fields.
#[derive(Default)]
struct Fields<'a> {
    section: Cow<'a, str>,
    class: Cow<'a, str>,
    subclass: Cow<'a, str>,
    group: Cow<'a, str>,
    subgroup: Cow<'a, str>,
    value: Cow<'a, str>,
}

impl<'a> Fields<'a> {
    fn read(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<Self, Fault> {
        let mut fields = Self::default();
        xml.children(tag, |xml, child| {
            let field = match child.name() {
                "section" => &mut fields.section,
                "class" => &mut fields.class,
                "subclass" => &mut fields.subclass,
                "main-group" => &mut fields.group,
                "subgroup" => &mut fields.subgroup,
                "classification-value" => &mut fields.value,
                _ => return Ok(()),
            };
            *field = xml.value(child)?;
            Ok(())
        })?;
        Ok(fields)
    }

    /// "H", "01", "M", "4", "13" → "H01M4/13"; the groups may be missing.
    fn symbol(&self) -> Option<String> {
        let subclass = [&self.section, &self.class, &self.subclass].map(|part| part.trim()).concat();
        match (self.group.trim(), self.subgroup.trim()) {
            _ if subclass.len() != 4 => None,
            ("", _) => Some(subclass),
            (group, "") => Some(format!("{subclass}{group}/00")),
            (group, subgroup) => Some(format!("{subclass}{group}/{subgroup}")),
        }
    }
}

/// A symbol of the seventh edition in fixed columns: subclass in four, group in three, subgroup in the rest.
/// "A61K  713" → "A61K7/13", "A45F  504" → "A45F5/04"; one written out with a slash
/// loses its padding.
pub(super) fn seventh_edition(text: &str) -> Option<String> {
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
        return Some(format!("{subclass}{}", rest.replace(' ', "").trim_start_matches('0')));
    }
    let (group, subgroup) = rest.split_at_checked(3)?;
    match (group.trim(), subgroup.trim()) {
        (group, "") => Some(format!("{subclass}{group}/00")),
        (group, subgroup) => Some(format!("{subclass}{group}/{subgroup}")),
    }
}

/// A national symbol in fixed columns: class in three, subclass in three, decimals in the rest.
/// "403396" → "403/396", "  2 52" → "2/52", "4352891" → "435/289.1", "D 6495" → "D6/495".
pub(super) fn national(text: &str) -> Option<String> {
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

/// A national symbol in two padded fields, six digits in the second: "002", "069100" → "2/69.1".
pub(super) fn padded_national(class: &str, subclass: &str) -> Option<String> {
    let class = class.trim().trim_start_matches('0');
    let (main, decimals) = subclass.trim().split_at_checked(3)?;
    let main = main.trim_start_matches('0');
    let decimals = decimals.trim_end_matches('0');
    let point = if decimals.is_empty() { "" } else { "." };
    (!class.is_empty()).then(|| format!("{class}/{main}{point}{decimals}"))
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
        check(seventh_edition, "G06F017/60", "G06F17/60");
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
    fn padded_fields_lose_their_padding() {
        for (class, subclass, expected) in
            [("705", "026000", "705/26"), ("002", "069100", "2/69.1"), ("PLT", "101000", "PLT/101")]
        {
            assert_eq!(padded_national(class, subclass).as_deref(), Some(expected));
        }
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
            "<classifications-cpc><main-cpc>{}</main-cpc><further-cpc>{}{}<combination-set>\
             <combination-rank>{}</combination-rank><combination-rank>{}</combination-rank></combination-set>\
             </further-cpc></classifications-cpc>",
            symbol("13", "I"),
            symbol("02", "A"),
            symbol("13", "I"),
            symbol("13", "I"),
            symbol("66", "I")
        );
        let found: Vec<_> = Xml::root(&xml, cpc)
            .unwrap()
            .into_iter()
            .map(|cpc| (cpc.symbol, cpc.inventive, cpc.first))
            .collect();
        let expected = [("H01M4/13", true, true), ("H01M4/02", false, false), ("H01M4/66", true, false)];
        assert_eq!(found, expected.map(|(symbol, inventive, first)| (symbol.to_owned(), inventive, first)));
    }
}
