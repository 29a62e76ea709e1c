//! One text out of several languages, and the others kept.

use crate::patent::{Claim, Paragraph, Patent, Translation};

/// The language that a searcher's queries and the model are in.
const PREFERRED: &str = "en";

/// The texts of a patent by language, until it is known which will be its own.
#[derive(Debug, Default)]
pub(crate) struct Languages {
    texts: Vec<Translation>,
}

impl Languages {
    /// The texts of a language ("EN" and "en" are one), to be filled in.
    pub(crate) fn of(&mut self, language: &str) -> &mut Translation {
        let language = language.trim().to_lowercase();
        let known = self.texts.iter().position(|text| text.language == language);
        let index = known.unwrap_or_else(|| {
            self.texts.push(Translation { language, ..Translation::default() });
            self.texts.len() - 1
        });
        &mut self.texts[index]
    }

    /// Adds claims. Where a language has several sets, for several states, each but the first is an entry of
    /// its own.
    pub(crate) fn add_claims(&mut self, language: &str, claims: Vec<Claim>) {
        let known = self.of(language);
        if known.claims.is_empty() {
            known.claims = claims;
        } else {
            let language = known.language.clone();
            self.texts.push(Translation { language, claims, ..Translation::default() });
        }
    }

    /// Gives each kind of text to the patent in English, else in the patent's own language, else in the first
    /// that has it; what is left over are its translations.
    pub(crate) fn settle(mut self, patent: &mut Patent) {
        let own = patent.language.clone().unwrap_or_default();
        // Stable: among the rest the source's order holds.
        self.texts.sort_by_key(|text| (text.language != PREFERRED, text.language != own));
        patent.title = self.take(|text| &mut text.title, String::is_empty);
        patent.abstract_text = self.take(|text| &mut text.abstract_text, String::is_empty);
        patent.claims = self.take(|text| &mut text.claims, Vec::<Claim>::is_empty);
        patent.description = self.take(|text| &mut text.description, Vec::<Paragraph>::is_empty);
        self.texts.retain(|text| {
            *text != Translation { language: text.language.clone(), ..Translation::default() }
        });
        patent.translations = self.texts;
    }

    fn take<T: Default>(&mut self, part: fn(&mut Translation) -> &mut T, is_empty: fn(&T) -> bool) -> T {
        let found = self.texts.iter_mut().map(part).find(|text| !is_empty(text));
        found.map(std::mem::take).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(own: Option<&str>, titles: &[(&str, &str)], chosen: &str, others: &[&str]) {
        let mut languages = Languages::default();
        for (language, title) in titles {
            languages.of(language).title = (*title).to_owned();
        }
        let mut patent = Patent { language: own.map(str::to_owned), ..Patent::default() };
        languages.settle(&mut patent);
        assert_eq!(patent.title, chosen);
        let found: Vec<_> = patent.translations.iter().map(|text| text.title.as_str()).collect();
        assert_eq!(found, others);
    }

    #[test]
    fn english_comes_first_then_the_patents_own_language() {
        let titles = [("fr", "Poêle"), ("de", "Pfanne"), ("EN", "Pan")];
        check(Some("de"), &titles, "Pan", &["Pfanne", "Poêle"]);
        check(Some("de"), &titles[..2], "Pfanne", &["Poêle"]);
        check(None, &titles[..2], "Poêle", &["Pfanne"]);
        check(None, &[], "", &[]);
    }

    #[test]
    fn each_text_is_chosen_by_itself() {
        let mut languages = Languages::default();
        languages.of("en").title = "Pan".into();
        languages.of("de").title = "Pfanne".into();
        languages.of("de").abstract_text = "Eine Pfanne.".into();
        let mut patent = Patent::default();
        languages.settle(&mut patent);
        assert_eq!((patent.title.as_str(), patent.abstract_text.as_str()), ("Pan", "Eine Pfanne."));
        assert_eq!(patent.translations.len(), 1);
    }
}
