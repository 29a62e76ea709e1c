//! GPUs as wgpu lists them, and devices opened on them.
//!
//! burn can find adapters by itself, but opens each only once in the life of a process. A device that
//! is lost stays lost, so it is opened here and registered with burn, as often as need be.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;
use burn::tensor::wgpu::wgpu::{
    self, AdapterInfo, Backend, Backends, DeviceType, Features, Instance, Limits,
};

/// The adapters of this machine, the best first, each once.
///
/// They are looked for once and never dropped: loaders of Vulkan crash where instances come and go,
/// and OpenGL's adapters where several threads drop them.
static ADAPTERS: LazyLock<Vec<Adapter>> = LazyLock::new(|| {
    let mut found = list(Backends::PRIMARY);
    // OpenGL is slow to ask, and for nothing where there is a better API.
    if found.iter().all(Adapter::is_software) {
        found.extend(list(Backends::GL));
    }
    let infos: Vec<AdapterInfo> = found.iter().map(Adapter::info).collect();
    rank(&infos).into_iter().map(|place| found[place].clone()).collect()
});

/// A GPU, or a program that plays one.
#[derive(Debug, Clone)]
pub(crate) struct Adapter {
    instance: Instance,
    gpu: wgpu::Adapter,
    limits: Limits,
}

/// The adapters of this machine, the best first.
pub(crate) fn adapters() -> &'static [Adapter] {
    &ADAPTERS
}

fn list(backends: Backends) -> Vec<Adapter> {
    let defaults = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    let instance = Instance::new(wgpu::InstanceDescriptor { backends, ..defaults });
    let adapters = pollster::block_on(instance.enumerate_adapters(backends));
    let listed = |gpu: wgpu::Adapter| Adapter { instance: instance.clone(), limits: gpu.limits(), gpu };
    adapters.into_iter().map(listed).collect()
}

/// The places of the adapters to use: of the first API that reaches hardware, or else the first at
/// all, since other APIs list the same GPUs again. Discrete GPUs come first, then integrated, virtual
/// and unknown ones, then software.
fn rank(infos: &[AdapterInfo]) -> Vec<usize> {
    let best = infos.iter().find(|info| !is_software(info)).or(infos.first());
    let api = best.map_or(Backend::Noop, |info| info.backend);
    let mut places: Vec<usize> = (0..infos.len()).filter(|&place| infos[place].backend == api).collect();
    places.sort_by_key(|&place| {
        let kinds = [DeviceType::DiscreteGpu, DeviceType::IntegratedGpu, DeviceType::VirtualGpu];
        let kind = kinds.iter().position(|kind| *kind == infos[place].device_type);
        (is_software(&infos[place]), kind.unwrap_or(kinds.len()))
    });
    places
}

/// Whether an adapter is a program on the CPU that plays a GPU.
fn is_software(info: &AdapterInfo) -> bool {
    info.device_type == DeviceType::Cpu || is_software_name(&info.name)
}

/// The names matter besides the type: OpenGL drivers do not always tell the type.
fn is_software_name(name: &str) -> bool {
    let name = name.to_lowercase();
    ["llvmpipe", "lavapipe", "swiftshader", "softpipe", "basic render driver"]
        .iter()
        .any(|part| name.contains(part))
}

impl Adapter {
    fn info(&self) -> AdapterInfo {
        self.gpu.get_info()
    }

    /// The name that the driver gives it, and the API through which it is reached.
    pub(crate) fn name(&self) -> String {
        let info = self.info();
        format!("{} ({})", info.name, info.backend)
    }

    pub(crate) fn is_software(&self) -> bool {
        is_software(&self.info())
    }

    /// Whether it computes with 16-bit floats.
    pub(crate) fn has_f16(&self) -> bool {
        self.gpu.features().contains(Features::SHADER_F16)
    }

    /// The largest tensor that it takes, in bytes.
    pub(crate) fn largest_tensor(&self) -> u64 {
        self.limits.max_storage_buffer_binding_size.min(self.limits.max_buffer_size)
    }

    /// The same adapter, as if it took no larger tensors than this.
    #[cfg(test)]
    pub(crate) fn with_largest_tensor(&self, bytes: u64) -> Self {
        let limits = Limits { max_storage_buffer_binding_size: bytes, ..self.limits.clone() };
        Self { limits, ..self.clone() }
    }

