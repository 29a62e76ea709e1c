//! Codes that several sources share: classification symbols, kinds, priorities, phases of a citation.

use crate::date::parse_date;
use crate::number::PatentNumber;
use crate::patent::{CitedBy, CpcSymbol, PatentType, Priority};

/// A CPC or IPC symbol without blanks, and without what may stand behind it: "A61K   8/04        20060101ALI"
/// is A61K8/04.
///
/// Some data sets leave out the slash ("B60C100FI", "G06F1730"): there only the subclass is certain, and only
/// that is taken.
pub(crate) fn symbol(text: &str) -> Option<String> {
    let mut rest = text.chars().filter(|c| !c.is_whitespace());
    let subclass: String = rest.by_ref().take(4).collect();
    let is_subclass = subclass.len() == 4
        && subclass.bytes().enumerate().all(|(i, byte)| match i {
            0 | 3 => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_digit(),
        });
    if !is_subclass {
        return None;
    }
    let Some((group, behind)) = text.split_once('/') else { return Some(subclass) };
    let group: String = group.chars().filter(|c| !c.is_whitespace()).skip(4).collect();
    let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
    let is_group = (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit());
    Some(if is_group && digits > 0 { format!("{subclass}{group}/{}", &behind[..digits]) } else { subclass })
}

/// A national symbol of the United States in columns with leading zeros: "099279" is 99/279.
pub(crate) fn national(text: &str) -> Option<String> {
    let (class, subclass) = text.trim().split_at_checked(3)?;
    let class = class.trim_start_matches(['0', ' ']);
    let subclass = subclass.trim_start_matches(['0', ' ']);
    (!class.is_empty() && !subclass.is_empty()).then(|| format!("{class}/{subclass}"))
}

/// Adds an IPC symbol that is not there yet.
pub(crate) fn add_ipc(symbols: &mut Vec<String>, symbol: Option<String>) {
    symbols.extend(symbol.filter(|symbol| !symbols.contains(symbol)));
}

/// Adds a CPC symbol that is not there yet.
pub(crate) fn add_cpc(symbols: &mut Vec<CpcSymbol>, symbol: Option<String>, inventive: bool, first: bool) {
    let symbol = symbol.filter(|symbol| symbols.iter().all(|known| known.symbol != *symbol));
    symbols.extend(symbol.map(|symbol| CpcSymbol { symbol, inventive, first }));
}

/// IPC symbols without repetition.
pub(crate) fn ipc(texts: &[String]) -> Vec<String> {
    let mut symbols = Vec::new();
    for text in texts {
        add_ipc(&mut symbols, symbol(text));
    }
    symbols
}

/// CPC symbols of a list that says no more: the first is the first, and none is known to be additional.
pub(crate) fn cpc(texts: &[String]) -> Vec<CpcSymbol> {
    let mut symbols = Vec::new();
    for text in texts {
        let first = symbols.is_empty();
        add_cpc(&mut symbols, symbol(text), true, first);
    }
    symbols
}

/// What the kind code says of a patent; outside the United States it says nothing of the subject.
pub(crate) fn patent_type(number: &PatentNumber) -> PatentType {
    match (number.country.as_str(), number.kind.chars().next()) {
        ("US", Some('S')) => PatentType::Design,
        ("US", Some('P')) => PatentType::Plant,
        ("US", Some('E')) => PatentType::Reissue,
        ("US", Some('H')) => PatentType::Sir,
        _ => PatentType::Utility,
    }
}

/// "US 201361891677 P 20131016": office, number, kind and date of filing.
pub(crate) fn priority(text: &str) -> Option<Priority> {
    let (country, rest) = text.trim().split_once(' ')?;
    let (number, date) = rest.rsplit_once(' ')?;
    let date = parse_date(date)?;
    Some(Priority { country: country.to_owned(), number: number.to_owned(), date: Some(date) })
}

/// Who cited a document, by the phase in which it was cited (DOCDB's `cited-phase`).
pub(crate) fn cited_by(phase: &str) -> Option<CitedBy> {
    match phase {
        "SEA" | "ISR" | "SUP" | "PRS" | "EXA" | "INT" | "CH2" => Some(CitedBy::Examiner),
        "APP" => Some(CitedBy::Applicant),
        "OPP" | "TPO" | "115" => Some(CitedBy::ThirdParty),
        "" => None,
        _ => Some(CitedBy::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(symbol(text).as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn symbols_have_no_blanks() {
        check("H01M4/13", "H01M4/13");
        check("H01M   4/13", "H01M4/13");
        check("A63F2009/241", "A63F2009/241");
        check("B60C100FI", "B60C");
        check("G06F1730", "G06F");
        check("G06F", "G06F");
        check("A61K   8/04        20060101ALI20221215BHEP        ", "A61K8/04");
        check("C07C 249/08        20060101AFI19970721BHEP", "C07C249/08");
        check("A47J  31/36A2B", "A47J31/36");
        check("lithium", "none");
        check("", "none");
    }

    #[test]
    fn priorities_are_one_text() {
        let found = priority("US 201361891677 P 20131016").unwrap();
        assert_eq!((found.country.as_str(), found.number.as_str()), ("US", "201361891677 P"));
        assert_eq!(found.date, Some(jiff::civil::date(2013, 10, 16)));
        assert_eq!(priority("US 61891677"), None);
    }
}
