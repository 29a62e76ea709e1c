//! What the tests need of the machine.

use anyhow::Result;

use crate::shell::{command, require, works};
use crate::tally::Tally;

/// Mesa's software Vulkan, on which the encoder is tested where there is no GPU.
const VULKAN: [&str; 2] = ["mesa-vulkan-drivers", "libvulkan1"];

/// Installs Mesa's software Vulkan where that is possible; the tests that need it say so where it is absent.
pub(crate) fn install_vulkan(tally: &mut Tally) -> Result<()> {
    install(tally, &VULKAN)
}

/// Installs packages of Debian where that is possible.
pub(crate) fn install(tally: &mut Tally, packages: &[&str]) -> Result<()> {
    let names = packages.join(" and ");
    if packages.iter().all(|package| works("dpkg", &["-s", package])) {
        println!("{names}: installed");
        return Ok(());
    }
    if !works("apt-get", &["--version"]) || !is_root() {
        tally.skip(&format!("installing {names}: it takes apt-get and root"));
        return Ok(());
    }
    require(&mut command("apt-get", &["update", "--quiet=2"]))?;
    let mut install = command("apt-get", &["install", "--yes", "--quiet=2", "--no-install-recommends"]);
    require(install.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    works("sh", &["-c", "test \"$(id -u)\" = 0"])
}
