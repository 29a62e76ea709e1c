//! `MathML` as a line of text.

use super::tree::Node;

const DEEPEST: usize = 100;

/// The formula on one line: `(a)/(b)`, `x^2`, `x_i`, `√(x)`.
pub(crate) fn readable(math: Node<'_, '_>) -> String {
    let mut text = String::new();
    write_all(math, &mut text, 0);
    text
}

fn write_all(node: Node<'_, '_>, text: &mut String, depth: usize) {
    if depth <= DEEPEST {
        node.children().filter(roxmltree::Node::is_element).for_each(|child| write(child, text, depth + 1));
    }
}

fn write(node: Node<'_, '_>, text: &mut String, depth: usize) {
    match node.tag_name().name() {
        "mi" | "mn" | "mtext" => text.push_str(node.text().unwrap_or_default().trim()),
        "mo" => operator(node.text().unwrap_or_default().trim(), text),
        "mfrac" => joined(node, text, depth, &["(", ")/(", ")"]),
        "msqrt" => joined(node, text, depth, &["√(", "", ")"]),
        "msup" | "mover" => joined(node, text, depth, &["", "^", ""]),
        "msub" | "munder" => joined(node, text, depth, &["", "_", ""]),
        "msubsup" | "munderover" => joined(node, text, depth, &["", "_", "^", ""]),
        "mtr" => {
            write_all(node, text, depth);
            text.push(' ');
        }
        "mspace" => text.push(' '),
        _ => write_all(node, text, depth),
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

/// The parts of a node, with `marks` before, between and after them.
fn joined(node: Node<'_, '_>, text: &mut String, depth: usize, marks: &[&str]) {
    if depth > DEEPEST {
        return;
    }
    let last = marks.len() - 1;
    for (part, child) in node.children().filter(roxmltree::Node::is_element).enumerate() {
        let mark = marks[part.min(last - 1)];
        text.push_str(mark);
        if matches!(mark, "^" | "_") {
            script(child, text, depth + 1);
        } else {
            write(child, text, depth + 1);
        }
    }
    text.push_str(marks[last]);
}

/// A sub- or superscript of several parts stands in brackets: 2^(2k) is not 2^2k.
fn script(node: Node<'_, '_>, text: &mut String, depth: usize) {
    let start = text.len();
    write(node, text, depth);
    let is_one_part = matches!(node.tag_name().name(), "mi" | "mn" | "mtext");
    let written = text.split_off(start);
    let written = written.trim();
    if is_one_part || written.chars().count() < 2 {
        text.push_str(written);
    } else {
        text.extend(["(", written, ")"]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(xml: &str, expected: &str) {
        let document = roxmltree::Document::parse(xml).unwrap();
        assert_eq!(readable(document.root_element()), expected);
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
        let document = roxmltree::Document::parse(&xml).unwrap();
        assert!(readable(document.root_element()).starts_with("(("));
    }
}
