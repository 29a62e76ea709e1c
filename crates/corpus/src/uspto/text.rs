//! Readable text of mark-up: nothing glued, nothing split.

use roxmltree::NodeType;

use super::maths;
use super::tree::Node;

/// Deeper than any real document; what lies deeper is left out, so that no document exhausts the stack.
const DEEPEST: usize = 200;

/// The text of an element on one line.
pub(crate) fn inline_text(node: Node<'_, '_>) -> String {
    block_text(node).replace('\n', " ")
}

/// The text of an element, with a line for each paragraph, list item, table row and part of a claim.
pub(crate) fn block_text(node: Node<'_, '_>) -> String {
    let mut writer = Writer::default();
    writer.children(node, 0);
    writer.text
}

/// Collects text and folds white space; a break asked for is written when text follows.
#[derive(Default)]
struct Writer {
    text: String,
    pending: Break,
    /// Between `<?delete-start?>` and `<?delete-end?>`.
    deleted: bool,
    /// Within a cell of a table.
    in_cell: bool,
}

#[derive(Default, Clone, Copy, PartialEq, PartialOrd)]
enum Break {
    #[default]
    None,
    Space,
    Cell,
    Line,
}

impl Writer {
    fn children(&mut self, node: Node<'_, '_>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for child in node.children() {
            match child.node_type() {
                NodeType::Text => self.push(child.text().unwrap_or_default()),
                NodeType::Element => self.element(child, depth),
                NodeType::PI => self.instruction(child),
                _ => {}
            }
        }
    }

    fn element(&mut self, node: Node<'_, '_>, depth: usize) {
        match node.tag_name().name() {
            "p" | "li" | "row" | "claim-text" | "heading" | "br" | "dt" | "dd" | "title" => {
                self.surrounded(node, Break::Line, depth);
            }
            "entry" => self.cell(node, depth),
            "sup" | "sup2" => self.superscript(node, depth),
            "figref" | "b" => self.reference(node, depth),
            "math" => {
                self.request(Break::Space);
                self.push(&maths::readable(node));
                self.request(Break::Space);
            }
            // Their content is a file name, or a picture of what stands beside it.
            "img" | "custom-character" | "chemistry" | "sequence-list" | "us-sequence-list-doc" => {
                self.request(Break::Space);
            }
            _ => self.children(node, depth + 1),
        }
    }

    fn surrounded(&mut self, node: Node<'_, '_>, around: Break, depth: usize) {
        self.request(around);
        self.children(node, depth + 1);
        self.request(around);
    }

    /// A row stays on one line, whatever its cells hold.
    fn cell(&mut self, node: Node<'_, '_>, depth: usize) {
        self.request(Break::Cell);
        let outer = std::mem::replace(&mut self.in_cell, true);
        self.children(node, depth + 1);
        self.in_cell = outer;
        self.request(Break::Cell);
    }

    /// "10<sup>-3</sup>" is 10^-3 and not 103; "m<sup>2</sup>" and "2<sup>nd</sup>" read well as they are.
    fn superscript(&mut self, node: Node<'_, '_>, depth: usize) {
        let is_power = self.pending == Break::None
            && self.text.ends_with(|c: char| c.is_ascii_digit())
            && node.text().is_some_and(is_number);
        if is_power && !self.deleted {
            self.text.push('^');
        }
        self.children(node, depth + 1);
    }

    /// Bold numerals and figure references are where the blank before the next word is forgotten.
    fn reference(&mut self, node: Node<'_, '_>, depth: usize) {
        self.children(node, depth + 1);
        let next = node.next_sibling().and_then(|next| next.text()).unwrap_or_default();
        if self.text.ends_with(|c: char| c.is_ascii_digit()) && begins_with_word(next) {
            self.request(Break::Space);
        }
    }

    fn instruction(&mut self, node: Node<'_, '_>) {
        match node.pi().map(|instruction| instruction.target) {
            Some("delete-start") => self.deleted = true,
            Some("delete-end") => self.deleted = false,
            _ => {}
        }
    }

