//! What the browser tests need: Chromium, Node.js, and two packages below `target/`.

use anyhow::Result;
use fs_err as fs;

use crate::shell::{command, require, root, target, works};
use crate::system::install;
use crate::tally::Tally;

/// Installs what is absent, where that is possible; the tests say so where they cannot run.
pub(crate) fn install_browser(tally: &mut Tally) -> Result<()> {
    install(tally, &["chromium"])?;
    let answers = |program| works(program, &["--version"]);
    // Debian's npm is some hundred packages, and needless where Node.js came with its own.
    if !(answers("node") && answers("npm")) {
        install(tally, &["nodejs", "npm"])?;
    }
    if !answers("npm") {
        return Ok(());
    }
    let tools = target().join("browser");
    fs::create_dir_all(&tools)?;
    fs::copy(root().join("tests/browser/package.json"), tools.join("package.json"))?;
    let arguments =
        ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
    require(command("npm", &arguments).current_dir(&tools))
}
