//! Dates as the offices write them.

use crate::patent::Date;

/// Reads "20150106" and "2015-01-06". A month or day of 00, as cited documents have, is read as 01.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.contains('-') { digits(&text.replace('-', "")) } else { digits(text) }
}

fn digits(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let month: i8 = text[4..6].parse().ok()?;
    let day: i8 = text[6..].parse().ok()?;
    Date::new(text[..4].parse().ok()?, month.max(1), day.max(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(parse_date(text).map(|date| date.to_string()).as_deref().unwrap_or("none"), expected);
    }

    #[test]
    fn dates_are_eight_digits() {
        check("20150106", "2015-01-06");
        check(" 19990400 ", "1999-04-01");
        check("19760000", "1976-01-01");
        check("2007-01-02", "2007-01-02");
        check("20150230", "none");
        check("2015", "none");
        check("2015é06", "none");
    }
}
