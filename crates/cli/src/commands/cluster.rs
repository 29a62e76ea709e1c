//! `priorart cluster`.

use anyhow::Result;
use comfy_table::{CellAlignment, Table, presets};
use priorart_analysis::{Cluster, Clustered, Selection, VMeasure};
use priorart_query::Index;
use priorart_query::cpc::Scheme;
use serde::Serialize;

use crate::args::ClusterArgs;
use crate::grouped::{class_title, wrong_use};
use crate::outcome::Outcome;
use crate::output::width;
use crate::settings::Settings;

/// What `--json` prints.
#[derive(Serialize)]
struct Line<'a> {
    patents: usize,
    without_embeddings: usize,
    in_no_cluster: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    v_measure: Option<VMeasure>,
    clusters: Vec<Numbered<'a>>,
}

#[derive(Serialize)]
struct Numbered<'a> {
    #[serde(flatten)]
    cluster: &'a Cluster,
    numbers: Vec<&'a str>,
}

/// Groups patents and prints the groups.
pub(crate) fn run(settings: &Settings, args: &ClusterArgs) -> Result<Outcome> {
    let method = args.grouped.method()?;
    let index = Index::open(&settings.index)?;
    let Some(selection) = args.grouped.select(settings, &index)? else {
        return Ok(Outcome::NothingFound);
    };
    let scheme = Scheme::of(&settings.index)?;
    let title = |symbol: &str| class_title(scheme.as_ref(), symbol);
    let clustered = selection.cluster(method, args.grouped.seed, &title).map_err(wrong_use)?;
    if settings.json {
        println!("{}", serde_json::to_string(&line(&selection, &clustered))?);
    } else if args.csv {
        print!("{}", clustered.csv(&selection));
    } else {
        print(&selection, &clustered);
    }
    Ok(Outcome::Done)
}

fn line<'a>(selection: &'a Selection, clustered: &'a Clustered) -> Line<'a> {
    let mut numbers: Vec<Vec<&str>> = vec![Vec::new(); clustered.clusters.len()];
    for (member, cluster) in selection.members.iter().zip(clustered.clustering.of()) {
        if let Some(cluster) = cluster {
            numbers[*cluster as usize].push(&member.number);
        }
    }
    let clusters = clustered.clusters.iter().zip(numbers);
    Line {
        patents: selection.members.len(),
        without_embeddings: selection.without,
        in_no_cluster: clustered.clustering.outside(),
        v_measure: clustered.v_measure,
        clusters: clusters.map(|(cluster, numbers)| Numbered { cluster, numbers }).collect(),
    }
}

fn print(selection: &Selection, clustered: &Clustered) {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(["#", "patents", "words", "class"])
        .set_width(width() as u16);
    for (at, cluster) in clustered.clusters.iter().enumerate() {
        let words = cluster.words.join(", ");
        table.add_row([(at + 1).to_string(), cluster.size.to_string(), words, class(cluster)]);
    }
    table.column_iter_mut().take(2).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    println!("{table}\n");
    let outside = clustered.clustering.outside();
    let outside = if outside > 0 { format!(", {outside} in none of them") } else { String::new() };
    println!("{} patents in {} clusters{outside}", selection.members.len(), clustered.clusters.len());
    if let Some(VMeasure { homogeneity, completeness, v_measure }) = clustered.v_measure {
        println!(
            "against CPC sections: V-measure {v_measure:.3} (homogeneity {homogeneity:.3}, \
             completeness {completeness:.3})"
        );
    }
}

fn class(cluster: &Cluster) -> String {
    let Some(class) = &cluster.class else {
        return String::new();
    };
    let title = class.title.as_deref().map(|title| format!(" {title}")).unwrap_or_default();
    format!("{} {:.0} %{title}", class.symbol, class.share * 100.0)
}
