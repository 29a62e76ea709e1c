//! A landscape as a page, or a part of one.

use super::escaped;
use crate::Landscape;

/// The stylesheet of [`Landscape::fragment`]s.
pub const MAP_STYLE: &str = include_str!("map.css");

/// The script that draws every [`Landscape::fragment`] above it. It needs no other, and speaks to no server.
pub const MAP_SCRIPT: &str = include_str!("map.js");

impl Landscape {
    /// What it is, as JSON.
    ///
    /// # Panics
    ///
    /// Never: it has only string keys and finite numbers.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("string keys and finite numbers")
    }

    /// One page that needs no other file: zoom, pan, a search box, a legend, the number and title of the patent
    /// under the pointer.
    pub fn html(&self, title: &str) -> String {
        format!(
            "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\
             <meta name=viewport content=\"width=device-width\"><title>{}</title>\n\
             <style>{MAP_STYLE}body{{margin:0}}.landscape{{height:100vh;height:100dvh}}</style></head>\n\
             <body>{}\n<script>{MAP_SCRIPT}</script></body></html>\n",
            escaped(title),
            self.fragment(None)
        )
    }

    /// The map as a part of a page, which holds [`MAP_STYLE`] as well, and below the map [`MAP_SCRIPT`]. The
    /// number in a patent's tip leads to `link`, in which `{number}` stands for the publication number.
    pub fn fragment(&self, link: Option<&str>) -> String {
        let link = link.map(|link| format!(" data-link=\"{}\"", escaped(link))).unwrap_or_default();
        // "</script" in a title would end the element, "<!--" change what ends it.
        let data = self.json().replace('<', "\\u003c");
        format!(
            "<div class=landscape{link}><script type=\"application/json\">{data}</script>\
             <noscript>The map is drawn by a script.</noscript></div>"
        )
    }
}
