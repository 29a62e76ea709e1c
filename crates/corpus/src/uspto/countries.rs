//! Countries as the USPTO wrote them before it took over WIPO ST.3.

/// The two letters of ST.3 for a code of two or three: "JPX" → "JP", "UK" → "GB", "DT" → "DE".
pub(crate) fn two_letters(code: &str) -> &str {
    let code = code.get(..2).unwrap_or(code);
    match code {
        "DL" => "DD",
        "DT" => "DE",
        "EI" => "IE",
        "EN" | "UK" => "GB",
        "JA" => "JP",
        "NW" => "NO",
        "OE" => "AT",
        "SF" => "FI",
        "SW" => "SE",
        "SZ" => "CH",
        "UR" => "SU",
        known => known,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_become_two_letters() {
        for (code, expected) in [("JPX", "JP"), ("GB2", "GB"), ("UK", "GB"), ("SU", "SU"), ("", "")] {
            assert_eq!(super::two_letters(code), expected);
        }
    }
}
