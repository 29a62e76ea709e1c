//! Texts to vectors, for whoever asks for vectors alone.

use crate::app::App;
use crate::model::{AnyError, EncodeError, Model};
use crate::problem::Problem;

/// Texts of a request at most.
pub(crate) const MOST_TEXTS: usize = 256;

/// Texts that share a batch with those of other requests.
const SHARE: usize = 16;

/// What is to be embedded.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) texts: Vec<String>,
    /// Whether a text that the model does not read to its end is cut off there, and not refused.
    pub(crate) truncate: bool,
}

/// Vectors as the pooling leaves them, and the tokens that were read.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) vectors: Vec<Vec<f32>>,
    pub(crate) tokens: usize,
}

/// Why there are no vectors.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotEmbedded {
    /// There is no model.
    #[error("the model that embedded the index is not on this machine; `priorart model fetch` fetches it")]
    NoModel,
    /// A text is longer than the model reads.
    #[error("text {text} has {tokens} tokens; the model reads {most}")]
    TooLong { text: usize, tokens: usize, most: usize },
    /// There are too many texts.
    #[error("the request has {0} texts; at most {MOST_TEXTS} are allowed")]
    TooMany(usize),
    /// The tokenizer refuses a text.
    #[error("{0}")]
    Tokens(AnyError),
    /// The encoder failed.
    #[error(transparent)]
    Failed(EncodeError),
}

impl App {
    /// Embeds texts in the batches of all requests.
    pub(crate) async fn embed(&self, wanted: Wanted) -> Result<Result<Embedded, NotEmbedded>, Problem> {
        let Some(model) = self.model().cloned() else {
            return Ok(Err(NotEmbedded::NoModel));
        };
        self.run(move |_| Ok(embed(&model, &wanted))).await
    }
}

fn embed(model: &Model, wanted: &Wanted) -> Result<Embedded, NotEmbedded> {
    if wanted.texts.len() > MOST_TEXTS {
        return Err(NotEmbedded::TooMany(wanted.texts.len()));
    }
    let mut ids = Vec::new();
    for (at, text) in wanted.texts.iter().enumerate() {
        ids.push(tokens(model, text, at, wanted.truncate)?);
    }
    let mut embedded = Embedded { vectors: Vec::new(), tokens: ids.iter().map(Vec::len).sum() };
    for share in ids.chunks(SHARE) {
        embedded.vectors.extend(model.encode(share.to_vec()).map_err(NotEmbedded::Failed)?);
    }
    Ok(embedded)
}

fn tokens(model: &Model, text: &str, at: usize, truncate: bool) -> Result<Vec<u32>, NotEmbedded> {
    let tokenizer = model.encoder();
    let most = model.stamp().max_tokens as usize;
    if !truncate {
        let tokens = tokenizer.count_tokens(text).map_err(NotEmbedded::Tokens)?;
        if tokens > most {
            return Err(NotEmbedded::TooLong { text: at, tokens, most });
        }
    }
    tokenizer.tokenize(text).map_err(NotEmbedded::Tokens)
}

/// The vector of length 1 in the same direction.
pub(crate) fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|number| *number /= length);
    }
    vector
}
