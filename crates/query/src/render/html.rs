//! A page to read and to print.

use std::fmt::Write;

use crate::hit::{Hit, HitPassage, SearchResult};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;\
    color:#222}h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.5rem 0 0}p{margin:.2rem 0}\
    .facts{color:#666;font-size:.9rem}mark{background:#ffeaa0;color:inherit}\
    @media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}.facts{color:#999}\
    mark{background:#5a4a00}}";

/// A report: the query, the hits with their passages, and the words that were looked for marked. It is one
/// file that needs no other.
///
/// # Panics
///
/// Never: writing to memory does not fail.
pub fn html(query: &str, result: &SearchResult) -> String {
    let mut body = format!("<h1>{}</h1>\n", escaped(query));
    for warning in &result.warnings {
        writeln!(body, "<p class=facts>{}</p>", escaped(warning)).expect("memory can be written to");
    }
    body.extend(result.hits.iter().map(section));
    page(query, &body)
}

/// A page around a body.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width\"><title>{}</title>\n\
         <style>{STYLE}</style></head>\n<body>{body}</body></html>\n",
        escaped(title)
    )
}

fn section(hit: &Hit) -> String {
    let mut text = String::new();
    let facts = [Some(hit.number.as_str()), hit.date.as_deref(), hit.assignee.as_deref()];
    let facts: Vec<String> = facts.into_iter().flatten().map(escaped).collect();
    let class = hit.class.as_ref().map(|class| format!(" · {} {}", class.symbol, class.title));
    write!(
        text,
        "<section><h2>{}. {}</h2>\n<p class=facts>{}{} · {:.4}</p>\n",
        hit.rank,
        escaped(&hit.title),
        facts.join(" · "),
        escaped(class.as_deref().unwrap_or_default()),
        hit.score
    )
    .expect("memory can be written to");
    let family = Some(&hit.family).filter(|family| !family.is_empty());
    let family = family.map(|family| format!("family: {}", family.join(", ")));
    for fact in family.into_iter().chain(hit.known.map(|by| by.phrase().to_owned())) {
        writeln!(text, "<p class=facts>{}</p>", escaped(&fact)).expect("memory can be written to");
    }
    hit.passages.iter().for_each(|passage| text.push_str(&marked(passage)));
    text + "</section>\n"
}

pub(super) fn marked(passage: &HitPassage) -> String {
    let mut text = format!("<p><b>{}</b> ", escaped(&passage.place));
    let mut at = 0;
    for [start, end] in &passage.highlights {
        let (before, word) = (&passage.text[at..*start], &passage.text[*start..*end]);
        text.push_str(&escaped(before));
        write!(text, "<mark>{}</mark>", escaped(word)).expect("memory can be written to");
        at = *end;
    }
    text + &escaped(&passage.text[at..]) + "</p>\n"
}

/// What has a meaning in HTML, written so that it has none.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
