//! The checksum of a part: XXH3-64 of all its bytes, written into its own footer.
//!
//! Parquet ends with its metadata, their length and "PAR1". Among the metadata stands "xxh3:" with sixteen digits;
//! the checksum is that of the file with zeros in their place. So whatever is cut off or changed is noticed before
//! anything is decoded.

use std::ops::Range;

use xxhash_rust::xxh3::Xxh3Default;

/// What the metadata hold until the checksum is known.
pub(crate) const UNSEALED: &str = "xxh3:0000000000000000";

const MARK: &[u8] = b"xxh3:";
const DIGITS: usize = 16;
const MAGIC: &[u8] = b"PAR1";

/// Writes the checksum into a part that is otherwise complete; whether there is a place for it.
pub(crate) fn seal(bytes: &mut [u8]) -> bool {
    let Some(digits) = digits(bytes) else { return false };
    let sum = checksum(bytes, &digits);
    bytes[digits].copy_from_slice(sum.as_bytes());
    true
}

/// Says what is wrong with the bytes of a part, if anything is.
pub(crate) fn verify(bytes: &[u8]) -> Result<(), &'static str> {
    if !bytes.starts_with(MAGIC) {
        return Err("is no part");
    }
    let Some(digits) = digits(bytes) else { return Err("is cut short") };
    if checksum(bytes, &digits).as_bytes() == &bytes[digits] {
        Ok(())
    } else {
        Err("is damaged: its checksum is wrong")
    }
}

/// Where the digits stand: in the metadata, which the end of the file leads to.
fn digits(bytes: &[u8]) -> Option<Range<usize>> {
    let body = bytes.strip_suffix(MAGIC)?;
    let (body, length) = body.split_last_chunk::<4>()?;
    let footer = body.len().checked_sub(u32::from_le_bytes(*length) as usize)?;
    let mark = body[footer..].windows(MARK.len()).rposition(|window| window == MARK)?;
    let first = footer + mark + MARK.len();
    (first + DIGITS <= body.len()).then_some(first..first + DIGITS)
}

fn checksum(bytes: &[u8], digits: &Range<usize>) -> String {
    let mut hasher = Xxh3Default::new();
    hasher.update(&bytes[..digits.start]);
    hasher.update(&[b'0'; DIGITS]);
    hasher.update(&bytes[digits.end..]);
    format!("{:016x}", hasher.digest())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> Vec<u8> {
        let footer = format!("meta {UNSEALED} data");
        let mut bytes = [b"PAR1 pages ", footer.as_bytes()].concat();
        bytes.extend((footer.len() as u32).to_le_bytes());
        bytes.extend(MAGIC);
        assert!(seal(&mut bytes));
        bytes
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let whole = sealed();
        assert_eq!(verify(&whole), Ok(()));
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            assert!(verify(&bytes).is_err(), "byte {at}");
        }
    }

    #[test]
    fn every_cut_is_noticed() {
        let whole = sealed();
        for end in 0..whole.len() {
            assert!(verify(&whole[..end]).is_err(), "cut at {end}");
        }
    }
}
