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
        "alpha" => "α",
        "beta" => "β",
        "amp" | "lt" | "gt" | "quot" | "apos" => return Cow::Owned(format!("&{name};")),
        _ => return Cow::Owned(format!("&amp;{name};")),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn unknown_names_stay_readable() {
        assert_eq!(
            super::replace("a&nbsp;b &amp; &foo; &#38; & c"),
            "a b &amp; &amp;foo; &#38; & c"
        );
    }
}
