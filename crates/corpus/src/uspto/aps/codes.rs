//! Dot codes: characters that the Green Book's alphabet lacks, ".alpha.", and marks of place, ".sub.".

use super::formula;
use crate::xml::is_number;

/// The text with its codes read, on one line. Text that a reissue deletes (".[." to ".].") is left out.
pub(super) fn readable(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['.', '#']) {
        out.push_str(&rest[..at]);
        rest = code(&rest[at..], &mut out);
    }
    out.push_str(rest);
    let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::braces::readable(text)
}

/// Reads what begins with a dot or a number sign; gives what is left.
fn code<'a>(text: &'a str, out: &mut String) -> &'a str {
    let mark = |name: &str| text.strip_prefix(name);
    if let Some(rest) = [".sub.", ".sbsb.", ".spsb."].iter().find_map(|name| mark(name)) {
        return subscript(rest, out);
    }
    if let Some(rest) = [".sup.", ".spsp.", ".sbsp."].iter().find_map(|name| mark(name)) {
        if out.ends_with(|c: char| c.is_ascii_digit()) && is_number(rest) {
            out.push('^');
        }
        return rest;
    }
    if let Some(rest) = mark(".[.") {
        return after_deleted(rest);
    }
    if let Some(rest) = mark(".Iadd.") {
        return rest;
    }
    if let Some(rest) = mark(".Iaddend.") {
        out.push_str(if rest.starts_with(char::is_alphanumeric) { " " } else { "" });
        return rest;
    }
    if let Some(rest) = picture(text) {
        out.push(' ');
        return rest;
    }
    let (read, rest) = named(text).unwrap_or_else(|| text.split_at(1));
    out.push_str(read);
    rest
}

/// The blank behind a subscript ends it; within a formula it stands for nothing.
fn subscript<'a>(text: &'a str, out: &mut String) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    match text[end..].strip_prefix(' ') {
        Some(next) if formula::goes_on(next) => {
            out.push_str(&text[..end]);
            next
        }
        _ => text,
    }
}

/// What follows the text that is deleted; all of it where the deletion has no end.
fn after_deleted(text: &str) -> &str {
    const LONGEST: usize = 50_000;
    match memchr::memmem::find(&text.as_bytes()[..text.len().min(LONGEST)], b".].") {
        Some(at) => &text[at + 3..],
        None => text,
    }
}

/// "##EQU1##" and "##STR2##" stand for pictures.
fn picture(text: &str) -> Option<&str> {
    let (name, rest) = text.strip_prefix("##")?.split_once("##")?;
    (name.len() <= 12 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .then_some(rest)
}

/// A named character at the start, and what follows it.
fn named(text: &str) -> Option<(&'static str, &str)> {
    const LONGEST: usize = 20;
    if !text.starts_with('.') {
        return None;
    }
    let end = 1 + text.bytes().skip(1).take(LONGEST).position(|byte| byte == b'.')?;
    let (name, rest) = (text.get(1..end)?, text.get(end + 1..)?);
    let greek = GREEK.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)).and_then(|greek| {
        let is_capital = name.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_small = name.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_capital || is_small).then_some(if is_capital { greek.2 } else { greek.1 })
    });
    let character =
        greek.or_else(|| SIGNS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign))?;
    Some((character, rest))
}

/// Name, small letter, capital letter.
const GREEK: [(&str, &str, &str); 24] = [
    ("alpha", "α", "Α"),
    ("beta", "β", "Β"),
    ("gamma", "γ", "Γ"),
    ("delta", "δ", "Δ"),
    ("epsilon", "ε", "Ε"),
    ("zeta", "ζ", "Ζ"),
    ("eta", "η", "Η"),
    ("theta", "θ", "Θ"),
    ("iota", "ι", "Ι"),
    ("kappa", "κ", "Κ"),
    ("lambda", "λ", "Λ"),
    ("mu", "μ", "Μ"),
    ("nu", "ν", "Ν"),
    ("xi", "ξ", "Ξ"),
    ("omicron", "ο", "Ο"),
    ("pi", "π", "Π"),
    ("rho", "ρ", "Ρ"),
    ("sigma", "σ", "Σ"),
    ("tau", "τ", "Τ"),
    ("upsilon", "υ", "Υ"),
    ("phi", "φ", "Φ"),
    ("chi", "χ", "Χ"),
    ("psi", "ψ", "Ψ"),
    ("omega", "ω", "Ω"),
];

