//! Claim charts.

use std::fmt::Write;

use super::html::{escaped, marked, page};
use crate::chart::{Cell, Chart};

/// Comma-separated values with a header: a line an element and patent.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn chart_csv(chart: &Chart) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["element", "text", "number", "date", "score", "place", "passage", "in_pair"];
    writer.write_record(header).expect("memory can be written to");
    for (at, element) in chart.elements.iter().enumerate() {
        for patent in &chart.patents {
            let cell = patent.cells[at].as_ref();
            let text = |value: fn(&Cell) -> String| cell.map(value).unwrap_or_default();
            let is_in_pair = chart.pair.as_ref().is_some_and(|pair| pair.by[at] == patent.number);
            let row = [
                (at + 1).to_string(),
                element.clone(),
                patent.number.clone(),
                patent.date.clone().unwrap_or_default(),
                text(|cell| format!("{:.4}", cell.score)),
                text(|cell| cell.passage.place.clone()),
                text(|cell| cell.passage.text.clone()),
                is_in_pair.to_string(),
            ];
            writer.write_record(row).expect("memory can be written to");
        }
    }
    let bytes = writer.into_inner().expect("memory can be written to");
    String::from_utf8(bytes).expect("text makes text")
}

/// A page with a section for each element, and in it the passage of each patent.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn chart_html(chart: &Chart) -> String {
    let mut body = String::from("<h1>Claim chart</h1>\n");
    if let Some(pair) = &chart.pair {
        let [one, other] = &pair.numbers;
        let (worst, mean) = (pair.worst, pair.coverage);
        writeln!(
            body,
            "<p>Best pair: <b>{one}</b> and <b>{other}</b>, worst element {worst:.3}, mean {mean:.3}</p>"
        )
        .expect("memory can be written to");
    }
    for (at, element) in chart.elements.iter().enumerate() {
        writeln!(body, "<section><h2>{}. {}</h2>", at + 1, escaped(element))
            .expect("memory can be written to");
        for patent in &chart.patents {
            let Some(cell) = &patent.cells[at] else {
                continue;
            };
            let facts = format!("{} · {:.3} · {}", patent.number, cell.score, escaped(&patent.title));
            writeln!(body, "<p class=facts>{facts}</p>{}", marked(&cell.passage))
                .expect("memory can be written to");
        }
        body.push_str("</section>\n");
    }
    page("Claim chart", &body)
}
