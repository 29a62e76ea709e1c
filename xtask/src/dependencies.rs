//! Licences, sources and advisories of the dependencies, through cargo-deny.

use anyhow::Result;

use crate::shell::{command, require, target, works};
use crate::tally::Tally;

/// Checks what deny.toml says.
pub(crate) fn check(tally: &mut Tally) -> Result<()> {
    let Some(deny) = cargo_deny() else {
        tally.skip("licences and advisories: cargo-deny is neither installed nor to be had");
        return Ok(());
    };
    require(&mut command(&deny, &["check", "bans", "licenses", "sources"]))?;
    if !works(&deny, &["fetch", "db"]) {
        tally.skip("advisories: their database cannot be fetched from here");
        return Ok(());
    }
    require(&mut command(&deny, &["check", "advisories"]))
}

/// cargo-deny: the user's own, or one that is built, in two to four minutes, below `target`.
fn cargo_deny() -> Option<String> {
    let tools = target().join("tools");
    let ours = tools.join("bin/cargo-deny").to_string_lossy().into_owned();
    let known = ["cargo-deny".to_owned(), ours.clone()];
    if let Some(deny) = known.into_iter().find(|deny| works(deny, &["--version"])) {
        return Some(deny);
    }
    let mut install = command("cargo", &["install", "cargo-deny", "--locked", "--quiet", "--root"]);
    require(install.arg(&tools)).ok().map(|()| ours)
}
