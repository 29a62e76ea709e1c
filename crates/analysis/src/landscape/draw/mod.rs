//! A landscape as HTML and as SVG.

mod colours;
mod html;
mod svg;

pub(super) use self::colours::colours;
pub use self::html::{MAP_SCRIPT, MAP_STYLE};

/// What has a meaning in HTML and XML, written so that it has none; control characters, which XML cannot hold,
/// are left out.
fn escaped(text: &str) -> String {
    let clean = text.chars().filter(|c| !c.is_control() || c.is_whitespace()).collect::<String>();
    clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
