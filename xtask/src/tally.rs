//! What the gate counts: tests, and what was left out.

/// Tests passed and failed, and the lines that say what was skipped, each once.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: Vec<String>,
}

impl Tally {
    /// Says loudly that something was left out, and remembers it for the summary.
    pub(crate) fn skip(&mut self, what: &str) {
        let line = format!("SKIPPED: {what}");
        println!("{line}");
        self.remember(line);
    }

    /// Takes in a line of `cargo test`.
    pub(crate) fn read(&mut self, line: &str) {
        // A test's own output may follow `test NAME ... ` on the same line.
        if let Some(at) = line.find("SKIPPED: ") {
            self.remember(line[at..].trim_end().to_owned());
        }
        if let Some(at) = line.find("test result: ") {
            self.passed += number_before(&line[at..], " passed");
            self.failed += number_before(&line[at..], " failed");
        }
    }

    /// Whether any test has run.
    pub(crate) fn ran(&self) -> bool {
        self.passed + self.failed > 0
    }

    fn remember(&mut self, line: String) {
        if !self.skipped.contains(&line) {
            self.skipped.push(line);
        }
    }
}

fn number_before(line: &str, word: &str) -> u32 {
    let before = line.split(word).next().unwrap_or_default();
    let digits = before.rsplit(|letter: char| !letter.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(lines: &[&str], passed: u32, failed: u32, skipped: &[&str]) {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        assert_eq!((tally.passed, tally.failed), (passed, failed));
        assert_eq!(tally.skipped, skipped);
    }

    #[test]
    fn counts_add_up_over_binaries() {
        let first =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let second = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out";
        check(&[first], 12, 0, &[]);
        check(&[first, second], 15, 2, &[]);
        check(&["12 passed; 0 failed", "running 3 tests", ""], 0, 0, &[]);
    }

    #[test]
    fn skips_are_found_within_a_line_and_kept_once() {
        let line = "test real_dumps ... SKIPPED: no dumps";
        check(&[line, "SKIPPED: no dumps ", "ok"], 0, 0, &["SKIPPED: no dumps"]);
    }
}
