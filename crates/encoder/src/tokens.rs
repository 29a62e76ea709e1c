//! From text to token ids, as `tokenizer.json` says.

use std::path::Path;

use tokenizers::{Encoding, PostProcessor, Tokenizer, TruncationDirection};

use crate::error::{EncoderError, Result};

const TOKENIZER_FILE: &str = "tokenizer.json";

/// A tokenizer that cuts nothing off and pads nothing unless it is told to.
#[derive(Debug)]
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
}

impl Tokens {
    /// Loads `tokenizer.json` in `dir`.
    pub(crate) fn load(dir: &Path) -> Result<Self> {
        let path = dir.join(TOKENIZER_FILE);
        if !path.is_file() {
            return Err(EncoderError::MissingFile { dir: dir.to_path_buf(), file: TOKENIZER_FILE });
        }
        let fault = |error: tokenizers::Error| EncoderError::Tokenizer {
            path: path.clone(),
            message: error.to_string(),
        };
        let mut tokenizer = Tokenizer::from_file(&path).map_err(fault)?;
        // Published files carry the settings of whatever was run last, often a padding to 128.
        tokenizer.with_padding(None).with_truncation(None).map_err(fault)?;
        Ok(Self { tokenizer })
    }

    /// The number of special tokens around every text.
    pub(crate) fn specials(&self) -> usize {
        self.tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false))
    }

    /// The ids of `text` between its special tokens, `max_tokens` in all at most.
    pub(crate) fn ids(&self, text: &str, max_tokens: usize) -> Result<Vec<u32>> {
        let mut encoding = self.tokenizer.encode_fast(text, false).map_err(fault)?;
        let room = max_tokens.saturating_sub(self.specials());
        encoding.truncate(room, 0, TruncationDirection::Right);
        let whole: Encoding = self.tokenizer.post_process(encoding, None, true).map_err(fault)?;
        Ok(whole.get_ids().to_vec())
    }

    /// The number of ids of the whole of `text`, special tokens included.
    pub(crate) fn count(&self, text: &str) -> Result<usize> {
        let encoding = self.tokenizer.encode_fast(text, false).map_err(fault)?;
        Ok(encoding.len() + self.specials())
    }

    /// The byte range of every token of the whole of `text`, special tokens left out.
    pub(crate) fn offsets(&self, text: &str) -> Result<Vec<(usize, usize)>> {
        let encoding = self.tokenizer.encode(text, false).map_err(fault)?;
        Ok(encoding.get_offsets().to_vec())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn fault(error: tokenizers::Error) -> EncoderError {
    EncoderError::Tokenize { message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn tokens() -> Tokens {
        Tokens::load(&fixture::directory()).unwrap()
    }

    #[track_caller]
    fn check(text: &str, max_tokens: usize, expected: &[u32]) {
        assert_eq!(tokens().ids(text, max_tokens).unwrap(), expected);
    }

    #[test]
    fn special_tokens_stand_around_every_text() {
        check("", 64, &[0, 2]);
        check(" \n\t ", 64, &[0, 2]);
        check("lithium", 64, &[0, 5, 2]);
    }

    #[test]
    fn what_is_too_long_loses_its_end_but_not_its_last_token() {
        check("lithium battery anode", 5, &[0, 5, 6, 7, 2]);
        check("lithium battery anode", 4, &[0, 5, 6, 2]);
        check("lithium battery anode", 3, &[0, 5, 2]);
    }

    #[test]
    fn counts_and_offsets_are_of_the_whole_text() {
        let text = "Lithium  batteries";
        assert_eq!(tokens().count(text).unwrap(), 5);
        assert_eq!(tokens().offsets(text).unwrap(), [(0, 7), (9, 15), (15, 18)]);
        assert_eq!(tokens().count("").unwrap(), 2);
        assert_eq!(tokens().offsets("").unwrap(), []);
    }

    #[test]
    fn a_directory_without_a_tokenizer_is_refused() {
        let error = Tokens::load(tempfile::tempdir().unwrap().path()).unwrap_err();
        assert!(error.to_string().contains("tokenizer.json is missing"), "{error}");
    }

    #[test]
    fn a_broken_tokenizer_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("tokenizer.json"), "{\"version\":").unwrap();
        let error = Tokens::load(dir.path()).unwrap_err();
        assert!(error.to_string().contains("is no tokenizer"), "{error}");
    }
}
