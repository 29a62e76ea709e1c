//! Brace codes, by which the USPTO writes what a line of text cannot hold: "{square root over (n+1)}".

/// Marks that combine with the one character before them.
const ACCENTS: [(&str, char); 9] = [
    ("circumflex over", '\u{302}'),
    ("tilde over", '\u{303}'),
    ("overscore", '\u{305}'),
    ("overbar", '\u{305}'),
    ("dot over", '\u{307}'),
    ("umlaut over", '\u{308}'),
    ("double dot over", '\u{308}'),
    ("right arrow over", '\u{20d7}'),
    ("vector over", '\u{20d7}'),
];

/// The text with its brace codes read; braces that are none stay.
pub(crate) fn readable(text: String) -> String {
    if !text.contains('{') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((read, end)) = code(rest) {
            out.push_str(&read);
            rest = &rest[end..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

/// Reads the code at the start; gives its end as well.
fn code(text: &str) -> Option<(String, usize)> {
    const LONGEST: usize = 300;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b'}')?;
    let (name, argument) = text[1..end].split_once('(')?;
    let argument = argument.trim_end().strip_suffix(')')?;
    let read = match name.trim() {
        "square root over" => format!("√({argument})"),
        "fraction" => argument.to_owned(),
        name => {
            let accent = ACCENTS.iter().find(|(known, _)| *known == name)?.1;
            match argument.chars().count() {
                1 => format!("{argument}{accent}"),
                _ => format!("({argument})"),
            }
        }
    };
    Some((read, end + 1))
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(super::readable(text.to_owned()), expected);
    }

    #[test]
    fn codes_are_read() {
        check("of {square root over (n+1)} and {tilde over (P)}.", "of √(n+1) and P\u{303}.");
        check("{overscore (AB)} {fraction (1/10)} mm", "(AB) 1/10 mm");
    }

    #[test]
    fn other_braces_stay() {
        check("{a} {b (c)} {square root over (n", "{a} {b (c)} {square root over (n");
    }
}
