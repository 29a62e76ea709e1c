//! Publication numbers in one normal form: country, serial without padding, kind code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A publication number, written "US8926509B2", "USD651432S1", "US20110039701A1", "EP1000000B1".
///
/// The order is by country, then serial as text, then kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct PatentNumber {
    /// Two-letter country or office (WIPO ST.3).
    pub country: String,
    /// The serial part without padding: digits, or letters and digits ("D651432", "RE45317").
    pub serial: String,
    /// The kind code (WIPO ST.16), "B2"; empty where it is not known.
    pub kind: String,
}

/// A text that is no publication number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no publication number; write country, number and kind, as US8926509B2")]
pub struct InvalidNumber(pub String);

/// Offices that publish patents (WIPO ST.3), those that searchers meet in bulk data.
const OFFICES: &str = "AE AP AR AT AU BA BE BG BR BY CA CH CL CN CO CR CS CU CY CZ DD DE DK DO DZ EA EC EE EG \
    EM EP ES FI FR GB GC GE GR GT HK HN HR HU ID IE IL IN IS IT JO JP KE KR KZ LT LU LV MA MC MD ME MN MO MT \
    MW MX MY NI NL NO NZ OA PA PE PH PL PT RO RS RU SA SE SG SI SK SM SU SV TH TJ TN TR TT TW UA US UY UZ VN \
    WO YU ZA ZM ZW";

/// Prefixes of serials that stand without a country: designs, plants, reissues, statutory registrations,
/// defensive publications, additional improvements; all of the United States.
const US_PREFIXES: [&str; 6] = ["D", "PP", "RE", "H", "T", "AI"];

/// Fewer digits than this are a number only where a kind code or a prefix follows or leads.
const LEAST_DIGITS: usize = 5;

impl PatentNumber {
    /// Brings the parts into their normal form: upper case, no blanks, no padding (`06982156` → `6982156`,
    /// `D0651432` → `D651432`, `RE045317` → `RE45317`).
    pub fn new(country: &str, serial: &str, kind: &str) -> Self {
        let (country, serial) = (clean(country), clean(serial));
        // Some files repeat the office within the serial: "WO", "WO 98/51827".
        let serial = serial.strip_prefix(&country).unwrap_or(&serial).to_owned();
        let serial = match country.as_str() {
            // Japan's serials begin with the year of the era, of which the zero is a part: H01 is 1989.
            "JP" => serial,
            "US" => us_application(unpadded(&serial)),
            "WO" => international(&serial),
            _ => unpadded(&serial),
        };
        Self { country, serial, kind: clean(kind) }
    }

    /// Reads a number however it is written: "US 7,654,321 B2", "7654321", "US-4058776-A",
    /// "WO 2008/080153 A2", "EP 0 227 762 B1", "US 2021/0191781 A1". `None` if the text is something else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 40 || !text.chars().all(|c| c.is_ascii_alphanumeric() || SEPARATORS.contains(c)) {
            return None;
        }
        let compact = clean(text);
        match compact.get(..2) {
            Some(office) if is_office(office) => split_serial(&compact[2..])
                .filter(Parts::is_certain)
                .map(|parts| Self::new(office, parts.serial, parts.kind)),
            _ => split_serial(&compact)
                .filter(Parts::stands_alone)
                .map(|parts| Self::new("US", parts.serial, parts.kind)),
        }
    }

    /// Whether the two may name the same publication: a missing kind matches any.
    pub fn matches(&self, other: &Self) -> bool {
        let kinds_agree = self.kind == other.kind || self.kind.is_empty() || other.kind.is_empty();
        self.country == other.country && self.serial == other.serial && kinds_agree
    }
}

const SEPARATORS: &str = " ,./-\u{a0}\u{2009}";

fn clean(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    clean.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()));
    clean
}

fn unpadded(serial: &str) -> String {
    let digits = serial.find(|c: char| c.is_ascii_digit()).unwrap_or(serial.len());
    let (prefix, number) = serial.split_at(digits);
    format!("{prefix}{}", number.trim_start_matches('0'))
}

/// DOCDB, and BigQuery after it, writes the number of an application with six digits behind the year instead
/// of seven: "2004137729" is 20040137729.
fn us_application(serial: String) -> String {
    let is_short = serial.len() == 10 && serial.starts_with("20") && is_digits(&serial);
    if is_short { format!("{}0{}", &serial[..4], &serial[4..]) } else { serial }
}

/// International publications are written with a year of two or four digits and five or six behind it:
/// "98/51827", "03/000220" and "2008/070025" are 1998051827, 2003000220 and 2008070025.
fn international(serial: &str) -> String {
    if !is_digits(serial) {
        return unpadded(serial);
    }
    let (year, number) = serial.split_at_checked(2).unwrap_or((serial, ""));
    // The first were published in 1978.
    let century = if year < "78" { "20" } else { "19" };
    match serial.len() {
        7 => format!("{century}{year}0{number}"),
        8 => format!("{century}{year}{number}"),
        _ => unpadded(serial),
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_office(code: &str) -> bool {
    OFFICES.split_ascii_whitespace().any(|office| office == code)
}

/// A serial with its prefix, and the kind that follows it.
struct Parts<'a> {
    prefix: &'a str,
    digits: usize,
    serial: &'a str,
    kind: &'a str,
}

impl Parts<'_> {
    fn is_certain(&self) -> bool {
        self.digits >= LEAST_DIGITS || !self.kind.is_empty() || US_PREFIXES.contains(&self.prefix)
    }

    fn stands_alone(&self) -> bool {
        match self.prefix {
            "" => (6..=8).contains(&self.digits) || self.digits == 11,
            prefix => US_PREFIXES.contains(&prefix) && self.digits >= LEAST_DIGITS,
        }
    }
}

