//! `priorart eval retrieval`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use priorart_analysis::{
    Experiment, Found, Judgements, RetrievalMeasures, Run, System, evaluate, mean, paired_p, read_judgements,
    read_run, read_topics, write_run,
};
use priorart_query::{Fusion, Index, Searcher};

use crate::args::{JudgedQueries, RetrievalArgs};
use crate::asked;
use crate::outcome::{Outcome, WrongUse};
use crate::progress::texts_bar;
use crate::settings::Settings;

/// What is judged: a name, and the measures of each query.
struct Judged {
    name: String,
    queries: BTreeMap<String, RetrievalMeasures>,
}

/// What the queries found, and what ought to be found.
pub(super) struct Searched {
    pub(super) found: BTreeMap<String, Found>,
    pub(super) judgements: Judgements,
}

/// Judges the rankings of an index, or of files.
pub(crate) fn run(settings: &Settings, args: &RetrievalArgs) -> Result<Outcome> {
    let mut judged = Vec::new();
    let mut judgements = None;
    if let Some(queries) = &args.judged.queries {
        let searched = search(settings, &args.judged, queries)?;
        for (name, system) in systems(args)? {
            let run = system.run(&searched.found);
            if let Some(folder) = &args.save_runs {
                save(folder, &name, &run)?;
            }
            judged.push(Judged { queries: evaluate(&run, &searched.judgements), name });
        }
        judgements = Some(searched.judgements);
    }
    let judgements = match judgements {
        Some(judgements) => judgements,
        None => read_judgements(&args.judged.qrels)?,
    };
    for path in &args.run {
        let run = read_run(path)?;
        warn_of_strangers(settings, path, &run, &judgements)?;
        judged.push(Judged { name: path.display().to_string(), queries: evaluate(&run, &judgements) });
    }
    if let Some(path) = &args.per_query {
        fs_err::write(path, per_query(&judged))?;
    }
    print(settings, &judged, args.judged.measure());
    Ok(Outcome::Done)
}

/// Searches for every query that was judged.
pub(super) fn search(settings: &Settings, judged: &JudgedQueries, queries: &Path) -> Result<Searched> {
    let (mut topics, judgements) = (read_topics(queries)?, read_judgements(&judged.qrels)?);
    let index = Index::open(&settings.index)?;
    let model = asked::model(settings, &index)?;
    if model.is_none() {
        settings.note("warning: the index's model is not on this machine; texts are searched by words alone");
    }
    let mut experiment = Experiment::new(
        index.reader(),
        asked::equipped(Searcher::new(index.reader()), model.as_ref(), None),
        judged.prior_art,
    );
    let (judgements, missing) = experiment.judgements(&topics, &judgements)?;
    topics.retain(|topic| judgements.contains_key(&topic.id));
    if missing > 0 {
        settings.note(format!("{missing} relevant documents are not in the index; they count as not found"));
    }
    let bar = texts_bar(settings, "searching");
    bar.set_length(topics.len() as u64);
    let mut found = BTreeMap::new();
    for topic in topics {
        let one = experiment.run(&topic).with_context(|| format!("query {}", topic.id))?;
        if found.insert(topic.id.clone(), one).is_some() {
            return Err(WrongUse(format!("{}: query {} is there twice", queries.display(), topic.id)).into());
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Searched { found, judgements })
}

fn systems(args: &RetrievalArgs) -> Result<Vec<(String, System)>> {
    let mut systems = vec![
        ("hybrid".to_owned(), System::Hybrid(Fusion::default())),
        ("keyword".to_owned(), System::Keyword),
        ("semantic".to_owned(), System::Semantic),
    ];
    for &keyword_weight in &args.weights {
        if !(keyword_weight.is_finite() && keyword_weight >= 0.0) {
            return Err(WrongUse(format!("--weights {keyword_weight}: 0 or more")).into());
        }
        let fusion = Fusion { keyword_weight, ..Fusion::default() };
        systems.push((format!("hybrid-{keyword_weight}"), System::Hybrid(fusion)));
    }
    Ok(systems)
}

fn save(folder: &Path, name: &str, run: &Run) -> Result<()> {
    fs_err::create_dir_all(folder)?;
    Ok(fs_err::write(folder.join(format!("{name}.run")), write_run(run, name))?)
}

/// A run of other queries than those that were judged is most likely the wrong file.
fn warn_of_strangers(settings: &Settings, path: &Path, run: &Run, judgements: &Judgements) -> Result<()> {
    let answered = judgements.keys().filter(|query| run.contains_key(*query)).count();
    if answered == 0 {
        return Err(anyhow::anyhow!("{}: none of its queries was judged; do the ids agree?", path.display()));
    }
    if answered < judgements.len() {
        let all = judgements.len();
        settings.note(format!("{}: answers {answered} of {all} queries; the others count 0", path.display()));
    }
    Ok(())
}

fn per_query(judged: &[Judged]) -> String {
    let mut lines = vec![format!("system,query,{}\n", RetrievalMeasures::NAMES.join(","))];
    for Judged { name, queries } in judged {
        for (query, measures) in queries {
            let values = measures.values().map(|value| format!("{value:.6}"));
            lines.push(format!("{name},{query},{}\n", values.join(",")));
        }
    }
    lines.concat()
}

fn print(settings: &Settings, judged: &[Judged], measure: usize) {
    let values = |one: &Judged| one.queries.values().map(|m| m.values()[measure]).collect::<Vec<_>>();
    let first = values(&judged[0]);
    if !settings.json {
        let names = RetrievalMeasures::NAMES.map(|name| format!("{name:>12}")).concat();
        println!("{:<24}{names}  p of {}", "", RetrievalMeasures::NAMES[measure]);
    }
    for (at, one) in judged.iter().enumerate() {
        let means = mean(one.queries.values());
        let p = (at > 0).then(|| paired_p(&values(one), &first));
        if settings.json {
            let queries = one.queries.len();
            println!(
                "{}",
                serde_json::json!({"system": one.name, "queries": queries, "mean": means, "p": p})
            );
        } else {
            let means = means.values().map(|mean| format!("{mean:>12.4}")).concat();
            let p = p.map(|p| format!("  {p:.4}")).unwrap_or_default();
            println!("{:<24}{means}{p}", one.name);
        }
    }
    if !settings.json {
        println!("{} queries", judged[0].queries.len());
    }
}
