//! `priorart formats`.

use anyhow::Result;
use comfy_table::{Table, presets};
use priorart_corpus::Format;

use crate::outcome::Outcome;
use crate::settings::Settings;

/// Lists the formats that can be read.
pub(crate) fn run(settings: &Settings) -> Result<Outcome> {
    let formats = Format::READABLE.into_iter().filter_map(Format::info);
    if settings.json {
        for format in formats {
            println!("{}", serde_json::to_string(&format)?);
        }
        return Ok(Outcome::Done);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["format", "what it is", "told by"]);
    for format in formats {
        table.add_row([format.name, format.title, format.sign]);
    }
    println!("{table}");
    println!(
        "\nPlain, gzip or zip; a folder; `-` for standard input. docs/formats.md says what is taken from each."
    );
    Ok(Outcome::Done)
}
