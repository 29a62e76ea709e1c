//! From text to token ids, as `tokenizer.json` says.

use std::path::Path;

use tokenizers::{Encoding, PostProcessor, TruncationDirection};

use crate::config::MpnetConfig;
use crate::error::{EncoderError, Result};
use crate::recipe::Recipe;

const TOKENIZER_FILE: &str = "tokenizer.json";

/// The tokenizer of a model, which needs no weights.
///
/// It pads nothing, and cuts off only what [`tokenize`](Self::tokenize) says.
#[derive(Debug)]
pub struct Tokenizer {
    tokenizer: tokenizers::Tokenizer,
    max_tokens: usize,
}

impl Tokenizer {
    /// Loads the tokenizer of the model in the directory `dir`.
    ///
    /// # Errors
    ///
    /// Names what is missing or wrong in the directory.
    pub fn load(dir: &Path) -> Result<Self> {
        let recipe = Recipe::read(dir)?;
        Self::of(&recipe, &MpnetConfig::read(&recipe.transformer)?)
    }

    pub(crate) fn of(recipe: &Recipe, config: &MpnetConfig) -> Result<Self> {
        let most = config.max_tokens();
        let max_tokens = recipe.max_tokens.map_or(most, |tokens| tokens.min(most));
        let tokenizer = open(&recipe.transformer)?;
        Ok(Self { tokenizer, max_tokens })
    }

    pub(crate) fn with_max_tokens(self, max_tokens: usize) -> Self {
        Self { max_tokens, ..self }
    }

    /// The longest text in tokens, special tokens included; what is beyond is cut off.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// The number of special tokens around every text.
    pub fn specials(&self) -> usize {
        self.tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false))
    }

    /// The token ids of `text` with its special tokens, cut to [`max_tokens`](Self::max_tokens).
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>> {
        let mut encoding = self.encode(text)?;
        let room = self.max_tokens.saturating_sub(self.specials());
        encoding.truncate(room, 0, TruncationDirection::Right);
        let whole: Encoding = self.tokenizer.post_process(encoding, None, true).map_err(fault)?;
        Ok(whole.get_ids().to_vec())
    }

    /// The token ids of two texts as one, special tokens around and between them; the longer text is cut
    /// first, where both do not fit.
    pub fn tokenize_pair(&self, left: &str, right: &str) -> Result<Vec<u32>> {
        let [mut left, mut right] = [self.encode(left)?, self.encode(right)?];
        let specials =
            self.tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(true));
        let room = self.max_tokens.saturating_sub(specials);
        let shorter = left.len().min(right.len()).min(room / 2);
        let [to_left, to_right] =
            if left.len() <= right.len() { [shorter, room - shorter] } else { [room - shorter, shorter] };
        left.truncate(to_left, 0, TruncationDirection::Right);
        right.truncate(to_right, 0, TruncationDirection::Right);
        let whole: Encoding = self.tokenizer.post_process(left, Some(right), true).map_err(fault)?;
        Ok(whole.get_ids().to_vec())
    }

    /// The tokens of a text alone.
    fn encode(&self, text: &str) -> Result<Encoding> {
        self.tokenizer.encode_fast(text, false).map_err(fault)
    }

    /// The number of tokens of the whole of `text`, special tokens included, uncut.
    pub fn count_tokens(&self, text: &str) -> Result<usize> {
        Ok(self.encode(text)?.len() + self.specials())
    }

    /// The byte range in `text` of each of its tokens, special tokens left out, uncut: for splitting
    /// what is too long.
    pub fn token_offsets(&self, text: &str) -> Result<Vec<(usize, usize)>> {
        let encoding = self.tokenizer.encode(text, false).map_err(fault)?;
        Ok(encoding.get_offsets().to_vec())
    }
}

/// Opens `tokenizer.json` in `dir`.
fn open(dir: &Path) -> Result<tokenizers::Tokenizer> {
    let path = dir.join(TOKENIZER_FILE);
    if !path.is_file() {
        return Err(EncoderError::MissingFile { dir: dir.to_path_buf(), file: TOKENIZER_FILE });
    }
    let fault =
        |error: tokenizers::Error| EncoderError::Tokenizer { path: path.clone(), message: error.to_string() };
    let mut tokenizer = tokenizers::Tokenizer::from_file(&path).map_err(fault)?;
    // Published files carry the settings of whatever was run last, often a padding to 128.
    tokenizer.with_padding(None).with_truncation(None).map_err(fault)?;
    Ok(tokenizer)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn fault(error: tokenizers::Error) -> EncoderError {
    EncoderError::Tokenize { message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn tokenizer() -> Tokenizer {
        Tokenizer::load(&fixture::directory()).unwrap()
    }

    #[track_caller]
    fn check(text: &str, max_tokens: usize, expected: &[u32]) {
        assert_eq!(tokenizer().with_max_tokens(max_tokens).tokenize(text).unwrap(), expected);
    }

    #[test]
    fn the_limit_is_the_models_own() {
        assert_eq!((tokenizer().max_tokens(), tokenizer().specials()), (48, 2));
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

    #[track_caller]
    fn check_pair(max_tokens: usize, expected: &[u32]) {
        let tokenizer = tokenizer().with_max_tokens(max_tokens);
        assert_eq!(tokenizer.tokenize_pair("lithium battery anode", "graphene").unwrap(), expected);
    }

    #[test]
    fn of_a_pair_the_longer_text_is_cut_first() {
        check_pair(64, &[0, 5, 6, 7, 2, 2, 10, 2]);
        check_pair(7, &[0, 5, 6, 2, 2, 10, 2]);
        check_pair(6, &[0, 5, 2, 2, 10, 2]);
    }

    #[test]
    fn counts_and_offsets_are_of_the_whole_text() {
        let text = "Lithium  batteries";
        assert_eq!(tokenizer().count_tokens(text).unwrap(), 5);
        assert_eq!(tokenizer().token_offsets(text).unwrap(), [(0, 7), (9, 15), (15, 18)]);
        assert_eq!(tokenizer().count_tokens("").unwrap(), 2);
        assert_eq!(tokenizer().token_offsets("").unwrap(), []);
    }

    #[test]
    fn a_directory_without_a_tokenizer_is_refused() {
        let error = open(tempfile::tempdir().unwrap().path()).unwrap_err();
        assert!(error.to_string().contains("tokenizer.json is missing"), "{error}");
    }

    #[test]
    fn a_broken_tokenizer_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("tokenizer.json"), "{\"version\":").unwrap();
        let error = open(dir.path()).unwrap_err();
        assert!(error.to_string().contains("is no tokenizer"), "{error}");
    }
}
