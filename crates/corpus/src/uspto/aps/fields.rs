//! Groups and fields of Green Book text.

/// A group: the lines from one name of four letters to the next.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    pub(super) fields: Vec<Field<'a>>,
}

/// A field: a code and its lines as they are written.
#[derive(Debug, PartialEq)]
pub(super) struct Field<'a> {
    pub(super) code: &'a str,
    /// The lines, without the code and without the line ends.
    pub(super) lines: Vec<&'a str>,
}

impl<'a> Group<'a> {
    /// The first line of the first field of that code, blanks included, as fields in columns need it.
    pub(super) fn raw(&self, code: &str) -> Option<&'a str> {
        self.fields.iter().find(|field| field.code == code)?.lines.first().copied()
    }

    /// The first field of that code on one line; `None` where it is absent or blank.
    pub(super) fn value(&self, code: &str) -> Option<String> {
        let field = self.fields.iter().find(|field| field.code == code)?;
        Some(field.text()).filter(|text| !text.is_empty())
    }

    /// The first lines of all fields of that code.
    pub(super) fn all_raw(&self, code: &str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |field| field.code == code)
            .filter_map(|field| field.lines.first().copied())
    }
}

impl Field<'_> {
    /// The text on one line, its codes not yet read.
    pub(super) fn text(&self) -> String {
        self.lines.iter().flat_map(|line| line.split_whitespace()).collect::<Vec<_>>().join(" ")
    }
}

/// Splits a document into its groups. Lines before the first group belong to none and are no patent's.
pub(super) fn groups(text: &str) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end_matches(['\0', '\u{1a}']);
        if is_group(line.trim_end()) {
            groups.push(Group { name: line.trim_end(), fields: Vec::new() });
        } else if let Some(group) = groups.last_mut() {
            add(group, line);
        }
    }
    groups
}

fn is_group(line: &str) -> bool {
    line.len() == 4 && line.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn add<'a>(group: &mut Group<'a>, line: &'a str) {
    match (field(line), group.fields.last_mut()) {
        (Some((code, first)), _) => group.fields.push(Field { code, lines: vec![first] }),
        (None, Some(field)) => field.lines.push(line),
        (None, None) if line.trim().is_empty() => {}
        // Text without a code, as damaged files have it, is a paragraph.
        (None, None) => group.fields.push(Field { code: "PAR", lines: vec![line] }),
    }
}

/// "PAR  Text" → "PAR", "Text".
fn field(line: &str) -> Option<(&str, &str)> {
    let (code, rest) = line.split_at_checked(3)?;
    let is_code = code.starts_with(|c: char| c.is_ascii_uppercase())
        && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let text = rest.strip_prefix("  ").or_else(|| rest.trim().is_empty().then_some(""))?;
    is_code.then_some((code, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_fields_with_their_lines() {
        let groups = groups(
            "HHHHHT  APS1\r\nPATN\r\nWKU  1\r\nTTL  Of\r\n      pans\r\nCLAS  \r\nOCL    2 52\r\nOCL\r\n",
        );
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].value("TTL").as_deref(), Some("Of pans"));
        assert_eq!(groups[1].name, "CLAS");
        assert_eq!(groups[1].all_raw("OCL").collect::<Vec<_>>(), ["  2 52", ""]);
        assert_eq!(groups[1].value("XCL"), None);
    }

    #[test]
    fn text_without_a_code_is_a_paragraph() {
        let groups = groups("BSUM\n      of pans\nFIG. 1 shows\n");
        assert_eq!(groups[0].fields, [Field { code: "PAR", lines: vec!["      of pans", "FIG. 1 shows"] }]);
    }
}
