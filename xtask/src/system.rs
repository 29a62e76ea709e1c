//! What the tests need of the machine, and what it says of a process.

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

/// MiB of memory that a process holds (`VmRSS:`) or has held at its peak (`VmHWM:`); 0 where the system does not say.
pub(crate) fn memory_mb(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn is_root() -> bool {
    works("sh", &["-c", "test \"$(id -u)\" = 0"])
}
