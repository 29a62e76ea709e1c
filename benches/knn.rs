//! Times exact nearest neighbours among vectors that look random.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use priorart_analysis::{Rows, Vectors, nearest};
use priorart_benches::peak_mb;
use serde_json::json;

const DIMENSION: usize = 768;
const NEIGHBOURS: usize = 8;

#[derive(Parser)]
struct Args {
    /// How many vectors are searched
    points: usize,
    /// How many are searched for
    queries: usize,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let (points, queries) = (vectors(args.points, 1)?, vectors(args.queries, 2)?);
    let before = peak_mb();
    let start = Instant::now();
    let found = nearest(&queries, &points, NEIGHBOURS, |_, _| true)?;
    let seconds = start.elapsed().as_secs_f64();
    let products = 2.0 * (points.len() * queries.len() * DIMENSION) as f64;
    let figures = json!({
        "seconds": seconds,
        "gflops": products / seconds / 1e9,
        "more_mb": peak_mb() - before,
        "found": found.iter().map(Vec::len).sum::<usize>(),
    });
    println!("{figures}");
    Ok(())
}

/// Numbers of a linear congruential generator.
fn vectors(count: usize, seed: u64) -> Result<Vectors> {
    let mut state = seed;
    let mut vectors = Vectors::new(DIMENSION);
    let mut row = [0.0; DIMENSION];
    for _ in 0..count {
        for value in &mut row {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *value = (state >> 40) as f32 / 8_388_608.0 - 1.0;
        }
        vectors.push(&row)?;
    }
    Ok(vectors)
}
