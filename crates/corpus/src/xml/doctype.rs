//! What a DOCTYPE may declare.

/// Whether the DOCTYPE declares an entity with a text of its own, which may stand for gigabytes. Entities that
/// name a picture's file are harmless: they are never followed.
pub(crate) fn declares_text(doctype: &str) -> bool {
    const KEYWORD: &str = "<!ENTITY";
    memchr::memmem::find_iter(doctype.as_bytes(), KEYWORD).any(|at| {
        let mut words = doctype[at + KEYWORD.len()..].split_ascii_whitespace();
        let name = words.next();
        let value = if name == Some("%") { words.nth(1) } else { words.next() };
        !matches!(value, Some("SYSTEM" | "PUBLIC"))
    })
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn check(doctype: &str, expected: bool) {
        assert_eq!(super::declares_text(doctype), expected);
    }

    #[test]
    fn entities_with_a_text_are_noticed() {
        check("<!DOCTYPE a [ ]>", false);
        check("<!ENTITY fig SYSTEM \"a.tif\" NDATA TIF>", false);
        check("<!ENTITY % pictures SYSTEM \"a.dtd\">", false);
        check("[<!ENTITY b \"c SYSTEM\">", true);
        check("<!ENTITY b'c'>", true);
        check("<!ENTITY", true);
    }
}
