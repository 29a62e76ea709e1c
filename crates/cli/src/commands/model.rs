//! `priorart model`.

use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use indicatif::HumanBytes;
use priorart_encoder::models::{self, FetchOptions, ModelDetails, ModelDir};
use priorart_encoder::{DeviceChoice, Encoder};

use crate::args::ModelCommand;
use crate::outcome::Outcome;
use crate::settings::Settings;
use crate::weights;

/// Runs one of the model commands.
pub(crate) fn run(settings: &Settings, command: ModelCommand) -> Result<Outcome> {
    match command {
        ModelCommand::Fetch { name } => fetch(settings, name),
        ModelCommand::List => list(settings),
        ModelCommand::Info { name } => info(settings, name),
    }
}

fn fetch(settings: &Settings, name: Option<String>) -> Result<Outcome> {
    let model = weights::fetch(settings, &name.unwrap_or_else(|| weights::name(settings, None)))?;
    if let Some(notice) = model.notice() {
        settings.note(notice);
    }
    if settings.json {
        println!("{}", serde_json::to_string(&model)?);
    } else {
        println!("{}\n  from {}\n  in   {}", model.name, model.source, model.path.display());
    }
    Ok(Outcome::Done)
}

fn list(settings: &Settings) -> Result<Outcome> {
    let models = models::list(&FetchOptions::from_env()?)?;
    if settings.json {
        for model in &models {
            println!("{}", serde_json::to_string(model)?);
        }
    } else if !models.is_empty() {
        println!("{}", table(&models));
    }
    if models.is_empty() {
        settings.note("no models in the cache; `priorart model fetch` fetches one");
        return Ok(Outcome::NothingFound);
    }
    Ok(Outcome::Done)
}

fn table(models: &[ModelDir]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["model", "from", "directory"]);
    for model in models {
        table.add_row([model.name.clone(), model.source.to_string(), model.path.display().to_string()]);
    }
    table
}

fn info(settings: &Settings, name: Option<String>) -> Result<Outcome> {
    let name = name.unwrap_or_else(|| weights::name(settings, None));
    let details = models::info(&name, &FetchOptions::from_env()?)?;
    let encoder = Encoder::load(&details.model.path, DeviceChoice::Cpu)?;
    if settings.json {
        let mut object = serde_json::to_value(&details)?;
        let shape = serde_json::to_value(encoder.info())?;
        let fields = object.as_object_mut().context("details are an object")?;
        for key in ["dimension", "max_tokens", "pooling", "normalize"] {
            fields.insert(key.to_owned(), shape.get(key).cloned().unwrap_or_default());
        }
        println!("{object}");
    } else {
        print_details(&details, &encoder);
    }
    Ok(Outcome::Done)
}

fn print_details(details: &ModelDetails, encoder: &Encoder) {
    let info = encoder.info();
    println!("{}", details.model.name);
    println!("  from       {}", details.model.source);
    println!("  in         {}", details.model.path.display());
    println!("  weights    {}", details.weights.display());
    println!("  sha256     {}", details.sha256);
    println!("  dimension  {}", info.dimension);
    println!("  pooling    {}{}", info.pooling, if info.normalize { ", normalised" } else { "" });
    println!("  limit      {} tokens", info.max_tokens);
    for file in &details.files {
        println!("  {:>10}  {}", HumanBytes(file.bytes).to_string(), file.name);
    }
}