    /// Opens a device of its own: what happens to another one on this adapter does not touch it.
    pub(crate) fn open(&self) -> Result<OpenDevice, String> {
        let Self { instance, gpu: adapter, limits } = self.clone();
        // burn takes for granted whatever the adapter has.
        let features =
            adapter.features() - Features::MAPPABLE_PRIMARY_BUFFERS - Features::all_experimental_mask();
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            required_features: features,
            required_limits: limits,
            // burn asks for large blocks and divides them itself.
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..wgpu::DeviceDescriptor::default()
        }))
        .map_err(|error| error.to_string())?;
        let (wgpu, backend) = (device.clone(), adapter.get_info().backend);
        let setup = WgpuSetup { instance, adapter, device, queue, backend };
        let device = Device::wgpu_options().setup(setup).init().map_err(|error| error.to_string())?;
        Ok(OpenDevice { faults: Faults::watch(&wgpu), device, wgpu })
    }
}

/// A device that is registered with burn.
#[derive(Debug)]
pub(crate) struct OpenDevice {
    pub(crate) device: Device,
    wgpu: wgpu::Device,
    faults: Faults,
}

impl OpenDevice {
    /// What went wrong first, if anything ever did. Nothing read after that is to be trusted.
    pub(crate) fn fault(&self) -> Option<String> {
        self.faults.first()
    }

    /// Takes the device away, as a driver's reset would.
    #[cfg(test)]
    pub(crate) fn lose(&self) {
        self.wgpu.destroy();
    }
}

impl Drop for OpenDevice {
    /// burn keeps a device to the end of the process; its memory must not stay with it.
    fn drop(&mut self) {
        self.wgpu.destroy();
    }
}

/// The first error that a device reported.
#[derive(Debug, Clone, Default)]
struct Faults(Arc<Mutex<Option<String>>>);

impl Faults {
    /// Takes the place of burn's handler, which panics in a thread where nobody sees it.
    fn watch(device: &wgpu::Device) -> Self {
        let faults = Self::default();
        let kept = faults.clone();
        device.on_uncaptured_error(Arc::new(move |error| kept.keep(error.to_string())));
        faults
    }

    fn keep(&self, message: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(message);
    }

    fn first(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `adapters` are names, types and APIs; what is `expected` are the places, best first.
    #[track_caller]
    fn check(adapters: &[(&str, DeviceType, Backend)], expected: &[usize]) {
        let info = |&(name, kind, api): &(&str, DeviceType, Backend)| {
            let mut info = AdapterInfo::new(kind, api);
            name.clone_into(&mut info.name);
            info
        };
        assert_eq!(rank(&adapters.iter().map(info).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn hardware_comes_before_software_and_the_stronger_first() {
        use Backend::Vulkan;
        check(&[], &[]);
        check(&[("llvmpipe", DeviceType::Cpu, Vulkan)], &[0]);
        check(
            &[
                ("llvmpipe", DeviceType::Cpu, Vulkan),
                ("Intel UHD 770", DeviceType::IntegratedGpu, Vulkan),
                ("virtio", DeviceType::VirtualGpu, Vulkan),
                ("NVIDIA RTX 4090", DeviceType::DiscreteGpu, Vulkan),
                ("unknown", DeviceType::Other, Vulkan),
            ],
            &[3, 1, 2, 4, 0],
        );
    }

    #[test]
    fn a_gpu_that_several_apis_reach_counts_once() {
        let gpu = |api| ("AMD RX 7900", DeviceType::DiscreteGpu, api);
        check(&[gpu(Backend::Vulkan), gpu(Backend::Dx12), gpu(Backend::Gl)], &[0]);
        check(&[("llvmpipe", DeviceType::Cpu, Backend::Vulkan), gpu(Backend::Gl)], &[1]);
        check(
            &[("lavapipe", DeviceType::Cpu, Backend::Vulkan), ("llvmpipe", DeviceType::Other, Backend::Gl)],
            &[0],
        );
    }

    #[test]
    fn software_is_known_by_its_name() {
        assert!(is_software_name("llvmpipe (LLVM 19.1.7, 256 bits)"));
        assert!(is_software_name("SwiftShader Device (Subzero)"));
        assert!(is_software_name("Microsoft Basic Render Driver"));
        assert!(!is_software_name("AMD Radeon RX 7900 XTX"));
        assert!(!is_software_name("NVIDIA GeForce RTX 4090"));
    }
}
