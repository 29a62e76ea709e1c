//! Finds the model a command needs, and loads it.

use std::cell::RefCell;

use anyhow::Result;
use indicatif::ProgressBar;
use priorart_encoder::models::{self, DEFAULT_MODEL, FetchOptions, ModelDir, Note};
use priorart_encoder::{CrossEncoder, Encoder, Tokenizer};
use priorart_index::ModelStamp;

use crate::progress::bytes_bar;
use crate::rerank_model::RerankModel;
use crate::settings::Settings;

/// Fetches a model, with a bar for each file, and says which model it came to be.
pub(crate) fn fetch(settings: &Settings, name: &str) -> Result<ModelDir> {
    let options = FetchOptions::from_env()?;
    let bars = Bars { settings, current: RefCell::default() };
    let model = models::fetch(name, &options, &bars)?;
    bars.finish();
    Ok(model)
}

/// The name of the model to use: the one asked for, else the one that embedded the index, else the default.
pub(crate) fn name(settings: &Settings, own: Option<&ModelStamp>) -> String {
    let own = own.map(|model| &model.name);
    settings.model.as_ref().or(own).map_or(DEFAULT_MODEL, String::as_str).to_owned()
}

/// The encoder of that name, fetched where it is not at hand.
pub(crate) fn encoder(settings: &Settings, name: &str) -> Result<Encoder> {
    load(settings, &directory(settings, name)?)
}

/// The re-ranker of that name, fetched likewise.
pub(crate) fn reranker(settings: &Settings, name: &str) -> Result<RerankModel> {
    let model = directory(settings, name)?;
    Ok(RerankModel(CrossEncoder::load(&model.path, settings.load)?))
}

/// The model of that name on this machine, fetched where it is not at hand.
pub(crate) fn directory(settings: &Settings, name: &str) -> Result<ModelDir> {
    match models::locate(name, &FetchOptions::from_env()?)? {
        Some(model) => Ok(model),
        None => fetch(settings, name),
    }
}

/// The encoder of that name if it is on this machine.
pub(crate) fn local_encoder(settings: &Settings, name: &str) -> Result<Option<Encoder>> {
    let model = models::locate(name, &FetchOptions::from_env()?)?;
    model.map(|model| load(settings, &model)).transpose()
}

/// The tokenizer of the model of that name if it is on this machine.
pub(crate) fn local_tokenizer(name: &str) -> Result<Option<Tokenizer>> {
    let model = models::locate(name, &FetchOptions::from_env()?)?;
    Ok(model.map(|model| Tokenizer::load(&model.path)).transpose()?)
}

fn load(settings: &Settings, model: &ModelDir) -> Result<Encoder> {
    if let Some(notice) = model.notice() {
        settings.note(notice);
    }
    let encoder = Encoder::load_with(&model.path, settings.load)?.with_name(&lasting_name(model));
    if let Some(notice) = encoder.device_notice() {
        settings.note(notice);
    }
    if settings.verbose {
        settings.note(format!("{} on {}", model.name, encoder.device_name()));
    }
    Ok(encoder)
}

/// A directory's name must still lead to it from another working directory.
fn lasting_name(model: &ModelDir) -> String {
    if model.source == models::Source::Directory {
        let whole = model.path.canonicalize().unwrap_or_else(|_| model.path.clone());
        return whole.display().to_string();
    }
    model.name.clone()
}

/// A bar a file, one after the other.
struct Bars<'a> {
    settings: &'a Settings,
    current: RefCell<Option<(String, ProgressBar)>>,
}

impl Bars<'_> {
    fn finish(&self) {
        if let Some((_, bar)) = self.current.take() {
            bar.finish_and_clear();
        }
    }
}

impl models::Progress for Bars<'_> {
    fn advance(&self, file: &str, done: u64, total: Option<u64>) {
        if self.current.borrow().as_ref().is_none_or(|(name, _)| name != file) {
            self.finish();
            self.current.replace(Some((file.to_owned(), bytes_bar(self.settings, file))));
        }
        if let Some((_, bar)) = &*self.current.borrow() {
            bar.set_length(total.unwrap_or(done));
            bar.set_position(done);
        }
    }

    fn note(&self, note: &Note) {
        self.settings.note(note);
    }
}
