//! Named entities, which XML v4 should not have and some files do.

use std::borrow::Cow;

/// Replaces entities that XML does not know by the character they stand for, or by their name as text.
pub(crate) fn replace(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(name) = name(rest) {
            out.push_str(&replacement(name));
            rest = &rest[name.len() + 2..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// Where the document declares an entity with a text of its own, which may stand for gigabytes. Entities that
/// name a picture's file are harmless: they are never followed.
pub(crate) fn declaration(text: &str) -> Option<usize> {
    const KEYWORD: &str = "<!ENTITY";
    memchr::memmem::find_iter(text.as_bytes(), KEYWORD).find(|at| {
        let mut words = text[at + KEYWORD.len()..].split_ascii_whitespace();
        let name = words.next();
        let value = if name == Some("%") { words.nth(1) } else { words.next() };
        !matches!(value, Some("SYSTEM" | "PUBLIC"))
    })
}

/// The name between `&` and `;`.
fn name(text: &str) -> Option<&str> {
    let end = text.find(';').filter(|&end| end <= 32)?;
    let name = &text[1..end];
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(name)
}

fn replacement(name: &str) -> Cow<'static, str> {
    Cow::Borrowed(match name {
        "nbsp" => " ",
        "ldquo" | "rdquo" => "\"",
        "lsquo" | "rsquo" => "'",
        "ndash" => "–",
        "mdash" => "—",
        "deg" => "°",
        "micro" | "mu" => "µ",
        "plusmn" => "±",
        "times" => "×",
        "middot" => "·",
        "bull" => "•",
        "hellip" => "…",
        "prime" => "′",
        "frac12" => "½",
        "le" => "≤",
        "ge" => "≥",
        "rarr" => "→",
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "Delta" => "Δ",
        "theta" => "θ",
        "lambda" => "λ",
        "pi" => "π",
        "sigma" => "σ",
        "omega" => "ω",
        "Omega" => "Ω",
        "copy" => "©",
        "reg" => "®",
        "trade" => "™",
        "amp" | "lt" | "gt" | "quot" | "apos" => return Cow::Owned(format!("&{name};")),
        _ => return Cow::Owned(format!("&amp;{name};")),
    })
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(text: &str, expected: Option<usize>) {
        assert_eq!(super::declaration(text), expected);
    }

    #[test]
    fn entities_with_a_text_are_noticed() {
        check("<!DOCTYPE a [ ]><a/>", None);
        check("<!ENTITY fig SYSTEM \"a.tif\" NDATA TIF>", None);
        check("<!ENTITY % pictures SYSTEM \"a.dtd\">", None);
        check("<a><!ENTITY b \"c SYSTEM\">", Some(3));
        check("<!ENTITY b'c'>", Some(0));
        check("<!ENTITY", Some(0));
    }

    #[test]
    fn unknown_names_stay_readable() {
        assert_eq!(super::replace("a&nbsp;b &amp; &foo; &#38; & c"), "a b &amp; &amp;foo; &#38; & c");
    }
}
