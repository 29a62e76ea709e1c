//! The weighted graph of neighbours that a layout has to keep together.

/// Links between points, each once.
#[derive(Debug)]
pub(super) struct Graph {
    /// How many points there are.
    pub(super) points: usize,
    /// Two points and the weight of their link, from 0 to 1; by the first point, then the second.
    pub(super) links: Vec<(u32, u32, f32)>,
}

impl Graph {
    /// Of the neighbours of each point with their distances, nearest first.
    ///
    /// A neighbour's weight falls from 1 with its distance beyond the nearest, the quicker the denser the
    /// points lie about: the weights of a point sum to log₂ of its neighbours. Where one of two points has the
    /// other for a neighbour with weight a, and that the one with weight b, the link weighs a + b − ab.
    pub(super) fn of(neighbours: &[Vec<(u32, f32)>]) -> Self {
        let mut directed: Vec<(u32, u32, f32)> = Vec::new();
        for (at, near) in neighbours.iter().enumerate() {
            let at = at as u32;
            let weights = weights(near);
            let links =
                near.iter().zip(weights).map(|((other, _), weight)| (at.min(*other), at.max(*other), weight));
            directed.extend(links);
        }
        directed.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let mut links: Vec<(u32, u32, f32)> = Vec::with_capacity(directed.len());
        for (from, to, weight) in directed {
            match links.last_mut() {
                Some(last) if (last.0, last.1) == (from, to) => last.2 += weight - last.2 * weight,
                _ => links.push((from, to, weight)),
            }
        }
        Self { points: neighbours.len(), links }
    }
}

/// Differences of cosines below this are rounding.
const ROUNDING: f32 = 1e-6;

/// The weights of a point's neighbours.
fn weights(near: &[(u32, f32)]) -> Vec<f32> {
    let Some(&(_, nearest)) = near.first() else {
        return Vec::new();
    };
    let beyond: Vec<f32> = near.iter().map(|(_, distance)| distance - nearest).collect();
    let sum = (near.len() as f32).log2();
    let (mut low, mut high) = (ROUNDING, beyond.last().copied().unwrap_or(0.0).max(ROUNDING) * 64.0);
    for _ in 0..48 {
        let middle = low.midpoint(high);
        let found: f32 = beyond.iter().map(|x| (-x / middle).exp()).sum();
        if found > sum { high = middle } else { low = middle }
    }
    let scale = low.midpoint(high);
    beyond.into_iter().map(|x| (-x / scale).exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_fall_with_the_distance_and_sum_to_the_logarithm() {
        let near: Vec<(u32, f32)> = (0..16).map(|at| (at, 0.2 + 0.01 * at as f32)).collect();
        let weights = weights(&near);
        assert!((weights[0] - 1.0).abs() < 1e-6 && weights.is_sorted_by(|a, b| a > b), "{weights:?}");
        assert!((weights.iter().sum::<f32>() - 4.0).abs() < 1e-3, "{weights:?}");
    }

    #[test]
    fn a_link_of_both_is_one_link() {
        let graph = Graph::of(&[vec![(1, 0.1)], vec![(0, 0.1), (2, 0.1)], vec![]]);
        assert_eq!((graph.points, graph.links.len()), (3, 2));
        assert_eq!((graph.links[0].0, graph.links[0].1, graph.links[1].0, graph.links[1].1), (0, 1, 1, 2));
        assert!(graph.links.iter().all(|(.., weight)| (0.0..=1.0).contains(weight)), "{:?}", graph.links);
    }

    #[test]
    fn equal_points_have_weights_too() {
        assert!(weights(&[(0, 0.0), (1, 0.0), (2, 0.0)]).iter().all(|weight| weight.is_finite()));
        assert_eq!(weights(&[]), [0.0; 0]);
    }
}
