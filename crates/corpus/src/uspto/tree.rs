//! Small steps in an XML tree.

use jiff::civil::Date;

pub(crate) type Node<'a, 'i> = roxmltree::Node<'a, 'i>;

/// The first child element of that name.
pub(crate) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// The child elements of that name.
pub(crate) fn children<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

/// The element at the end of a path of child names.
pub(crate) fn at<'a, 'i>(node: Node<'a, 'i>, path: &[&str]) -> Option<Node<'a, 'i>> {
    path.iter().try_fold(node, |node, name| child(node, name))
}

/// A child's plain text, trimmed; `None` where it is absent or blank.
pub(crate) fn value(node: Node<'_, '_>, name: &str) -> Option<String> {
    let text = super::text::inline_text(child(node, name)?);
    (!text.is_empty()).then_some(text)
}

/// A child's text with its blanks, as fixed-width fields need it.
pub(crate) fn raw_value<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text()
}

/// A child's date, written as eight digits.
pub(crate) fn date(node: Node<'_, '_>, name: &str) -> Option<Date> {
    parse_date(raw_value(node, name)?)
}

/// Reads "20150106", and "2015-01-06" as some converted files have it. A month or day of 00, as cited documents have, is read as 01.
fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim().replace('-', "");
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let month: i8 = text[4..6].parse().ok()?;
    let day: i8 = text[6..].parse().ok()?;
    Date::new(text[..4].parse().ok()?, month.max(1), day.max(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn dates_are_eight_digits() {
        check("20150106", "2015-01-06");
        check(" 19990400 ", "1999-04-01");
        check("19760000", "1976-01-01");
        check("2007-01-02", "2007-01-02");
        check("20150230", "none");
        check("2015", "none");
        check("2015é06", "none");
    }
}
