//! `priorart eval sts`.

use anyhow::{Result, bail};
use priorart_analysis::cosine;
use priorart_pairs::{Correlation, read_pairs};

use crate::args::StsArgs;
use crate::outcome::Outcome;
use crate::settings::Settings;
use crate::{texts, weights};

/// Correlates the pairs' cosines with their scores.
pub(crate) fn run(settings: &Settings, args: &StsArgs) -> Result<Outcome> {
    let pairs = read_pairs(&args.pairs, f64::MIN..=f64::MAX)?;
    let encoder = weights::encoder(settings, &weights::name(settings, None))?;
    let all = pairs.iter().flat_map(|pair| [pair.first.as_str(), pair.second.as_str()]);
    let (vectors, rows) = texts::embed(settings, &encoder, all)?;
    let cosine = |pair: &[usize]| f64::from(cosine(vectors.row(pair[0]), vectors.row(pair[1])));
    let cosines: Vec<f64> = rows.chunks_exact(2).map(cosine).collect();
    let scores: Vec<f64> = pairs.iter().map(|pair| pair.score).collect();
    let correlation = Correlation::of(&cosines, &scores);
    let (Some(pearson), Some(spearman)) = (correlation.pearson, correlation.spearman) else {
        bail!(
            "{} has no correlation: it takes two pairs at least, whose scores differ, and whose cosines do",
            args.pairs.display()
        );
    };
    if settings.json {
        println!("{}", serde_json::to_string(&correlation)?);
    } else {
        println!("model     {}", encoder.info().name);
        println!("pairs     {}", correlation.pairs);
        println!("Pearson   {pearson:.4}");
        println!("Spearman  {spearman:.4}");
    }
    Ok(Outcome::Done)
}
