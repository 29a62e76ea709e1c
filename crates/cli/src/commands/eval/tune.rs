//! `priorart eval tune`.

use anyhow::Result;
use priorart_analysis::tune;
use priorart_query::{Fusion, FusionMethod};

use super::retrieval::search;
use crate::args::TuneArgs;
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;

/// Finds the best weights and says what to expect of them.
pub(crate) fn run(settings: &Settings, args: &TuneArgs) -> Result<Outcome> {
    let queries = args.judged.queries.as_deref();
    let queries = queries.ok_or_else(|| WrongUse("--queries says what to search for".to_owned()))?;
    let searched = search(settings, &args.judged, queries)?;
    let tuned = tune(&searched.found, &searched.judgements, args.judged.measure(), &Fusion::default())?;
    let flags = flags(&tuned.fusion);
    if settings.json {
        let mut line = serde_json::to_value(tuned)?;
        line["flags"] = flags.into();
        println!("{line}");
        return Ok(Outcome::Done);
    }
    println!("best on {} queries by {}:  {flags}", tuned.queries, args.judged.measure);
    println!("  on these queries       {:.4}", tuned.best);
    println!("  to expect on others    {:.4}", tuned.held_out);
    println!("  as it is now           {:.4}", tuned.compared);
    println!("  p of the difference    {:.4}", tuned.p);
    Ok(Outcome::Done)
}

/// The flags of `search` that fuse so.
fn flags(fusion: &Fusion) -> String {
    let Fusion { method, keyword_weight, floor } = fusion;
    let method = match method {
        FusionMethod::Rrf { k } => format!("--fusion rrf --rrf-k {k}"),
        FusionMethod::MinMax => "--fusion min-max".to_owned(),
        FusionMethod::ZScore => "--fusion z-score".to_owned(),
    };
    format!("{method} --keyword-weight {keyword_weight} --floor {floor}")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::Cli;

    #[test]
    fn the_flags_are_those_of_search() {
        for fusion in priorart_analysis::candidates() {
            let flags = flags(&fusion);
            let words = ["priorart", "search", "graphene"].into_iter().chain(flags.split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{flags}");
        }
    }
}
