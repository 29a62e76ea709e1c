//! Frees large documents of what is no prose.

use memchr::memmem;

/// Elements of sequences and tables, by the names of all formats.
const ELEMENTS: [&str; 7] =
    ["sequence-list", "us-sequence-list-doc", "sequence-cwu", "tables", "table-cwu", "TABLE-US", "SEQLST-US"];

/// No tag of them is longer, attributes left out.
const LONGEST_TAG: usize = 32;

/// Removes the content of such elements. The last one may still be open: then its end is yet to come.
pub(crate) fn elide(document: &mut Vec<u8>) {
    let (mut kept, mut read) = (0, 0);
    while let Some((content, name)) = next_element(document, read) {
        document.copy_within(read..content, kept);
        kept += content - read;
        let end_tag = format!("</{name}>");
        read = match memmem::find(&document[content..], end_tag.as_bytes()) {
            Some(length) => content + length,
            None => document.len().saturating_sub(LONGEST_TAG).max(content),
        };
    }
    let end = document.len();
    document.copy_within(read..end, kept);
    document.truncate(kept + end - read);
}

/// Where the content of the next such element begins, and its name.
fn next_element(document: &[u8], from: usize) -> Option<(usize, &'static str)> {
    memchr::memchr_iter(b'<', &document[from..]).find_map(|at| {
        let tag = &document[from + at + 1..];
        let is_it = |name: &str| {
            tag.starts_with(name.as_bytes())
                && matches!(tag.get(name.len()), Some(b'>' | b' ' | b'\r' | b'\n'))
        };
        let name = ELEMENTS.into_iter().find(|name| is_it(name))?;
        let end = memchr::memchr(b'>', tag)?;
        (!tag[..end].ends_with(b"/")).then_some((from + at + end + 2, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, expected: &str) {
        let mut bytes = document.as_bytes().to_vec();
        elide(&mut bytes);
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn tables_and_sequences_lose_their_content() {
        check("<a><tables id=\"1\"><row>b</row></tables>c</a>", "<a><tables id=\"1\"></tables>c</a>");
        check(
            "<a><tables></tables><sequence-list>b</sequence-list></a>",
            "<a><tables></tables><sequence-list></sequence-list></a>",
        );
        check(
            "<a><sequence-list/>b<tablespoon>c</tablespoon></a>",
            "<a><sequence-list/>b<tablespoon>c</tablespoon></a>",
        );
    }

    #[test]
    fn what_is_still_open_keeps_its_last_bytes() {
        let tail = "x".repeat(LONGEST_TAG);
        check(&format!("<a><tables>{}{tail}", "y".repeat(99)), &format!("<a><tables>{tail}"));
    }
}
