//! Readable text of mark-up: nothing glued, nothing split.
//!
//! The rules are the same for all formats; [`Role::of`] knows what each calls its elements.

use super::maths;
use super::reader::{Event, Tag, Xml};
use crate::braces;
use crate::fault::Fault;

/// The text of an element on one line.
pub(crate) fn line_text<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<String, Fault> {
    let text = block_text(xml, tag)?;
    Ok(if text.contains('\n') { text.replace('\n', " ") } else { text })
}

/// The text of an element, with a line for each paragraph, list item, table row and part of a claim.
pub(crate) fn block_text<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<String, Fault> {
    Ok(marked_text(xml, tag)?.text)
}

/// The text of an element with what its mark-up says of it.
pub(crate) fn marked_text<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<MarkedText, Fault> {
    let mut writer = TextWriter::default();
    writer.read(xml, tag)?;
    Ok(writer.finish())
}

/// Text, and what is not a part of it.
#[derive(Debug, Default)]
pub(crate) struct MarkedText {
    pub(crate) text: String,
    /// The number before the text, where it is an element of its own.
    pub(crate) number: Option<String>,
    /// The numbers of the claims that are referred to.
    pub(crate) claims: Vec<u32>,
}

/// What an element means for the text.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// Its content flows with the text around it.
    Inline,
    /// It stands on lines of its own.
    Block,
    /// A cell of a table's row.
    Cell,
    Superscript,
    /// Bold numerals and figure references, where the blank before the next word is forgotten.
    Reference,
    /// The number of a paragraph, a table or a formula.
    Number,
    Maths,
    /// It names the claim that the text around it refers to.
    ClaimReference,
    /// Its content is a file's name, or a picture of what stands beside it.
    Picture,
}

impl Role {
    fn of(name: &str) -> Self {
        match name {
            "p" | "li" | "row" | "claim-text" | "heading" | "br" | "dt" | "dd" | "title" | "PARA"
            | "CLMSTEP" | "H" | "LI" | "DT" | "DD" | "paragraph" | "list-item" => Self::Block,
            "entry" => Self::Cell,
            "sup" | "sup2" | "SP" | "superscript" => Self::Superscript,
            "figref" | "b" | "FGREF" | "BOLD" | "cross-reference" | "bold" => Self::Reference,
            "claim-ref" | "CLREF" | "dependent-claim-reference" => Self::ClaimReference,
            "number" => Self::Number,
            "math" => Self::Maths,
            "img"
            | "custom-character"
            | "chemistry"
            | "sequence-list"
            | "us-sequence-list-doc"
            | "EMI"
            | "CUSTOM-CHARACTER"
            | "CHEM-US"
            | "SEQLST-US"
            | "image"
            | "chemistry-cwu" => Self::Picture,
            _ => Self::Inline,
        }
    }
}

/// Collects text and folds white space; a break asked for is written when text follows.
#[derive(Default)]
struct TextWriter {
    text: String,
    pending: Break,
    /// Between `<?delete-start?>` and `<?delete-end?>`.
    deleted: bool,
    /// How many cells are open, one within the other.
    cells: usize,
    /// How many references to claims are open.
    references: usize,
    number: Option<String>,
    claims: Vec<u32>,
    /// What has just been read, on which the next text depends.
    before: Before,
}

#[derive(Default, Clone, Copy, PartialEq, PartialOrd)]
enum Break {
    #[default]
    None,
    Space,
    Cell,
    Line,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Before {
    #[default]
    Text,
    /// A superscript begins right behind a digit.
    Power,
    /// A reference has ended.
    Reference,
}

impl TextWriter {
    /// Adds the text of an element's content.
    fn read<'a>(&mut self, xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<(), Fault> {
        while let Some(event) = xml.next(tag)? {
            match event {
                Event::Text(text) => self.run(&text),
                Event::Start(child) => self.start(xml, &child)?,
                Event::End(end) => self.end(Role::of(end.name())),
                Event::Instruction(instruction) => self.instruction(&instruction),
            }
        }
        Ok(())
    }

    fn finish(self) -> MarkedText {
        MarkedText { text: braces::readable(self.text), number: self.number, claims: self.claims }
    }

