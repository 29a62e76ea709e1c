//! Named characters. The files use those of the ISO sets without declaring them.

use std::collections::HashMap;
use std::sync::LazyLock;

use entities::ENTITIES;

/// Adds the text of the reference between `&` and `;`; one that is not known stays as it is written.
pub(crate) fn push(name: &str, text: &mut String) {
    if let Some(c) = name.strip_prefix('#').and_then(character) {
        text.push(c);
    } else if let Some(known) = named(name).or_else(|| HTML.get(name).copied()) {
        text.push_str(known);
    } else {
        text.extend(["&", name, ";"]);
    }
}

fn character(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => digits.parse(),
    };
    char::from_u32(code.ok()?).filter(|&c| c != '\0')
}

/// HTML has the names of all other ISO sets: name to characters.
static HTML: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let bare = |name: &'static str| name.strip_prefix('&')?.strip_suffix(';');
    ENTITIES.iter().filter_map(|entity| Some((bare(entity.entity)?, entity.characters))).collect()
});

/// What HTML lacks: Greek letters (ISO 8879), USPTO's own names, and operators without a sign.
fn named(name: &str) -> Option<&'static str> {
    Some(match name {
        "it" | "af" | "ic" | "InvisibleTimes" | "InvisibleComma" | "ApplyFunction" => "",
        "agr" => "α",
        "bgr" => "β",
        "ggr" => "γ",
        "dgr" => "δ",
        "egr" => "ε",
        "zgr" => "ζ",
        "eegr" => "η",
        "thgr" => "θ",
        "igr" => "ι",
        "kgr" => "κ",
        "lgr" => "λ",
        "mgr" => "μ",
        "ngr" => "ν",
        "xgr" => "ξ",
        "ogr" => "ο",
        "pgr" => "π",
        "rgr" => "ρ",
        "sgr" => "σ",
        "sfgr" => "ς",
        "tgr" => "τ",
        "ugr" => "υ",
        "phgr" => "φ",
        "khgr" => "χ",
        "psgr" => "ψ",
        "ohgr" => "ω",
        "Agr" => "Α",
        "Bgr" => "Β",
        "Ggr" => "Γ",
        "Dgr" => "Δ",
        "Egr" => "Ε",
        "Zgr" => "Ζ",
        "EEgr" => "Η",
        "THgr" => "Θ",
        "Igr" => "Ι",
        "Kgr" => "Κ",
        "Lgr" => "Λ",
        "Mgr" => "Μ",
        "Ngr" => "Ν",
        "Xgr" => "Ξ",
        "Ogr" => "Ο",
        "Pgr" => "Π",
        "Rgr" => "Ρ",
        "Sgr" => "Σ",
        "Tgr" => "Τ",
        "Ugr" => "Υ",
        "PHgr" => "Φ",
        "KHgr" => "Χ",
        "PSgr" => "Ψ",
        "OHgr" => "Ω",
        "LeftBracketingBar" | "RightBracketingBar" => "|",
        "LeftDoubleBracketingBar" | "RightDoubleBracketingBar" => "‖",
        "SACUTE" => "Ś",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_are_characters() {
        for (name, expected) in [
            ("amp", "&"),
            ("ldquo", "“"),
            ("minus", "−"),
            ("mgr", "μ"),
            ("Phi", "Φ"),
            ("epsilon", "ε"),
            ("scaron", "š"),
            ("NotEqualTilde", "≂̸"),
            // Those of the USPTO's files that are neither in its own table nor in that of HTML.
            ("Dgr", "Δ"),
            ("PHgr", "Φ"),
            ("agr", "α"),
            ("bgr", "β"),
            ("lgr", "λ"),
            ("ohgr", "ω"),
            ("phgr", "φ"),
            ("tgr", "τ"),
            ("thgr", "θ"),
            ("LeftBracketingBar", "|"),
            ("RightBracketingBar", "|"),
            ("SACUTE", "Ś"),
            ("#956", "μ"),
            ("#x3BC", "μ"),
            ("it", ""),
            ("foo", "&foo;"),
            ("#0", "&#0;"),
            ("#xD800", "&#xD800;"),
            ("#-5", "&#-5;"),
        ] {
            let mut text = String::from("a");
            push(name, &mut text);
            assert_eq!(text, format!("a{expected}"));
        }
    }
}
