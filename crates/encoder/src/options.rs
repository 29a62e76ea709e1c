//! How a model is loaded.

use crate::device::DeviceChoice;
use crate::gpu::GpuFloats;
use crate::precision::Precision;

/// How [`Encoder::load_with`](crate::Encoder::load_with) loads a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LoadOptions {
    /// Where the network runs.
    pub device: DeviceChoice,
    /// What it computes with on the CPU.
    pub precision: Precision,
    /// What it computes with on a GPU.
    pub gpu_floats: GpuFloats,
}
