//! Green Book text (APS) of 1976 to 2001, weekly `pftapsYYMMDD`.
//!
//! A patent is a sequence of groups, each begun by a line of four letters (`PATN`, `INVT`, `CLMS`), and of
//! fields in them: three letters or digits, two blanks, the text, continued on indented lines. Source of the
//! format: the office's "U.S. Patent Grant Full Text (APS) Green Book" documentation.

mod body;
mod citations;
mod codes;
mod fields;
mod formula;
mod front;

use std::borrow::Cow;

use crate::fault::Fault;
use crate::patent::Patent;
use crate::uspto::aps::fields::groups;

/// Reads one patent.
pub(crate) fn read(document: &[u8]) -> Result<Patent, Fault> {
    let text = decoded(document);
    let groups = groups(&text);
    let mut patent = Patent::default();
    for group in &groups {
        match group.name {
            "PATN" => front::patent(group, &mut patent)?,
            "INVT" => patent.inventors.extend(front::party(group)),
            "ASSG" => patent.assignees.extend(front::party(group)),
            "PRIR" => patent.priorities.push(front::priority(group)),
            "REIS" | "RLAP" => patent.related.push(front::related(group)),
            "CLAS" => front::classes(group, &mut patent),
            "UREF" | "FREF" | "OREF" => patent.citations.extend(citations::read(group)),
            "PCTA" => patent.pct = Some(front::pct(group)),
            "ABST" => patent.abstract_text = body::text(group),
            "PARN" | "GOVT" | "BSUM" | "DRWD" | "DETD" => body::description(group, &mut patent.description),
            "CLMS" | "DCLM" => body::claims(group, &mut patent),
            _ => {}
        }
    }
    if patent.number.serial.is_empty() {
        return Err(Fault::new("has no number (WKU)"));
    }
    patent.priority_date = patent.earliest_date();
    Ok(patent)
}

/// The files are ISO-8859-1; those that somebody converted are UTF-8.
fn decoded(document: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(document) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(document.iter().map(|&byte| char::from(byte)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_latin_1_unless_they_are_utf_8() {
        assert_eq!(decoded(b"M\xfcller 20 \xb5m"), "Müller 20 µm");
        assert_eq!(decoded("Müller".as_bytes()), "Müller");
    }

    #[test]
    fn without_a_number_it_is_no_patent() {
        assert_eq!(read(b"PATN\nTTL  Pan\n").unwrap_err().message, "has no number (WKU)");
    }
}