    fn start<'a>(&mut self, xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<(), Fault> {
        match Role::of(tag.name()) {
            Role::Inline | Role::Reference => {}
            Role::ClaimReference => {
                self.references += 1;
                self.claims.extend(referred(tag));
            }
            Role::Number => {
                let number = xml.value(tag)?;
                if self.text.is_empty() {
                    self.number = Some(bare_number(&number).to_owned()).filter(|bare| !bare.is_empty());
                }
            }
            Role::Block => self.request(Break::Line),
            Role::Cell => {
                self.request(Break::Cell);
                self.cells += 1;
            }
            Role::Superscript => {
                let behind_digit = self.pending == Break::None && ends_with_digit(&self.text);
                self.before = if behind_digit { Before::Power } else { Before::Text };
            }
            Role::Maths => {
                self.request(Break::Space);
                let formula = maths::readable(xml, tag)?;
                self.run(&formula);
                self.request(Break::Space);
            }
            Role::Picture => {
                self.request(Break::Space);
                xml.skip(tag)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, role: Role) {
        match role {
            Role::Block => self.request(Break::Line),
            Role::Cell => {
                self.cells -= 1;
                self.request(Break::Cell);
            }
            Role::ClaimReference => self.references -= 1,
            Role::Reference => self.before = Before::Reference,
            _ => {}
        }
    }

    fn instruction(&mut self, instruction: &str) {
        match instruction.split_ascii_whitespace().next() {
            Some("delete-start") => self.deleted = true,
            Some("delete-end") => self.deleted = false,
            _ => {}
        }
    }

    /// A row stays on one line, whatever its cells hold; a reference to a claim flows with the text around it.
    fn request(&mut self, wanted: Break) {
        if self.references > 0 && wanted > Break::Space {
            return;
        }
        let wanted = if self.cells > 0 && wanted == Break::Line { Break::Space } else { wanted };
        if self.pending < wanted {
            self.pending = wanted;
        }
    }

    fn run(&mut self, text: &str) {
        if self.deleted {
            return;
        }
        match std::mem::take(&mut self.before) {
            // "10<sup>-3</sup>" is 10^-3 and not 103; "m<sup>2</sup>" and "2<sup>nd</sup>" read well as they are.
            Before::Power if is_number(text) => self.text.push('^'),
            Before::Reference if ends_with_digit(&self.text) && begins_with_word(text) => {
                self.request(Break::Space);
            }
            Before::Text | Before::Power | Before::Reference => {}
        }
        self.push(text);
    }

    /// Adds text with its white space folded.
    fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let words = words_end(rest);
            if words > 0 {
                self.write_break();
                self.text.push_str(&rest[..words]);
            }
            rest = &rest[words..];
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

/// Where white space begins that is more than one blank between two words.
fn words_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let is_one_blank = |next: u8| byte == b' ' && next > b' ' && next.is_ascii();
        match byte {
            // An ASCII character of a word, by far the most frequent.
            0x21..=0x7f | 0..=8 | 14..=0x1f => at += 1,
            _ if at > 0 && bytes.get(at + 1).is_some_and(|&next| is_one_blank(next)) => at += 2,
            0..=0x7f => return at,
            _ => match text[at..].chars().next() {
                Some(c) if !c.is_whitespace() => at += c.len_utf8(),
                _ => return at,
            },
        }
    }
    at
}

/// "CLM-00007" → 7.
fn referred(reference: &Tag<'_>) -> Option<u32> {
    let names = ["idref", "ID", "depends_on"];
    let id = names.iter().find_map(|name| reference.attribute(name))?;
    id.rsplit('-').next()?.parse().ok()
}

/// `[0001]` → `0001`, `2.` → `2`.
fn bare_number(number: &str) -> &str {
    number.trim().trim_matches(['[', ']', '.'])
}

fn ends_with_digit(text: &str) -> bool {
    text.as_bytes().last().is_some_and(u8::is_ascii_digit)
}

/// Whether digits begin the text, behind a sign or not.
pub(crate) fn is_number(text: &str) -> bool {
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
        assert_eq!(Xml::root(xml, block_text).unwrap(), expected);
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
    fn all_generations_of_a_format_are_read_alike() {
        check(
            "<PARA><PTEXT><PDAT>10</PDAT><HIL><SP><PDAT>-3 </PDAT></SP></HIL><PDAT>m</PDAT></PTEXT></PARA>",
            "10^-3 m",
        );
        check(
            "<claim-text>The pan of <dependent-claim-reference depends_on=\"CLM-1\"><claim-text>claim 1</claim-text>\
             </dependent-claim-reference>, hot.</claim-text>",
            "The pan of claim 1, hot.",
        );
    }

    #[test]
    fn a_number_is_no_part_of_the_text() {
        let xml =
            "<paragraph><number>[0007]</number> A pan <math-cwu><number>1</number></math-cwu></paragraph>";
        let found = Xml::root(xml, marked_text).unwrap();
        assert_eq!((found.text.as_str(), found.number.as_deref()), ("A pan", Some("0007")));
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