fn split_serial(text: &str) -> Option<Parts<'_>> {
    let start = text.find(|c: char| c.is_ascii_digit()).filter(|&start| start <= 2)?;
    let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
    let (serial, kind) = text.split_at(start + length);
    let is_kind = match kind.as_bytes() {
        [] | [b'A'..=b'Z'] => true,
        [b'A'..=b'Z', digit] => digit.is_ascii_digit(),
        _ => false,
    };
    is_kind.then_some(Parts { prefix: &text[..start], digits: length, serial, kind })
}

impl fmt::Display for PatentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}{}", self.country, self.serial, self.kind))
    }
}

impl FromStr for PatentNumber {
    type Err = InvalidNumber;

    fn from_str(text: &str) -> Result<Self, InvalidNumber> {
        Self::parse(text).ok_or_else(|| InvalidNumber(text.to_owned()))
    }
}

impl From<PatentNumber> for String {
    fn from(number: PatentNumber) -> Self {
        number.to_string()
    }
}

impl From<String> for PatentNumber {
    /// Reads what `Display` wrote, of any office and whatever its serials look like: a kind code is a letter,
    /// or a letter and a digit, behind the last digit of the serial.
    fn from(text: String) -> Self {
        let (country, rest) = text.split_at_checked(2).unwrap_or((&text, ""));
        let kind = match rest.as_bytes() {
            [.., b'0'..=b'9', b'A'..=b'Z', b'0'..=b'9'] => 2,
            [.., b'0'..=b'9', b'A'..=b'Z'] => 1,
            _ => 0,
        };
        let (serial, kind) = rest.split_at(rest.len() - kind);
        Self { country: country.to_owned(), serial: serial.to_owned(), kind: kind.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = PatentNumber::parse(text).map(|number| number.to_string());
        assert_eq!(found.as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn numbers_are_read_however_written() {
        check("US 7,654,321 B2", "US7654321B2");
        check("US7654321", "US7654321");
        check("7654321", "US7654321");
        check("us 07654321 b2", "US7654321B2");
        check("US20210191781A1", "US20210191781A1");
        check("US 2021/0191781 A1", "US20210191781A1");
        check("EP 0 227 762 B1", "EP227762B1");
        check("US-4058776-A", "US4058776A");
        check("WO 2008/080153 A2", "WO2008080153A2");
        check("D651,432", "USD651432");
        check("USD0651432S1", "USD651432S1");
        check("RE45,317", "USRE45317");
        check("PP018398", "USPP18398");
        check("JP H01123456 A", "JPH01123456A");
    }

    #[test]
    fn one_publication_has_one_number() {
        check("US-2004137729-A1", "US20040137729A1");
        check("US 2004/0137729 A1", "US20040137729A1");
        check("WO 98/51827", "WO1998051827");
        check("WO 0012345 A1", "WO2000012345A1");
        check("WO 03/000220 A2", "WO2003000220A2");
        check("WO-2003000220-A2", "WO2003000220A2");
    }

    #[test]
    fn words_are_not_numbers() {
        for text in
            ["", "2015", "H2O", "CR2032", "claim 1", "FIG. 12", "graphene", "US", "12345", "5G 1000000"]
        {
            check(text, "none");
        }
    }

    #[test]
    fn padding_goes() {
        for (serial, expected) in [("06982156", "6982156"), ("D0651432", "D651432"), ("H0002140", "H2140")] {
            assert_eq!(PatentNumber::new("US", serial, "B2").serial, expected);
        }
    }

    #[test]
    fn the_office_is_not_repeated() {
        assert_eq!(PatentNumber::new("WO", "WO 98/51827", "").to_string(), "WO1998051827");
        assert_eq!(PatentNumber::new("DE", "DE 4439882", "A1").to_string(), "DE4439882A1");
        assert_eq!(PatentNumber::new("US", "D0651432", "S1").to_string(), "USD651432S1");
    }

    #[test]
    fn a_missing_kind_matches_any() {
        let bare = PatentNumber::new("US", "7654321", "");
        assert!(bare.matches(&PatentNumber::new("US", "7654321", "B2")));
        assert!(!bare.matches(&PatentNumber::new("EP", "7654321", "B2")));
    }

    #[test]
    fn json_is_the_number_as_text_and_comes_back() {
        for (country, serial, kind) in [
            ("US", "RE045317", "E1"),
            ("US", "20110039701", "A1"),
            ("US", "4058776", "A"),
            ("WO", "PCTUS113682", ""),
            ("JP", "H01123456", "A"),
            ("EP", "1000000", ""),
            ("", "", ""),
        ] {
            let number = PatentNumber::new(country, serial, kind);
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(json, format!("\"{number}\""));
            assert_eq!(serde_json::from_str::<PatentNumber>(&json).unwrap(), number);
        }
    }
}
