//! Dates as searchers write them: years, months and days, compared or in ranges.

use jiff::civil::Date;

use crate::ast::DateRange;

/// Reads what follows a date field: `<2015`, `>=2014-05`, `:2010..2015`, `=2015-01-06`.
///
/// A year or month stands for all its days: `<=2014` takes the last of December, `>2014` begins in 2015.
pub(crate) fn range(operator: &str, value: &str) -> Option<DateRange> {
    if let Some((from, to)) = value.split_once("..") {
        let first = if from.is_empty() { None } else { Some(period(from)?.0) };
        let last = if to.is_empty() { None } else { Some(period(to)?.1) };
        let allowed = matches!(operator, ":" | "=") && (first.is_some() || last.is_some());
        return allowed.then_some(DateRange { first, last });
    }
    let (first, last) = period(value)?;
    Some(match operator {
        "<" => DateRange { first: None, last: Some(first - 1) },
        "<=" => DateRange { first: None, last: Some(last) },
        ">" => DateRange { first: Some(last + 1), last: None },
        ">=" => DateRange { first: Some(first), last: None },
        _ => DateRange { first: Some(first), last: Some(last) },
    })
}

/// First and last day of a year, a month or a day, as yyyymmdd. The numbers need only be in order: the 31st
/// of every month bounds it, and a number between two days is as good as either in a comparison.
fn period(text: &str) -> Option<(u64, u64)> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match parts.as_slice() {
        [compact] if compact.len() == 8 && compact.is_ascii() => {
            day(number(&compact[..4])?, number(&compact[4..6])?, number(&compact[6..])?)
        }
        [year] if year.len() == 4 => number(year).map(|year| (year * 10_000 + 101, year * 10_000 + 1231)),
        [year, month] if year.len() == 4 => {
            let (year, month) = (number(year)?, number(month)?);
            let start = year * 10_000 + month * 100;
            (1..=12).contains(&month).then_some((start + 1, start + 31))
        }
        [year, month, day_of_month] if year.len() == 4 => {
            day(number(year)?, number(month)?, number(day_of_month)?)
        }
        _ => None,
    }
}

fn day(year: u64, month: u64, day: u64) -> Option<(u64, u64)> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    let day = year * 10_000 + month * 100 + day;
    Some((day, day))
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
        check("<", "2015-01-01", 0, 20_150_100);
        check("<", "2015", 0, 20_150_100);
        check("<=", "2014", 0, 20_141_231);
        check(">", "2014", 20_141_232, 0);
        check(">=", "2014-05", 20_140_501, 0);
        check(":", "2010..2015", 20_100_101, 20_151_231);
        check(":", "2010..", 20_100_101, 0);
        check(":", "..2015-06", 0, 20_150_631);
        check("=", "20150106", 20_150_106, 20_150_106);
        check(":", "2015/1/6", 20_150_106, 20_150_106);
    }

    #[test]
    fn what_is_no_date() {
        for value in ["", "..", "2015-13", "2015-02-30", "15", "soon", "2015-01-01-01", "２０１５"] {
            check(":", value, 1, 1);
        }
        check("<", "2010..2015", 1, 1);
    }
}
