//! What the patent cites.

use super::codes::readable;
use super::fields::Group;
use crate::date::parse_date;
use crate::number::PatentNumber;
use crate::patent::Citation;
use crate::uspto::countries;

/// Reads `UREF`, `FREF` or `OREF`; the last holds a citation in each of its fields.
pub(super) fn read(group: &Group<'_>) -> Vec<Citation> {
    match group.name {
        "OREF" => {
            let texts = group.fields.iter().map(|field| readable(&field.text()));
            texts
                .filter(|text| !text.is_empty())
                .map(|text| Citation { text, ..Citation::default() })
                .collect()
        }
        _ => patent(group).into_iter().collect(),
    }
}

fn patent(group: &Group<'_>) -> Option<Citation> {
    let written = group.value("PNO")?;
    let country = group.value("CNT").unwrap_or_default();
    let country = if group.name == "UREF" { "US" } else { countries::two_letters(&country) };
    let number = PatentNumber::new(country, &written, "");
    let is_known = !number.serial.is_empty() && !number.country.is_empty();
    Some(Citation {
        text: if is_known { String::new() } else { written },
        number: is_known.then_some(number),
        date: group.raw("ISD").and_then(parse_date),
        name: group.value("NAM").map(|name| readable(&name)),
        ..Citation::default()
    })
}

#[cfg(test)]
mod tests {
    use super::super::fields::groups;
    use super::*;

    #[track_caller]
    fn check(text: &str, number: Option<&str>, rest: &str) {
        let found = read(&groups(text)[0]).remove(0);
        assert_eq!(found.number.map(|number| number.to_string()).as_deref(), number);
        let date = found.date.map(|date| date.to_string()).unwrap_or_default();
        assert_eq!(format!("{date} {} {}", found.name.unwrap_or_default(), found.text).trim(), rest);
    }

    #[test]
    fn patents_and_literature_are_told_apart() {
        check(
            "UREF\nPNO  2790186\nISD  19570400\nNAM  Doe et al.\n",
            Some("US2790186"),
            "1957-04-01 Doe et al.",
        );
        check("UREF\nPNO  RE12345\n", Some("USRE12345"), "");
        check("FREF\nPNO  1,099,154\nISD  19550800\nCNT  FRX\n", Some("FR1099154"), "1955-08-01");
        check("FREF\nPNO  970,771\nCNT  UK\n", Some("GB970771"), "");
        check("FREF\nPNO  970,771\n", None, "970,771");
        check("OREF\nPAL  Doe, On Pans, pp. 1-3,\n      1970.\n", None, "Doe, On Pans, pp. 1-3, 1970.");
    }
}
