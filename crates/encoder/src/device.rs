//! Where the network runs: chosen when the program runs, not when it is built.

use std::fmt;
use std::str::FromStr;

use crate::adapter::{Adapter, adapters};
use crate::error::{EncoderError, Result};

/// Which device encodes.
///
/// Written `auto`, `cpu`, `wgpu` or `wgpu:N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceChoice {
    /// A GPU where there is one, else the CPU. Software rasterisers are never taken: the CPU is
    /// many times faster.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The adapter with this number, or the first. Discrete GPUs come first, then integrated and
    /// virtual ones, then a software rasteriser.
    Wgpu(Option<usize>),
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Wgpu(None) => f.write_str("wgpu"),
            Self::Wgpu(Some(number)) => write!(f, "wgpu:{number}"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = EncoderError;

    fn from_str(text: &str) -> Result<Self> {
        let unknown = || EncoderError::UnknownDevice { given: text.to_owned() };
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "wgpu" => Ok(Self::Wgpu(None)),
            _ => {
                let number = text.strip_prefix("wgpu:").ok_or_else(unknown)?;
                number.parse().map(|number| Self::Wgpu(Some(number))).map_err(|_| unknown())
            }
        }
    }
}

/// The adapter that `choice` names; `None` is the CPU.
pub(crate) fn find(choice: DeviceChoice) -> Result<Option<&'static Adapter>> {
    match choice {
        DeviceChoice::Cpu => Ok(None),
        DeviceChoice::Auto if !may_have_gpu() => Ok(None),
        _ => choose(choice, adapters()),
    }
}

/// What `choice` takes of `adapters`, the best first.
fn choose(choice: DeviceChoice, adapters: &[Adapter]) -> Result<Option<&Adapter>> {
    match choice {
        DeviceChoice::Cpu => Ok(None),
        DeviceChoice::Auto => Ok(adapters.iter().find(|adapter| !adapter.is_software())),
        DeviceChoice::Wgpu(number) => numbered(adapters, number.unwrap_or(0))
            .map(Some)
            .map_err(|message| EncoderError::NoDevice { asked: choice.to_string(), message }),
    }
}

fn numbered(adapters: &[Adapter], number: usize) -> Result<&Adapter, String> {
    adapters.get(number).ok_or_else(|| match adapters.len() {
        0 => "wgpu finds no adapter".to_owned(),
        count => format!("the adapters of this machine are 0 to {}", count - 1),
    })
}

/// Device nodes that Linux has where there is a GPU: DRM, NVIDIA's own, WSL's.
#[cfg(target_os = "linux")]
const GPU_NODES: [&str; 3] = ["/dev/dri", "/dev/nvidiactl", "/dev/dxg"];

/// Whether it is worth asking for adapters: on a server without any, the drivers take their time to say so,
/// and complain of a missing display.
#[cfg(target_os = "linux")]
fn may_have_gpu() -> bool {
    GPU_NODES.iter().any(|node| std::path::Path::new(node).exists())
}

#[cfg(not(target_os = "linux"))]
fn may_have_gpu() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<DeviceChoice>) {
        assert_eq!(text.parse().ok(), expected);
        if let Some(choice) = expected {
            assert_eq!(choice.to_string(), text);
        }
    }

    #[test]
    fn choices_go_there_and_back() {
        check("auto", Some(DeviceChoice::Auto));
        check("cpu", Some(DeviceChoice::Cpu));
        check("wgpu", Some(DeviceChoice::Wgpu(None)));
        check("wgpu:12", Some(DeviceChoice::Wgpu(Some(12))));
        check("wgpu:", None);
        check("wgpu:-1", None);
        check("cuda", None);
        check("", None);
    }

    #[test]
    fn auto_never_takes_software() {
        let software: Vec<Adapter> = adapters().iter().filter(|one| one.is_software()).cloned().collect();
        assert!(choose(DeviceChoice::Auto, &software).unwrap().is_none());
        assert!(find(DeviceChoice::Auto).unwrap().is_none_or(|adapter| !adapter.is_software()));
    }

    #[test]
    fn an_adapter_that_is_not_there_is_an_error() {
        let error = find(DeviceChoice::Wgpu(Some(999))).unwrap_err();
        assert!(error.to_string().contains("no device wgpu:999"), "{error}");
    }
}
