//! What every page has: head, navigation, the foot, and the help on keys.

use maud::{DOCTYPE, Markup, html};

use super::address::QUERY;
use super::assets;

/// The parts of the site that the navigation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Search,
    Chart,
    Landscape,
    Help,
}

const NAVIGATION: [(Section, &str, &str); 4] = [
    (Section::Search, "/", "Search"),
    (Section::Chart, "/chart", "Claim chart"),
    (Section::Landscape, "/landscape", "Landscape"),
    (Section::Help, "/help", "Help"),
];

/// The keys that the script knows, for people.
pub(crate) const KEYS: [(&str, &str); 8] = [
    ("/", "to the search box"),
    ("j k", "next and previous hit; on a patent’s page, the next and the previous patent of the result"),
    ("← →", "on a patent’s page, the same"),
    ("Enter", "search; open the hit. Shift+Enter makes a new line"),
    ("x", "select the hit for comparison"),
    ("c", "compare what is selected"),
    ("u", "from a patent back to its result"),
    ("?", "these keys"),
];

/// A page: its title, where it belongs, and its content.
pub(crate) fn page(title: &str, section: Option<Section>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – priorart" }
                link rel="icon" type="image/svg+xml" href=(assets::ICON.address());
                link rel="stylesheet" href=(assets::STYLE.address());
                script src=(assets::SCRIPT.address()) defer {}
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                (header(section))
                main #content tabindex="-1" { (content) }
                footer.foot {
                    p { "priorart runs on your own machine: nothing that is typed here leaves it." }
                    nav aria-label="For programs" {
                        a href="/api/docs" { "API" }
                        a href="/help" { "How to search" }
                    }
                }
                (keys())
            }
        }
    }
}

fn header(section: Option<Section>) -> Markup {
    html! {
        header.top {
            a.brand href="/" { "prior" b { "art" } }
            nav aria-label="Pages" {
                @for (own, address, name) in NAVIGATION {
                    a href=(address) aria-current=[(section == Some(own)).then_some("page")] { (name) }
                }
            }
            @if section != Some(Section::Search) {
                form.quick role="search" method="post" action="/search" {
                    input type="search" name=(QUERY) aria-label="Search patents" placeholder="Search  ( / )"
                        data-key="/";
                    button.plain { "Search" }
                }
            }
        }
    }
}

/// Shown by the script on `?`.
fn keys() -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            (key_list())
            form method="dialog" { button { "Close" } }
        }
    }
}

/// The keys with what they do.
pub(crate) fn key_list() -> Markup {
    html! {
        dl.keys {
            @for (key, does) in KEYS {
                dt { @for one in key.split(' ') { kbd { (one) } } }
                dd { (does) }
            }
        }
    }
}

/// A count with its noun: "1 patent", "1,204 patents".
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A number with commas.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_for_people() {
        assert_eq!(counted(1, "patent"), "1 patent");
        assert_eq!(counted(1_204_000, "patent"), "1,204,000 patents");
        assert_eq!(counted(999, "hit"), "999 hits");
    }

    #[test]
    fn titles_are_text() {
        let page = page("<script>alert(1)</script>", None, &html! {}).into_string();
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"));
    }
}
