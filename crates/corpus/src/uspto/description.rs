//! The description: headings and numbered paragraphs, with the section they belong to.

use roxmltree::NodeType;

use super::text::block_text;
use super::tree::Node;
use crate::patent::{Paragraph, Section};

/// Reads the description in its order. Processing instructions mark the sections; grants and applications
/// name them differently.
pub(crate) fn read(description: Node<'_, '_>) -> Vec<Paragraph> {
    let mut reader = Reader::default();
    reader.children(description, 0);
    reader.paragraphs
}

/// `description-of-drawings` is the only wrapper known; the bound keeps a hostile file off the stack.
const DEEPEST: usize = 20;

#[derive(Default)]
struct Reader {
    paragraphs: Vec<Paragraph>,
    section: Option<Section>,
    deleted: bool,
}

impl Reader {
    fn children(&mut self, node: Node<'_, '_>, depth: usize) {
        for child in node.children() {
            match child.node_type() {
                NodeType::PI => self.instruction(child),
                NodeType::Element => self.element(child, depth),
                _ => {}
            }
        }
    }

    fn element(&mut self, node: Node<'_, '_>, depth: usize) {
        match node.tag_name().name() {
            "heading" => self.push(node, true),
            // Tables, formulas and lists may stand between paragraphs without being one.
            "p" | "tables" | "maths" | "ul" | "ol" => self.push(node, false),
            "sequence-list" | "us-sequence-list-doc" | "chemistry" | "img" => {}
            _ if depth < DEEPEST => self.children(node, depth + 1),
            _ => {}
        }
    }

    fn push(&mut self, node: Node<'_, '_>, heading: bool) {
        let text = block_text(node);
        if self.deleted || text.is_empty() {
            return;
        }
        let number = node.attribute("num").map(str::trim).filter(|_| !heading).map(str::to_owned);
        self.paragraphs.push(Paragraph { number, heading, section: self.section, text });
    }

    fn instruction(&mut self, node: Node<'_, '_>) {
        let Some(instruction) = node.pi() else { return };
        match instruction.target {
            "delete-start" => self.deleted = true,
            "delete-end" => self.deleted = false,
            target => self.mark(target, instruction.value.unwrap_or_default()),
        }
    }

    /// `<?BRFSUM description="Brief Summary" end="lead"?>` opens a section, `end="tail"` closes it.
    fn mark(&mut self, target: &str, value: &str) {
        let section = match target {
            "RELAPP"
            | "GOVINT"
            | "cross-reference-to-related-applications"
            | "federal-research-statement" => Section::Related,
            "BACKGROUND" | "technical-field" | "background-art" => Section::Background,
            "BRFSUM" | "summary-of-invention" | "disclosure" => Section::Summary,
            "brief-description-of-drawings" => Section::Drawings,
            "DETDESC" | "detailed-description" | "description-of-embodiments" => Section::Detail,
            _ => return,
        };
        if value.contains("\"lead\"") {
            self.section = Some(section);
        } else if value.contains("\"tail\"") {
            self.section = None;
        }
    }
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
        let document = roxmltree::Document::parse(xml).unwrap();
        let found = read(document.root_element());
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
