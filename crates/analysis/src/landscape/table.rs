//! Clusters as comma-separated values.

use super::{Clustered, Selection};

impl Clustered {
    /// A header and a line a patent (RFC 4180): its number and title; the number of its cluster, from 1, and
    /// that cluster's label, both empty where it is in none; the section of its first class.
    ///
    /// # Panics
    ///
    /// Never: writing to memory does not fail.
    pub fn csv(&self, selection: &Selection) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer
            .write_record(["number", "title", "cluster", "label", "section"])
            .expect("memory can be written to");
        for (member, cluster) in selection.members.iter().zip(self.clustering.of()) {
            let number = cluster.map(|cluster| (cluster + 1).to_string()).unwrap_or_default();
            let label = cluster.map_or("", |cluster| &self.clusters[cluster as usize].label);
            let section = member.section().unwrap_or_default();
            let row = [&*member.number, &*member.title, &*number, label, section];
            writer.write_record(row).expect("memory can be written to");
        }
        let bytes = writer.into_inner().expect("memory can be written to");
        String::from_utf8(bytes).expect("text makes text")
    }
}
