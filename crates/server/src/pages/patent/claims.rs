//! The claims as a tree: each below the one that it refers to.

use std::collections::HashMap;

use maud::{Markup, html};
use priorart_corpus::Claim;

use crate::pages::address::Address;

/// Levels that are drawn; what refers to a claim on the last one stands beside it.
const DEEPEST: usize = 6;

/// The claims below each claim, by their places; those of `None` stand on their own.
type Tree = HashMap<Option<usize>, Vec<usize>>;

/// The claims of a patent, a link to its chart at each independent one.
pub(crate) fn claims(claims: &[Claim], number: &str) -> Markup {
    let tree = tree(claims);
    html! { ol.claims { (level(claims, &tree, None, number)) } }
}

fn level(claims: &[Claim], tree: &Tree, above: Option<usize>, number: &str) -> Markup {
    html! {
        @for &at in tree.get(&above).into_iter().flatten() {
            @let claim = &claims[at];
            li.independent[claim.is_independent()] id={ "claim-" (claim.number) } {
                (text(claim))
                @if claim.is_independent() {
                    @let whole = format!("{number}:{}", claim.number);
                    a.chart-it href=(Address::default().with("claim", &whole).to("/chart")) {
                        "Chart claim " (claim.number)
                    }
                }
                @if tree.contains_key(&Some(at)) {
                    ol { (level(claims, tree, Some(at), number)) }
                }
            }
        }
    }
}

/// The claim, each of its parts on a line of its own.
pub(crate) fn text(claim: &Claim) -> Markup {
    html! {
        div.claim-text {
            span.claim-number { (claim.number) "." }
            div { @for line in claim.text.lines() { p { (line) } } }
        }
    }
}

fn tree(claims: &[Claim]) -> Tree {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut parents: Vec<(Option<usize>, usize)> = Vec::new();
    let mut tree = Tree::new();
    for (at, claim) in claims.iter().enumerate() {
        let parent = claim.depends_on.iter().find_map(|number| places.get(number).copied());
        let (above, depth) = match parent {
            Some(parent) if parents[parent].1 == DEEPEST => parents[parent],
            Some(parent) => (Some(parent), parents[parent].1 + 1),
            None => (None, 1),
        };
        parents.push((above, depth));
        places.entry(claim.number).or_insert(at);
        tree.entry(above).or_default().push(at);
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(depends_on: &[&[u32]]) -> Vec<Claim> {
        let claim = |(at, on): (usize, &&[u32])| Claim {
            number: at as u32 + 1,
            text: "A pump & <b>:\na rotor.".into(),
            depends_on: on.to_vec(),
        };
        depends_on.iter().enumerate().map(claim).collect()
    }

    #[test]
    fn claims_stand_below_those_they_refer_to() {
        let tree = tree(&sample(&[&[], &[1], &[1, 2], &[], &[4, 9], &[3]]));
        assert_eq!(tree[&None], [0, 3]);
        assert_eq!(
            (tree[&Some(0)].as_slice(), tree[&Some(2)].as_slice()),
            ([1, 2].as_slice(), [5].as_slice())
        );
    }

    #[test]
    fn broken_references_and_long_chains_stay_flat() {
        assert_eq!(tree(&sample(&[&[1], &[3], &[]]))[&None], [0, 1, 2]);
        let chain: Vec<Vec<u32>> = (0..500_u32).map(|at| if at == 0 { vec![] } else { vec![at] }).collect();
        let chain: Vec<&[u32]> = chain.iter().map(Vec::as_slice).collect();
        assert_eq!(tree(&sample(&chain)).len(), DEEPEST);
    }

    #[test]
    fn parts_are_lines_and_text() {
        let shown = claims(&sample(&[&[], &[1]]), "US1B2").into_string();
        assert!(shown.contains("<p>A pump &amp; &lt;b&gt;:</p><p>a rotor.</p>"), "{shown}");
        assert!(shown.contains("href=\"/chart?claim=US1B2%3A1\"") && !shown.contains("US1B2%3A2"), "{shown}");
    }
}
