//! What a patent is found by beside its text: classes, names, families, what it cites.

use std::collections::BTreeSet;

use priorart_corpus::{Patent, PatentNumber};

use super::family;

/// The terms of a patent, as every engine that holds it has to index them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatentTerms {
    /// The number without its kind: what is looked up where the kind is not known.
    pub serial: String,
    /// CPC symbols with what they lie under by their form: section, class, subclass, main group.
    pub cpc: BTreeSet<String>,
    /// IPC symbols likewise.
    pub ipc: BTreeSet<String>,
    /// USPC symbols, and the class before the slash.
    pub uspc: BTreeSet<String>,
    /// Subclasses of the CPC, else of the IPC.
    pub subclasses: BTreeSet<String>,
    /// Names of assignees and applicants.
    pub assignees: BTreeSet<String>,
    /// Names of inventors.
    pub inventors: BTreeSet<String>,
    /// Names of examiners.
    pub examiners: BTreeSet<String>,
    /// The first assignee, else the first applicant.
    pub owner: Option<String>,
    /// Cited patents, each with its kind and without.
    pub cited: Vec<String>,
    /// The simple family's name.
    pub family: Option<String>,
    /// Its own application: office and digits.
    pub application: Option<String>,
    /// The applications whose priority it claims.
    pub priorities: BTreeSet<String>,
    /// Both together.
    pub applications: BTreeSet<String>,
}

impl PatentTerms {
    /// The terms of `patent`.
    pub fn of(patent: &Patent) -> Self {
        let owners = || patent.assignees.iter().chain(&patent.applicants).map(|party| party.name.clone());
        let cited = patent.citations.iter().filter_map(|citation| citation.number.as_ref());
        Self {
            serial: serial(&patent.number),
            cpc: patent.cpc.iter().flat_map(|one| with_ancestors(&one.symbol)).map(str::to_owned).collect(),
            ipc: patent.ipc.iter().flat_map(|symbol| with_ancestors(symbol)).map(str::to_owned).collect(),
            uspc: patent.uspc.iter().flat_map(|symbol| with_class(symbol)).map(str::to_owned).collect(),
            subclasses: subclasses(patent).into_iter().map(str::to_owned).collect(),
            assignees: owners().collect(),
            inventors: patent.inventors.iter().map(|party| party.name.clone()).collect(),
            examiners: patent.examiners.iter().map(|party| party.name.clone()).collect(),
            owner: owners().next(),
            cited: cited.flat_map(|number| [number.to_string(), serial(number)]).collect(),
            family: family::simple_family(patent),
            application: family::own(patent),
            priorities: family::claimed(patent),
            applications: family::applications(patent),
        }
    }
}

/// Country and serial: what is looked up where the kind is not known.
pub(super) fn serial(number: &PatentNumber) -> String {
    format!("{}{}", number.country, number.serial)
}

fn subclasses(patent: &Patent) -> BTreeSet<&str> {
    let cpc: BTreeSet<&str> = patent.cpc.iter().filter_map(|one| one.symbol.get(..4)).collect();
    if cpc.is_empty() { patent.ipc.iter().filter_map(|symbol| symbol.get(..4)).collect() } else { cpc }
}

/// A CPC or IPC symbol and what it lies under by its form: section, class, subclass, main group.
fn with_ancestors(symbol: &str) -> Vec<&str> {
    let ends = [Some(1), Some(3), Some(4), symbol.find('/'), Some(symbol.len())];
    let mut found: Vec<_> = ends.into_iter().flatten().filter_map(|end| symbol.get(..end)).collect();
    found.retain(|ancestor| !ancestor.is_empty());
    found.dedup();
    found
}

/// A symbol of the USPC and the class before its slash.
fn with_class(symbol: &str) -> [&str; 2] {
    [symbol, symbol.split('/').next().unwrap_or(symbol)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(symbol: &str, expected: &[&str]) {
        assert_eq!(with_ancestors(symbol), expected);
    }

    #[test]
    fn symbols_lie_under_their_ancestors() {
        check("H01M4/13", &["H", "H01", "H01M", "H01M4", "H01M4/13"]);
        check("H01M", &["H", "H01", "H01M"]);
        check("H", &["H"]);
        check("", &[]);
        check("é", &["é"]);
    }
}
