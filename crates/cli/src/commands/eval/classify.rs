//! `priorart eval classify`.

use anyhow::Result;
use priorart_analysis::{
    Basis, ClassMeasures, Classified, Labels, VoteRule, Votes, class_measures, given, nearest, read_labelled,
    top_k, votes,
};
use priorart_index::Reader;
use priorart_query::{Query, Searcher};
use serde::Serialize;

use crate::args::EvalClassifyArgs;
use crate::outcome::{Outcome, WrongUse};
use crate::settings::Settings;
use crate::{texts, weights};

/// The numbers of neighbours that are tried, as in the paper.
const NEIGHBOURS: std::ops::RangeInclusive<usize> = 3..=10;
const MOST: usize = *NEIGHBOURS.end();

/// Texts to classify: their true classes, and those of their neighbours, the nearest first.
struct Cases {
    truth: Vec<Labels>,
    neighbours: Vec<Vec<Labels>>,
}

/// The measures for one number of neighbours.
#[derive(Serialize)]
struct Line {
    neighbours: usize,
    votes: usize,
    texts: usize,
    #[serde(flatten)]
    measures: ClassMeasures,
    top_1: f64,
    top_3: f64,
    top_5: f64,
}

/// How often neighbours share a class with the text.
#[derive(Serialize)]
struct Shared {
    #[serde(rename = "p@1")]
    first: f64,
    #[serde(rename = "p@10")]
    ten: f64,
}

/// Classifies, measures and prints.
pub(crate) fn run(settings: &Settings, args: &EvalClassifyArgs) -> Result<Outcome> {
    if !(1..=*NEIGHBOURS.start()).contains(&args.votes) {
        let most = NEIGHBOURS.start();
        return Err(WrongUse(format!("--votes {}: ask for 1 to {most}", args.votes)).into());
    }
    let cases = match (&args.train, &args.test) {
        (Some(train), Some(test)) => of_files(settings, train, test)?,
        _ => of_index(settings, args)?,
    };
    let shared = Shared { first: cases.shared(1), ten: cases.shared(MOST) };
    let lines: Vec<Line> =
        NEIGHBOURS.map(|neighbours| cases.measured(VoteRule { neighbours, least: args.votes })).collect();
    if settings.json {
        lines.iter().try_for_each(|line| serde_json::to_string(line).map(|line| println!("{line}")))?;
        println!("{}", serde_json::to_string(&shared)?);
    } else {
        print(&cases, &lines, &shared);
    }
    Ok(Outcome::Done)
}

fn of_files(settings: &Settings, train: &std::path::Path, test: &std::path::Path) -> Result<Cases> {
    let (known, asked) = (read_labelled(train)?, read_labelled(test)?);
    if known.len() < MOST {
        let what = format!("{}: {} texts cannot be {MOST} neighbours", train.display(), known.len());
        return Err(anyhow::anyhow!(what));
    }
    let encoder = weights::encoder(settings, &weights::name(settings, None))?;
    let (vectors, rows) = texts::embed(settings, &encoder, known.iter().map(|text| text.text.as_str()))?;
    let (queries, query_rows) =
        texts::embed(settings, &encoder, asked.iter().map(|text| text.text.as_str()))?;
    // Equal texts share a vector and are neighbours each for itself.
    let by_vector = nearest(&queries, &vectors, MOST, |_, _| true)?;
    let mut owners = vec![Vec::new(); rows.iter().max().map_or(0, |last| last + 1)];
    rows.iter().zip(&known).for_each(|(row, text)| owners[*row].push(&text.labels));
    let neighbours = query_rows.iter().map(|query| {
        let near = by_vector[*query].iter().flat_map(|near| &owners[near.row]);
        near.take(MOST).map(|labels| (*labels).clone()).collect()
    });
    Ok(Cases { neighbours: neighbours.collect(), truth: asked.into_iter().map(|text| text.labels).collect() })
}

fn of_index(settings: &Settings, args: &EvalClassifyArgs) -> Result<Cases> {
    let reader = Reader::open(&settings.index)?;
    let all = Searcher::new(&reader).matching(&Query::default())?;
    let basis = match args.by {
        Some(basis) => basis.into(),
        None => crate::commands::classify::usual_basis(&reader, &all)?,
    };
    settings
        .note(format!("by {}", if basis == Basis::Abstract { "title and abstract" } else { "first claim" }));
    let collection = Classified::read(&reader, all.iter(), basis)?;
    let step = args.sample.map_or(1, |sample| collection.len() / sample.clamp(1, collection.len()));
    let sampled: Vec<usize> =
        (0..collection.len()).step_by(step).take(args.sample.unwrap_or(usize::MAX)).collect();
    let near = collection.neighbours(&sampled, MOST)?;
    let labels = |at: usize| collection.labels(at).clone();
    let neighbours = near.iter().map(|near| near.iter().map(|one| labels(one.row)).collect()).collect();
    Ok(Cases { truth: sampled.into_iter().map(labels).collect(), neighbours })
}

impl Cases {
    fn measured(&self, rule: VoteRule) -> Line {
        let ballots: Vec<Vec<Votes>> =
            self.neighbours.iter().map(|near| votes(near.iter(), rule.neighbours)).collect();
        let truth: Vec<&Labels> = self.truth.iter().collect();
        let given: Vec<Labels> = ballots.iter().map(|votes| given(votes, rule.least)).collect();
        let ranked: Vec<Vec<&str>> =
            ballots.iter().map(|votes| votes.iter().map(|one| one.label.as_str()).collect()).collect();
        let [top_1, top_3, top_5] = [1, 3, 5].map(|k| top_k(&truth, &ranked, k));
        let measures = class_measures(&truth, &given);
        let VoteRule { neighbours, least } = rule;
        Line { neighbours, votes: least, texts: truth.len(), measures, top_1, top_3, top_5 }
    }

    /// The mean share of the first `k` neighbours that have one of the text's classes.
    fn shared(&self, k: usize) -> f64 {
        let share = |(truth, near): (&Labels, &Vec<Labels>)| {
            let shares = near.iter().take(k).filter(|labels| !labels.is_disjoint(truth)).count();
            shares as f64 / k as f64
        };
        self.truth.iter().zip(&self.neighbours).map(share).sum::<f64>() / self.truth.len() as f64
    }
}

fn print(cases: &Cases, lines: &[Line], shared: &Shared) {
    println!("{} texts; a class is given by {} votes or more\n", cases.truth.len(), lines[0].votes);
    println!(" K      F1  accuracy  precision  recall  micro F1  macro F1  exact  top 1  top 3  top 5");
    for line in lines {
        let m = line.measures;
        println!(
            "{:2}   {:.3}     {:.3}      {:.3}   {:.3}     {:.3}     {:.3}  {:.3}  {:.3}  {:.3}  {:.3}",
            line.neighbours,
            m.sample_f1,
            m.jaccard,
            m.sample_precision,
            m.sample_recall,
            m.micro_f1,
            m.macro_f1,
            m.exact,
            line.top_1,
            line.top_3,
            line.top_5
        );
    }
    println!(
        "\nF1, accuracy (the Jaccard index), precision and recall are means over the texts, as in the paper."
    );
    println!("neighbours that share a class: P@1 {:.3}  P@{MOST} {:.3}", shared.first, shared.ten);
}