const SIGNS: [(&str, &str); 71] = [
    ("degree", "°"),
    ("times", "×"),
    ("div", "÷"),
    ("+-", "±"),
    ("-+", "∓"),
    ("sqroot", "√"),
    ("cuberoot", "∛"),
    ("fourthroot", "∜"),
    ("ltoreq", "≤"),
    ("gtoreq", "≥"),
    ("lmtoreq", "≤"),
    ("ltorsim", "≲"),
    ("lmorsim", "≲"),
    ("gtorsim", "≳"),
    ("noteq", "≠"),
    ("about", "~"),
    ("apprxeq", "≈"),
    ("approxeq", "≈"),
    ("perspectiveto", "≃"),
    ("congruent", "≅"),
    ("ident", "≡"),
    ("notident", "≢"),
    ("varies", "∝"),
    ("apprch", "≐"),
    ("infin", "∞"),
    ("multidot", "·"),
    ("cndot", "•"),
    ("angle", "∠"),
    ("parallel", "∥"),
    ("perp", "⊥"),
    ("vertline", "|"),
    ("intg", "∫"),
    ("differential", "∂"),
    ("gradient", "∇"),
    ("increment", "∆"),
    ("andgate", "∩"),
    ("orgate", "∪"),
    ("thrfore", "∴"),
    ("because", "∵"),
    ("sym", "⊕"),
    ("crclbar", "⊖"),
    ("fwdarw", "→"),
    ("rarw", "←"),
    ("uparw", "↑"),
    ("dwnarw", "↓"),
    ("revreaction", "⇌"),
    ("reveaction", "⇌"),
    ("dbd", "="),
    ("tbd", "≡"),
    ("ANG", "Å"),
    ("ang", "å"),
    ("cent", "¢"),
    ("permill", "‰"),
    ("sctn", "§"),
    ("dagger", "†"),
    ("TM", "™"),
    ("SM", "℠"),
    ("RTM", "®"),
    ("COPYRG", "©"),
    ("COPYRGT", "©"),
    ("male", "♂"),
    ("female", "♀"),
    ("prime", "′"),
    ("dblprime", "″"),
    ("dblquote", "\""),
    ("quadrature", "□"),
    ("smallcircle", "○"),
    ("largecircle", "◯"),
    ("circle", "◯"),
    ("0", "ø"),
    ("En", "-"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(readable(raw), expected);
    }

    #[test]
    fn named_characters_are_read() {
        check("180.degree. to .alpha..beta.-.DELTA.", "180° to αβ-Δ");
        check(".sqroot.2 .times. 5.+-.1 .ANG.", "√2 × 5±1 Å");
        check(
            "the end. Then .foo. and e.g. this... and .Alpha.",
            "the end. Then .foo. and e.g. this... and .Alpha.",
        );
        check("Java (.TM.)", "Java (™)");
    }

    #[test]
    fn places_are_read() {
        check("10.sup.-3 m.sup.2, D.sub.n-1, D.sub.4 . . .", "10^-3 m2, Dn-1, D4 . . .");
        check("H.sub.2 O and H.sub.2 SO.sub.4 with CO.sub.2 is", "H2O and H2SO4 with CO2 is");
        check("x.sup.2.sup..degree.", "x2°");
    }

    #[test]
    fn a_reissue_deletes_and_adds() {
        check("a .[.honey combed.]. .Iadd.honeycombed .Iaddend.core", "a honeycombed core");
        check(".[.core/stressed.]..Iadd.core-stressed.Iaddend.skin", "core-stressed skin");
        check("never closed .[.text", "never closed text");
    }

    #[test]
    fn pictures_leave_a_gap() {
        check("of formula##STR1##wherein #2 and ##", "of formula wherein #2 and ##");
    }
}
