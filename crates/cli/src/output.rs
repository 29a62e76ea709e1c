//! Text for people: as wide as the terminal, coloured where there is one.

use anstyle::Style;
use priorart_corpus::Skip;

use crate::settings::Settings;

const NARROWEST: usize = 40;
const WIDEST: usize = 110;
/// Where standard output is no terminal.
const USUAL: usize = 100;

/// Columns to write in.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(USUAL, |(width, _)| usize::from(width.0).clamp(NARROWEST, WIDEST))
}

/// A name and its value, wrapped; nothing where there is no value.
pub(crate) fn field(name: &str, value: &str) {
    const NAME: usize = 16;
    if !value.is_empty() {
        let options = textwrap::Options::new(width() - NAME);
        for (line, text) in textwrap::wrap(value, options).iter().enumerate() {
            println!("{:NAME$}{text}", if line == 0 { name } else { "" });
        }
    }
}

/// A text with its own line breaks, wrapped and indented below its first words.
pub(crate) fn paragraph(first: &str, text: &str) {
    let indent = " ".repeat(first.chars().count());
    for (line, text) in text.lines().enumerate() {
        let initial = if line == 0 { first } else { &indent };
        let options = textwrap::Options::new(width()).initial_indent(initial).subsequent_indent(&indent);
        println!("{}", textwrap::fill(text, options));
    }
}

/// The records that were skipped, the first few of them unless all are asked for.
pub(crate) fn print_skips(settings: &Settings, skips: &[Skip], skipped: u64) {
    const SHOWN: usize = 5;
    let shown = if settings.verbose { usize::MAX } else { SHOWN };
    for skip in skips.iter().take(shown) {
        anstream::eprintln!("skipped {skip}");
    }
    if skipped as usize > shown {
        anstream::eprintln!("… {} more skipped; --verbose shows them", skipped as usize - shown);
    }
}

/// A text with the style; a terminal that has no colours gets none.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
