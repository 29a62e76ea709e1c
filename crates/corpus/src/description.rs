//! The description: headings and numbered paragraphs, with the section they belong to.

use crate::fault::Fault;
use crate::patent::{Paragraph, Section};
use crate::xml::{Event, Tag, Xml, marked_text};

/// Reads the description in its order. Processing instructions mark the sections, in older formats elements do.
pub(crate) fn read<'a>(xml: &mut Xml<'a>, description: &Tag<'a>) -> Result<Vec<Paragraph>, Fault> {
    let mut reader = Reader::default();
    while let Some(event) = xml.next(description)? {
        match event {
            Event::Start(tag) => reader.element(xml, &tag)?,
            Event::End(end) if section_of(end.name()).is_some() => reader.section = None,
            Event::Instruction(instruction) => reader.instruction(&instruction),
            _ => {}
        }
    }
    Ok(reader.paragraphs)
}

#[derive(Default)]
struct Reader {
    paragraphs: Vec<Paragraph>,
    section: Option<Section>,
    deleted: bool,
}

impl Reader {
    fn element<'a>(&mut self, xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<(), Fault> {
        match tag.name() {
            "heading" | "H" => self.push(xml, tag, true),
            // Tables, formulas and lists may stand between paragraphs without being one.
            "p" | "tables" | "maths" | "ul" | "ol" => self.push(xml, tag, false),
            "PARA" | "CWU" | "paragraph" | "paragraph-federal-research-statement" => {
                self.push(xml, tag, false)
            }
            "sequence-list" | "us-sequence-list-doc" | "chemistry" | "img" => xml.skip(tag),
            // Others wrap paragraphs, as `description-of-drawings` does: the loop goes on within.
            name => {
                self.section = section_of(name).or(self.section);
                Ok(())
            }
        }
    }

    fn push<'a>(&mut self, xml: &mut Xml<'a>, tag: &Tag<'a>, heading: bool) -> Result<(), Fault> {
        let read = marked_text(xml, tag)?;
        let text = read.text;
        if !self.deleted && !text.is_empty() {
            let stated = || tag.attribute("num").map(|number| number.trim().to_owned());
            let number = if heading { None } else { read.number.or_else(stated) };
            let number = number.filter(|number| !number.is_empty());
            self.paragraphs.push(Paragraph { number, heading, section: self.section, text });
        }
        Ok(())
    }

    fn instruction(&mut self, instruction: &str) {
        match instruction.split_once(char::is_whitespace).unwrap_or((instruction, "")) {
            ("delete-start", _) => self.deleted = true,
            ("delete-end", _) => self.deleted = false,
            (target, value) => self.mark(target, value),
        }
    }

    /// `<?BRFSUM description="Brief Summary" end="lead"?>` opens a section, `end="tail"` closes it.
    fn mark(&mut self, target: &str, value: &str) {
        let Some(section) = section_of(target) else { return };
        if value.contains("\"lead\"") {
            self.section = Some(section);
        } else if value.contains("\"tail\"") {
            self.section = None;
        }
    }
}

/// The section by the name of the instruction or the element that marks it.
fn section_of(name: &str) -> Option<Section> {
    Some(match name {
        "RELAPP" | "GOVINT" | "cross-reference-to-related-applications" | "federal-research-statement" => {
            Section::Related
        }
        "BACKGROUND" | "technical-field" | "background-art" | "background-of-invention" => {
            Section::Background
        }
        "BRFSUM" | "summary-of-invention" | "disclosure" => Section::Summary,
        "DRWDESC" | "brief-description-of-drawings" => Section::Drawings,
        "DETDESC" | "detailed-description" | "description-of-embodiments" => Section::Detail,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_have_numbers_headings_and_sections() {
        let xml = "<description><?BRFSUM description=\"Brief Summary\" end=\"lead\"?>\
            <heading id=\"h\" level=\"1\">FIELD</heading><p id=\"p\" num=\"0001\">Of pans.</p>\
            <?BRFSUM description=\"Brief Summary\" end=\"tail\"?>\
            <description-of-drawings><p num=\"0002\">FIG. 1.</p></description-of-drawings></description>";
        let found = Xml::root(xml, read).unwrap();
        let summary = Some(Section::Summary);
        let paragraph = |number: Option<&str>, section, text: &str| Paragraph {
            number: number.map(str::to_owned),
            heading: number.is_none(),
            section,
            text: text.to_owned(),
        };
        assert_eq!(
            found,
            [
                paragraph(None, summary, "FIELD"),
                paragraph(Some("0001"), summary, "Of pans."),
                paragraph(Some("0002"), None, "FIG. 1.")
            ]
        );
    }
}