    fn request(&mut self, wanted: Break) {
        let wanted = if self.in_cell && wanted == Break::Line { Break::Space } else { wanted };
        if self.pending < wanted {
            self.pending = wanted;
        }
    }

    fn push(&mut self, text: &str) {
        if self.deleted {
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            if word > 0 {
                self.write_break();
                self.text.push_str(&rest[..word]);
            }
            rest = &rest[word..];
            if !rest.is_empty() {
                self.request(Break::Space);
                rest = rest.trim_start();
            }
        }
    }

    fn write_break(&mut self) {
        if !self.text.is_empty() {
            self.text.push_str(match self.pending {
                Break::None => "",
                Break::Space => " ",
                Break::Cell => " | ",
                Break::Line => "\n",
            });
        }
        self.pending = Break::None;
    }
}

fn is_number(text: &str) -> bool {
    text.trim_start_matches(['-', '+', '−', '–']).starts_with(|c: char| c.is_ascii_digit())
}

/// Two small letters or more, which are no ordinal and no unit of a numeral: "FIG. 13" + "is".
fn begins_with_word(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_lowercase).count();
    letters >= 2 && !["st", "nd", "rd", "th", "mm", "cm", "nm", "kg"].contains(&&text[..letters])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, expected: &str) {
        let document = roxmltree::Document::parse(xml).unwrap();
        assert_eq!(block_text(document.root_element()), expected);
    }

    #[test]
    fn inline_marks_neither_glue_nor_split() {
        check("<p>H<sub>2</sub>O and <b>FIG. <i>1</i></b> is</p>", "H2O and FIG. 1 is");
        check("<p>in <figref idref=\"f\">FIG. <b>1</b></figref>is</p>", "in FIG. 1 is");
        check("<p>FIG. <b>13</b>is a side view</p>", "FIG. 13 is a side view");
        check(
            "<p><b>19</b><i>a</i>, <figref>FIG. 1</figref>A, the <b>5</b>th, <b>5</b>mm</p>",
            "19a, FIG. 1A, the 5th, 5mm",
        );
        check("<p>a\n   b\r\n\tc </p>", "a b c");
    }

    #[test]
    fn powers_are_told_from_digits() {
        check("<p>10<sup>-3</sup> m, 10<sup>4 </sup>Pa</p>", "10^-3 m, 10^4 Pa");
        check("<p>10<sup>\u{2212}17</sup></p>", "10^\u{2212}17");
        check(
            "<p>5 m<sup>2</sup>, 2<sup>nd</sup>, Ca<sup>2+</sup>, 10 <sup>13</sup>C</p>",
            "5 m2, 2nd, Ca2+, 10 13C",
        );
    }

    #[test]
    fn blocks_are_lines() {
        check("<c><p>one</p><p>two</p></c>", "one\ntwo");
        check("<c>a:<claim-text>b;</claim-text><claim-text>c.</claim-text></c>", "a:\nb;\nc.");
        check("<p>a<br/>b<ul><li>c</li><li>d</li></ul>e</p>", "a\nb\nc\nd\ne");
    }

    #[test]
    fn tables_are_lines_of_cells() {
        let xml = "<t><row><entry>a</entry><entry>b</entry></row><row><entry>c</entry><entry/></row></t>";
        check(xml, "a | b\nc");
        check(
            "<t><row><entry>a<br/>b</entry><entry><p>c</p><p>d</p></entry></row><row><entry>e</entry></row></t>",
            "a b | c d\ne",
        );
    }

    #[test]
    fn pictures_leave_a_gap() {
        check("<p>of formula<chemistry><img file=\"x.tif\"/></chemistry>wherein</p>", "of formula wherein");
    }

    #[test]
    fn deleted_text_is_left_out() {
        check(
            "<p>kept <?delete-start id=\"1\"?>gone <b>too</b><?delete-end id=\"1\"?>again</p>",
            "kept again",
        );
    }
}
