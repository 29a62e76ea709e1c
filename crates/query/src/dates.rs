//! Dates as searchers write them: years, months and days, compared or in ranges.

use jiff::civil::Date;
use priorart_index::day_number;

use crate::ast::DateRange;

/// Reads what follows a date field: `<2015`, `>=2014-05`, `:2010..2015`, `=2015-01-06`, and as others write
/// ranges: `>=20100101<=20121231`, `=2010:2015`, `="2010 2015"`, `="2010, 2015"`.
///
/// A year or month stands for all its days: `<=2014` takes the last of December, `>2014` begins in 2015.
pub(crate) fn range(operator: &str, value: &str) -> Option<DateRange> {
    let is_equal = matches!(operator, ":" | "=" | "within");
    if let Some((from, to)) = is_equal.then(|| split_range(value)).flatten() {
        let first = if from.is_empty() { None } else { Some(period(from)?.0) };
        let last = if to.is_empty() { None } else { Some(period(to)?.1) };
        return (first.is_some() || last.is_some()).then(|| days(first, last));
    }
    if let Some(at) = value.find(['<', '>']) {
        let (lower, upper) = value.split_at(at);
        let digits = upper.find(|c| !matches!(c, '<' | '>' | '='))?;
        let (one, other) = (range(operator, lower)?, range(&upper[..digits], &upper[digits..])?);
        return Some(DateRange { first: one.first.or(other.first), last: one.last.or(other.last) });
    }
    let (first, last) = period(value)?;
    Some(match operator {
        "<" => days(None, Some(first.yesterday().ok()?)),
        "<=" => days(None, Some(last)),
        ">" => days(Some(last.tomorrow().ok()?), None),
        ">=" => days(Some(first), None),
        _ => days(Some(first), Some(last)),
    })
}

fn split_range(value: &str) -> Option<(&str, &str)> {
    let separator = ["..", ",", ":", " "].into_iter().find(|separator| value.contains(separator))?;
    value.split_once(separator).map(|(from, to)| (from.trim(), to.trim()))
}

fn days(first: Option<Date>, last: Option<Date>) -> DateRange {
    DateRange { first: first.map(day_number), last: last.map(day_number) }
}

/// First and last day of a year, a month or a day.
fn period(text: &str) -> Option<(Date, Date)> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i16>().ok()).flatten();
    match parts.as_slice() {
        [compact] if compact.len() == 8 && compact.is_ascii() => {
            day(number(&compact[..4])?, number(&compact[4..6])?, number(&compact[6..])?)
        }
        [year] if year.len() == 4 => {
            let year = number(year)?;
            Some((date(year, 1, 1)?, date(year, 12, 31)?))
        }
        [year, month] if year.len() == 4 => {
            let first = date(number(year)?, number(month)?, 1)?;
            Some((first, first.last_of_month()))
        }
        [year, month, of_month] if year.len() == 4 => day(number(year)?, number(month)?, number(of_month)?),
        _ => None,
    }
}

fn day(year: i16, month: i16, of_month: i16) -> Option<(Date, Date)> {
    date(year, month, of_month).map(|date| (date, date))
}

fn date(year: i16, month: i16, of_month: i16) -> Option<Date> {
    let date = Date::new(year, month.try_into().ok()?, of_month.try_into().ok()?).ok();
    // There is no year 0, nor a day before it that a number could stand for.
    date.filter(|date| date.year() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(operator: &str, value: &str, first: u64, last: u64) {
        let found = range(operator, value).map(|r| (r.first.unwrap_or(0), r.last.unwrap_or(0)));
        assert_eq!(found.unwrap_or((1, 1)), (first, last));
    }

    #[test]
    fn ranges() {
        check("<", "2015-01-01", 0, 20_141_231);
        check("<", "2015", 0, 20_141_231);
        check("<=", "2014", 0, 20_141_231);
        check(">", "2014", 20_150_101, 0);
        check(">", "2014-02", 20_140_301, 0);
        check(">=", "2014-05", 20_140_501, 0);
        check(":", "2010..2015", 20_100_101, 20_151_231);
        check(":", "2010..", 20_100_101, 0);
        check(":", "..2012-02", 0, 20_120_229);
        check("=", "20150106", 20_150_106, 20_150_106);
        check(":", "2015/1/6", 20_150_106, 20_150_106);
    }

    #[test]
    fn ranges_as_others_write_them() {
        check(">=", "20100101<=20121231", 20_100_101, 20_121_231);
        check("<=", "2012>=2010", 20_100_101, 20_121_231);
        check("within", "2010 2015", 20_100_101, 20_151_231);
        check("within", "2010,2015", 20_100_101, 20_151_231);
        check("=", "2010:2015", 20_100_101, 20_151_231);
    }

    #[test]
    fn what_is_no_date() {
        for value in ["", "..", "2015-13", "2015-02-30", "15", "soon", "2015-01-01-01", "２０１５", "2010<x"]
        {
            check(":", value, 1, 1);
        }
        check("<", "2010..2015", 1, 1);
        check("<", "0000", 1, 1);
        check(">", "9999", 1, 1);
    }
}
