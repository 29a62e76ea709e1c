//! Colours that tell neighbouring clusters apart.

/// Of middle lightness, to be seen on white and on black.
const PALETTE: [[u8; 3]; 20] = [
    [0x3f, 0x78, 0xc9],
    [0xee, 0x85, 0x2d],
    [0x45, 0xa0, 0x4c],
    [0xdc, 0x4a, 0x4f],
    [0x8f, 0x62, 0xc2],
    [0x2b, 0xab, 0xa6],
    [0xd3, 0xa5, 0x1f],
    [0xe5, 0x7d, 0xac],
    [0x98, 0x6c, 0x55],
    [0x37, 0xa7, 0xe6],
    [0x86, 0xb5, 0x3c],
    [0xb8, 0x43, 0x86],
    [0x6f, 0x74, 0xe3],
    [0xc4, 0x61, 0x25],
    [0x4f, 0x8f, 0x82],
    [0xe8, 0x83, 0x77],
    [0x9b, 0x9a, 0x36],
    [0xb3, 0x87, 0xd6],
    [0x5c, 0x82, 0xa0],
    [0xcf, 0x5d, 0xd1],
];

/// How far, in widths of the map, clusters are neighbours.
const NEAR: f64 = 0.2;

/// What a colour costs that is used already: so much that none is used twice before all are used once.
const AGAIN: f64 = 1e3;

/// A colour for each of some places on the map, from 0 to 1: each as unlike the colours before it as can be,
/// most of all those of its neighbours.
pub(in crate::landscape) fn colours(places: &[[f64; 2]]) -> Vec<String> {
    let mut chosen: Vec<usize> = Vec::new();
    for place in places {
        let likeness = |colour: usize| -> f64 {
            let to_earlier = places.iter().zip(&chosen).map(|(other, &theirs)| {
                let apart = (place[0] - other[0]).hypot(place[1] - other[1]);
                let again = if colour == theirs { AGAIN } else { 0.0 };
                again + (-(apart / NEAR).powi(2)).exp() * alike(colour, theirs)
            });
            to_earlier.sum()
        };
        let best = (0..PALETTE.len()).min_by(|&a, &b| likeness(a).total_cmp(&likeness(b)));
        chosen.push(best.unwrap_or(0));
    }
    let hex = |colour: usize| {
        let [red, green, blue] = PALETTE[colour];
        format!("#{red:02x}{green:02x}{blue:02x}")
    };
    chosen.into_iter().map(hex).collect()
}

/// 1 for equal colours, and soon less.
fn alike(one: usize, other: usize) -> f64 {
    let square: f64 =
        PALETTE[one].iter().zip(PALETTE[other]).map(|(x, y)| (f64::from(*x) - f64::from(y)).powi(2)).sum();
    (-square / (90.0 * 90.0)).exp()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn twenty_clusters_have_twenty_colours() {
        let places: Vec<[f64; 2]> = (0..20).map(|at| [f64::from(at) / 20.0, 0.5]).collect();
        let colours = colours(&places);
        assert!(colours.iter().collect::<BTreeSet<_>>().len() == 20, "{colours:?}");
    }
}
