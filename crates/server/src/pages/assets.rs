//! Style, script and icon: part of the program, so that a page needs no other file and no network.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A file that is served.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Its name below `/assets/`.
    pub(crate) name: &'static str,
    /// Its type.
    pub(crate) content_type: &'static str,
    /// What it says.
    pub(crate) text: &'static str,
}

pub(crate) static STYLE: Asset = Asset {
    name: "style.css",
    content_type: "text/css; charset=utf-8",
    text: concat!(
        include_str!("../../assets/base.css"),
        include_str!("../../assets/search.css"),
        include_str!("../../assets/patent.css"),
        include_str!("../../assets/chart.css"),
        include_str!("../../assets/landscape.css"),
    ),
};

pub(crate) static SCRIPT: Asset = Asset {
    name: "script.js",
    content_type: "text/javascript; charset=utf-8",
    text: include_str!("../../assets/script.js"),
};

pub(crate) static ICON: Asset =
    Asset { name: "icon.svg", content_type: "image/svg+xml", text: include_str!("../../assets/icon.svg") };

impl Asset {
    /// The asset of a name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        [&STYLE, &SCRIPT, &ICON].into_iter().find(|asset| asset.name == name)
    }

    /// Where it is served; the address changes with its content, so that it may be kept for ever.
    pub(crate) fn address(&self) -> String {
        format!("/assets/{}?v={}", self.name, self.version())
    }

    fn version(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.text.hash(&mut hasher);
        format!("{:08x}", hasher.finish() as u32)
    }
}
