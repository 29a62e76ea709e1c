//! Cosines of everything with everything, as a table and as a picture.

use std::fmt::Write as _;

use crate::error::AnalysisError;
use crate::vectors::{Vectors, cosine};

/// A square of cosines with its names.
#[derive(Debug, Clone, PartialEq)]
pub struct CosineMatrix {
    names: Vec<String>,
    cosines: Vec<Vec<f32>>,
}

/// The side of a cell of the picture, and the room for names, in pixels.
const CELL: usize = 36;
const NAMES: usize = 160;

impl CosineMatrix {
    /// Of every row with every row.
    ///
    /// # Errors
    /// [`AnalysisError::Undefined`] where there are fewer than two rows, or not as many names as rows.
    pub fn new(names: Vec<String>, rows: &Vectors) -> Result<Self, AnalysisError> {
        let cosines: Vec<Vec<f32>> =
            rows.rows().map(|a| rows.rows().map(|b| cosine(a, b).clamp(-1.0, 1.0)).collect()).collect();
        if names.len() != cosines.len() || names.len() < 2 {
            let what = format!("a distance takes two at least; there are {}", names.len());
            return Err(AnalysisError::Undefined(what));
        }
        Ok(Self { names, cosines })
    }

    /// The names, in the order of the rows.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The rows.
    pub fn rows(&self) -> &[Vec<f32>] {
        &self.cosines
    }

    /// Values separated by commas, names in the first line and the first column.
    ///
    /// # Panics
    /// Never: what is written stays in memory.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let head = [""].into_iter().map(str::to_owned).chain(self.names.iter().cloned());
        let mut write = |line: Vec<String>| writer.write_record(line).expect("memory takes what is written");
        write(head.collect());
        for (name, row) in self.names.iter().zip(&self.cosines) {
            let cosines = row.iter().map(|cosine| format!("{cosine:.6}"));
            write([name.clone()].into_iter().chain(cosines).collect());
        }
        let bytes = writer.into_inner().expect("memory takes what is written");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A heat map: the darker, the nearer. A pointer that rests on a cell shows its names and cosine.
    pub fn svg(&self) -> String {
        let side = NAMES + CELL * self.names.len();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\" \
             font-family=\"sans-serif\" font-size=\"11\">\n"
        );
        for (at, name) in self.names.iter().enumerate() {
            let (name, middle) = (escape(&shortened(name)), NAMES + CELL * at + CELL / 2 + 4);
            let end = NAMES - 6;
            // Writing to a string does not fail.
            let _ = writeln!(svg, "<text x=\"{end}\" y=\"{middle}\" text-anchor=\"end\">{name}</text>");
            let turned = format!("transform=\"translate({middle} {end}) rotate(-90)\"");
            let _ = writeln!(svg, "<text {turned}>{name}</text>");
        }
        for (y, row) in self.cosines.iter().enumerate() {
            for (x, cosine) in row.iter().enumerate() {
                svg.push_str(&self.cell(x, y, *cosine));
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn cell(&self, x: usize, y: usize, cosine: f32) -> String {
        let [left, top] = [x, y].map(|at| NAMES + CELL * at);
        let share = cosine.clamp(0.0, 1.0);
        let [red, green, blue] = [(255.0, 8.0), (255.0, 48.0), (255.0, 107.0)]
            .map(|(far, near): (f32, f32)| (far + (near - far) * share).round() as u8);
        let ink = if share > 0.5 { "#fff" } else { "#000" };
        let (one, other) = (escape(&self.names[y]), escape(&self.names[x]));
        let (centre, base) = (left + CELL / 2, top + CELL / 2 + 4);
        format!(
            "<g><title>{one} · {other}: {cosine:.4}</title><rect x=\"{left}\" y=\"{top}\" width=\"{CELL}\" \
             height=\"{CELL}\" fill=\"rgb({red},{green},{blue})\"/><text x=\"{centre}\" y=\"{base}\" \
             text-anchor=\"middle\" fill=\"{ink}\">{cosine:.2}</text></g>\n"
        )
    }
}

fn shortened(name: &str) -> String {
    const LONGEST: usize = 24;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> CosineMatrix {
        let rows = Vectors::of(&[[1.0, 0.0], [0.6, 0.8]]).unwrap();
        CosineMatrix::new(vec!["A".into(), "b, <c>".into()], &rows).unwrap()
    }

    #[test]
    fn a_matrix_is_written_with_its_names() {
        let expected = ",A,\"b, <c>\"\nA,1.000000,0.600000\n\"b, <c>\",0.600000,1.000000\n";
        assert_eq!(matrix().csv(), expected);
    }

    #[test]
    fn a_heat_map_has_a_cell_a_pair() {
        let svg = matrix().svg();
        assert_eq!(svg.matches("<rect").count(), 4);
        assert!(svg.contains("<title>A · b, &lt;c&gt;: 0.6000</title>"), "{svg}");
        assert!(svg.contains("rgb(8,48,107)"), "the same is darkest: {svg}");
    }

    #[test]
    fn one_alone_has_no_distance() {
        let error = CosineMatrix::new(vec!["A".into()], &Vectors::of(&[[1.0, 0.0]]).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "a distance takes two at least; there are 1");
    }
}
