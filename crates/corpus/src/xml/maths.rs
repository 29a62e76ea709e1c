//! `MathML` as a line of text.

use super::reader::{Event, Tag, Xml};
use crate::fault::Fault;

/// Deeper than any real formula; what lies deeper is left out, so that none exhausts the stack.
const DEEPEST: usize = 100;

/// The formula on one line: `(a)/(b)`, `x^2`, `x_i`, `√(x)`.
pub(crate) fn readable<'a>(xml: &mut Xml<'a>, math: &Tag<'a>) -> Result<String, Fault> {
    let mut writer = Formula { xml, text: String::new(), depth: 0 };
    writer.joined(math, &[""])?;
    Ok(writer.text)
}

struct Formula<'x, 'a> {
    xml: &'x mut Xml<'a>,
    text: String,
    depth: usize,
}

impl<'a> Formula<'_, 'a> {
    fn write(&mut self, tag: &Tag<'a>) -> Result<(), Fault> {
        match tag.name() {
            "mi" | "mn" | "mtext" => self.text.push_str(self.xml.value(tag)?.trim()),
            "mo" => operator(self.xml.value(tag)?.trim(), &mut self.text),
            "mfrac" => self.joined(tag, &["(", ")/(", ")"])?,
            "msqrt" => self.joined(tag, &["√(", "", ")"])?,
            "msup" | "mover" => self.joined(tag, &["", "^", ""])?,
            "msub" | "munder" => self.joined(tag, &["", "_", ""])?,
            "msubsup" | "munderover" => self.joined(tag, &["", "_", "^", ""])?,
            "mtr" => self.joined(tag, &["", "", " "])?,
            "mspace" => self.text.push(' '),
            _ => self.joined(tag, &[""])?,
        }
        self.xml.skip(tag)
    }

    /// The parts of an element, with `marks` before, between and after them.
    fn joined(&mut self, tag: &Tag<'a>, marks: &[&str]) -> Result<(), Fault> {
        self.depth += 1;
        let last = marks.len() - 1;
        let mut part = 0;
        while let Some(event) = self.xml.next(tag)? {
            let Event::Start(child) = event else { continue };
            if self.depth > DEEPEST {
                self.xml.skip(&child)?;
                continue;
            }
            let mark = marks[part.min(last.saturating_sub(1))];
            part += 1;
            self.text.push_str(mark);
            if matches!(mark, "^" | "_") { self.script(&child)? } else { self.write(&child)? }
        }
        self.text.push_str(marks[last]);
        self.depth -= 1;
        Ok(())
    }

    /// A sub- or superscript of several parts stands in brackets: 2^(2k) is not 2^2k.
    fn script(&mut self, tag: &Tag<'a>) -> Result<(), Fault> {
        let start = self.text.len();
        let is_one_part = matches!(tag.name(), "mi" | "mn" | "mtext");
        self.write(tag)?;
        let written = self.text.split_off(start);
        let written = written.trim();
        if is_one_part || written.chars().count() < 2 {
            self.text.push_str(written);
        } else {
            self.text.extend(["(", written, ")"]);
        }
        Ok(())
    }
}

/// Brackets and commas stand close; an operator has blanks around it.
fn operator(operator: &str, text: &mut String) {
    match operator {
        "(" | ")" | "[" | "]" | "{" | "}" | "|" | "," | ";" | "." | "′" | "\u{2061}" | "\u{2062}" => {
            text.push_str(operator.trim_matches(['\u{2061}', '\u{2062}']));
        }
        _ => {
            text.push(' ');
            text.push_str(operator);
            text.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, expected: &str) {
        assert_eq!(Xml::root(xml, readable).unwrap(), expected);
    }

    #[test]
    fn formulas_are_readable() {
        check("<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>", "E = mc^2");
        check(
            "<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>",
            "(a + b)/(2)",
        );
        check("<math><msqrt><msub><mi>x</mi><mi>i</mi></msub></msqrt></math>", "√(x_i)");
        check(
            "<math><msup><mn>2</mn><mrow><mn>2</mn><mo>\u{2062}</mo><mi>k</mi></mrow></msup></math>",
            "2^(2k)",
        );
        check(
            "<math><munderover><mo>∑</mo><mrow><mi>k</mi><mo>=</mo><mn>0</mn></mrow><mi>N</mi></munderover></math>",
            " ∑ _(k = 0)^N",
        );
    }

    #[test]
    fn no_depth_exhausts_the_stack() {
        let xml = format!("<math>{}<mi>x</mi>{}</math>", "<mfrac>".repeat(5000), "</mfrac>".repeat(5000));
        assert!(Xml::root(&xml, readable).unwrap().starts_with("(("));
    }
}
