//! Where the network runs: chosen when the program runs, not when it is built.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use burn::tensor::wgpu::wgpu::{AdapterInfo, DeviceType as AdapterType};
use burn::tensor::{Device, DeviceKind, DeviceType};

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
    /// The adapter with this number, or the one that the system prefers. Discrete GPUs come first,
    /// then integrated and virtual ones, then a software rasteriser.
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

/// A GPU that is ready, with the name that its driver gives it.
#[derive(Debug, Clone)]
pub(crate) struct Gpu {
    pub(crate) device: Device,
    pub(crate) name: String,
    software: bool,
}

/// Opens what `choice` names; `None` is the CPU.
pub(crate) fn open(choice: DeviceChoice) -> Result<Option<Gpu>> {
    match choice {
        DeviceChoice::Cpu => Ok(None),
        DeviceChoice::Auto => Ok(open_hardware()),
        DeviceChoice::Wgpu(number) => open_gpu(number).map(Some),
    }
}

/// The preferred GPU, unless it is software or does not start.
fn open_hardware() -> Option<Gpu> {
    if !may_have_gpu() {
        return None;
    }
    let adapters = Device::enumerate(DeviceType::Wgpu);
    // Asked first, because bringing a software rasteriser up takes long and would be for nothing.
    let software = Device::wgpu(DeviceKind::Cpu);
    adapters.iter().find(|adapter| **adapter != software)?;
    open_gpu(None).ok().filter(|gpu| !gpu.software)
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

/// The GPUs that this process has opened: burn initialises each only once.
static OPENED: Mutex<Vec<(Option<usize>, Gpu)>> = Mutex::new(Vec::new());

fn open_gpu(number: Option<usize>) -> Result<Gpu> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, gpu)) = opened.iter().find(|(key, _)| *key == number) {
        return Ok(gpu.clone());
    }
    let gpu = start(number).map_err(|message| EncoderError::NoDevice {
        asked: DeviceChoice::Wgpu(number).to_string(),
        message,
    })?;
    opened.push((number, gpu.clone()));
    Ok(gpu)
}

fn start(number: Option<usize>) -> Result<Gpu, String> {
    let kind = match number {
        None => DeviceKind::DefaultDevice,
        Some(number) => kind_of(number)?,
    };
    // Not `Device::wgpu`, which panics on first use where there is no adapter.
    let options = Device::wgpu_options().device_kind(kind);
    let (device, setup) = options.init_with_setup().map_err(|error| error.to_string())?;
    let info = setup.adapter.get_info();
    Ok(Gpu { device, name: format!("{} ({})", info.name, info.backend), software: is_software(&info) })
}

/// The selector of adapter `number`: burn counts each kind of adapter on its own.
fn kind_of(number: usize) -> Result<DeviceKind, String> {
    let adapters = Device::enumerate(DeviceType::Wgpu);
    let count = adapters.len();
    let of_each = |kind: fn(usize) -> DeviceKind| (0..count).map(kind);
    of_each(DeviceKind::DiscreteGpu)
        .chain(of_each(DeviceKind::IntegratedGpu))
        .chain(of_each(DeviceKind::VirtualGpu))
        .chain([DeviceKind::Cpu])
        .filter(|kind| adapters.iter().any(|adapter| *adapter == Device::wgpu(kind.clone())))
        .nth(number)
        .ok_or_else(|| format!("there are {count} adapters, counted from 0"))
}

/// Whether an adapter is a program on the CPU that plays a GPU.
fn is_software(info: &AdapterInfo) -> bool {
    info.device_type == AdapterType::Cpu || is_software_name(&info.name)
}

/// The names matter besides the type: OpenGL drivers do not always tell the type.
fn is_software_name(name: &str) -> bool {
    let name = name.to_lowercase();
    ["llvmpipe", "lavapipe", "swiftshader", "softpipe", "basic render driver"]
        .iter()
        .any(|part| name.contains(part))
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
    fn software_is_known_by_its_name() {
        assert!(is_software_name("llvmpipe (LLVM 19.1.7, 256 bits)"));
        assert!(is_software_name("SwiftShader Device (Subzero)"));
        assert!(is_software_name("Microsoft Basic Render Driver"));
        assert!(!is_software_name("AMD Radeon RX 7900 XTX"));
        assert!(!is_software_name("NVIDIA GeForce RTX 4090"));
    }

    #[test]
    fn auto_never_takes_software() {
        if let Some(gpu) = open(DeviceChoice::Auto).unwrap() {
            assert!(!gpu.software && !is_software_name(&gpu.name), "{}", gpu.name);
        }
    }

    #[test]
    fn an_adapter_that_is_not_there_is_an_error() {
        let error = open(DeviceChoice::Wgpu(Some(999))).unwrap_err();
        assert!(error.to_string().contains("no device wgpu:999"), "{error}");
    }
}
