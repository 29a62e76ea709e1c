//! A landscape as a picture.

use std::fmt::Write;

use super::escaped;
use crate::Landscape;

/// Up to here each point is an element with its title; beyond, all points of a cluster are one element, for a
/// browser would choke on them.
const TITLED: usize = 4_000;

/// Width and height of the map; the legend stands to its right.
const SIDE: f64 = 1000.0;
const MARGIN: f64 = 30.0;
const LEGEND: f64 = 380.0;
/// From one line of the legend to the next.
const LINE: f64 = 22.0;
/// Characters of a line of the legend.
const WIDEST: usize = 44;

const STYLE: &str = "svg{background:#fff;font:13px system-ui,sans-serif}text{fill:#1d1d22}\
    .name{font-weight:600;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}\
    .count{fill:#676770}h1{font-size:16px}\
    @media(prefers-color-scheme:dark){svg{background:#17181c}text{fill:#e4e5ea}.name{stroke:#17181c}\
    .count{fill:#9a9ca6}}";

/// The colour of a point in no cluster.
const OUTSIDE: &str = "#8c8c8c";

impl Landscape {
    /// A picture that needs no script: points, the clusters' names, a legend. Of up to 4,000 patents, number and
    /// title show where the pointer rests on a point.
    ///
    /// # Panics
    ///
    /// Never: writing to memory does not fail.
    pub fn svg(&self, title: &str) -> String {
        let legend = 2.0 * MARGIN + LINE * (self.clusters.len() as f64 + 3.0);
        let (width, height) = (SIDE + 2.0 * MARGIN + LEGEND, (SIDE + 2.0 * MARGIN).max(legend));
        let mut picture = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n",
            title = escaped(title)
        );
        let size = (14.0 - (self.points.len().max(2) as f64).ln()).clamp(3.0, 12.0) / 2.0;
        for cluster in (0..self.clusters.len() as u32).map(Some).chain([None]) {
            self.write_points(&mut picture, cluster, size).expect("memory can be written to");
        }
        self.write_names(&mut picture).expect("memory can be written to");
        self.write_legend(&mut picture, title).expect("memory can be written to");
        picture + "</svg>\n"
    }

    fn write_points(&self, to: &mut String, cluster: Option<u32>, size: f64) -> std::fmt::Result {
        let colour = cluster.map_or(OUTSIDE, |cluster| &self.clusters[cluster as usize].colour);
        let points = self.points.iter().filter(|point| point.cluster == cluster);
        if self.points.len() <= TITLED {
            writeln!(to, "<g fill=\"{colour}\" fill-opacity=\".8\">")?;
            for point in points {
                let [x, y] = placed(point.x, point.y);
                let about = escaped(&format!("{} {}", point.number, point.title));
                writeln!(
                    to,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{size:.1}\"><title>{about}</title></circle>"
                )?;
            }
            return writeln!(to, "</g>");
        }
        // Lines of no length with round ends are dots.
        write!(
            to,
            "<path stroke=\"{colour}\" stroke-opacity=\".75\" stroke-width=\"{:.1}\" stroke-linecap=\"round\" d=\"",
            2.0 * size
        )?;
        for point in points {
            let [x, y] = placed(point.x, point.y);
            write!(to, "M{x:.1} {y:.1}h0")?;
        }
        writeln!(to, "\"/>")
    }

    /// The larger clusters first; a name that would cover another is left to the legend.
    fn write_names(&self, to: &mut String) -> std::fmt::Result {
        let mut taken: Vec<[f64; 3]> = Vec::new();
        for region in &self.clusters {
            let name = region.cluster.label.split(", ").take(2).collect::<Vec<_>>().join(", ");
            let [x, y] = placed(region.x, region.y);
            let half = name.chars().count() as f64 * 3.7;
            let covers = |[other_x, other_y, other_half]: &[f64; 3]| {
                (x - other_x).abs() < half + other_half && (y - other_y).abs() < LINE
            };
            if !taken.iter().any(covers) {
                taken.push([x, y, half]);
                writeln!(to, "<text class=\"name\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(&name))?;
            }
        }
        Ok(())
    }

    fn write_legend(&self, to: &mut String, title: &str) -> std::fmt::Result {
        let left = SIDE + 2.0 * MARGIN;
        let line = |row: usize| MARGIN + LINE * row as f64;
        writeln!(
            to,
            "<text x=\"{left}\" y=\"{}\" font-weight=\"600\">{}</text>",
            line(0),
            escaped(&cut(title))
        )?;
        for (row, region) in self.clusters.iter().enumerate() {
            let (y, colour, size) = (line(row + 2), &region.colour, region.cluster.size);
            writeln!(
                to,
                "<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/>\
                 <text x=\"{}\" y=\"{y}\">{} <tspan class=\"count\">{size}</tspan></text>",
                left + 5.0,
                y - 4.5,
                left + 18.0,
                escaped(&cut(&region.cluster.label)),
            )?;
        }
        let outside = self.points.iter().filter(|point| point.cluster.is_none()).count();
        if outside > 0 {
            let y = line(self.clusters.len() + 2);
            writeln!(
                to,
                "<text class=\"count\" x=\"{}\" y=\"{y}\">in no cluster {outside}</text>",
                left + 18.0
            )?;
        }
        Ok(())
    }
}

fn placed(x: f64, y: f64) -> [f64; 2] {
    [x, y].map(|along| MARGIN + along * SIDE)
}

/// A text that fits the legend.
fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
