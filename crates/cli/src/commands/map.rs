//! `priorart map`.

use anyhow::Result;
use priorart_analysis::{Landscape, LandscapeOptions, Quality};
use priorart_query::Index;
use priorart_query::cpc::Scheme;
use serde_json::json;

use crate::args::MapArgs;
use crate::grouped::{class_title, wrong_use};
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;

/// Draws a map of patents into a file.
pub(crate) fn run(settings: &Settings, args: &MapArgs) -> Result<Outcome> {
    let drawn = drawing(args)?;
    let method = args.grouped.method()?;
    let index = Index::open(&settings.index)?;
    let Some(selection) = args.grouped.select(settings, &index)? else {
        return Ok(Outcome::NothingFound);
    };
    let scheme = Scheme::of(&settings.index)?;
    let title = |symbol: &str| class_title(scheme.as_ref(), symbol);
    let options = LandscapeOptions { method, seed: args.grouped.seed, neighbours: args.neighbours };
    let landscape = Landscape::of(&selection, &options, &title).map_err(wrong_use)?;
    let typed = args.grouped.typed();
    let name = if typed.is_empty() { settings.index.display().to_string() } else { typed };
    fs_err::write(&args.output, drawn(&landscape, &name))?;
    report(settings, args, &landscape);
    Ok(Outcome::Done)
}

/// How the landscape is drawn, by the name of the file.
fn drawing(args: &MapArgs) -> Result<fn(&Landscape, &str) -> String> {
    match args.output.extension().and_then(|extension| extension.to_str()) {
        Some("html") => Ok(Landscape::html),
        Some("svg") => Ok(Landscape::svg),
        Some("json") => Ok(|landscape, _| landscape.json()),
        _ => {
            let path = args.output.display();
            Err(WrongUse(format!("{path}: a map's name ends in .html, .svg or .json")).into())
        }
    }
}

fn report(settings: &Settings, args: &MapArgs, landscape: &Landscape) {
    let (patents, clusters) = (landscape.points.len(), landscape.clusters.len());
    let Quality { trustworthiness, kept } = landscape.quality;
    if settings.json {
        println!(
            "{}",
            json!({
                "output": args.output, "patents": patents, "clusters": clusters,
                "v_measure": landscape.v_measure, "quality": landscape.quality,
            })
        );
        return;
    }
    println!("{}: {patents} patents in {clusters} clusters", args.output.display());
    println!(
        "of neighbours in the embeddings {:.0} % are neighbours on the map; trustworthiness {trustworthiness:.3}",
        kept * 100.0
    );
}
