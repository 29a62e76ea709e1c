//! `priorart eval sts`.

use anyhow::Result;
use priorart_analysis::{Agreement, cosine, read_pairs};

use crate::args::StsArgs;
use crate::outcome::Outcome;
use crate::settings::Settings;
use crate::{texts, weights};

/// Correlates the pairs' cosines with their scores.
pub(crate) fn run(settings: &Settings, args: &StsArgs) -> Result<Outcome> {
    let pairs = read_pairs(&args.pairs)?;
    let encoder = weights::encoder(settings, &weights::name(settings, None))?;
    let all = pairs.iter().flat_map(|pair| [pair.first.as_str(), pair.second.as_str()]);
    let (vectors, rows) = texts::embed(settings, &encoder, all)?;
    let cosine = |pair: &[usize]| f64::from(cosine(vectors.row(pair[0]), vectors.row(pair[1])));
    let cosines: Vec<f64> = rows.chunks_exact(2).map(cosine).collect();
    let scores: Vec<f64> = pairs.iter().map(|pair| pair.score).collect();
    let agreement = Agreement::of(&cosines, &scores)?;
    if settings.json {
        println!("{}", serde_json::to_string(&agreement)?);
    } else {
        println!("model     {}", encoder.info().name);
        println!("pairs     {}", agreement.pairs);
        println!("Pearson   {:.4}", agreement.pearson);
        println!("Spearman  {:.4}", agreement.spearman);
    }
    Ok(Outcome::Done)
}
