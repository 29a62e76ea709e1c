//! What a precision means on this processor.

#[cfg(target_arch = "x86_64")]
use super::dot::{Bf16Dot, ByteDot};
use super::isa::Isa;
use super::linear::{Kernel, TileSize};
use crate::precision::Precision;

/// The kernels of this processor at one precision.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    pub(super) isa: Isa,
    /// What products with weights are made with.
    pub(super) product: Kernel,
}

impl Kernels {
    /// The kernels of this processor; `None` where it lacks the instructions.
    pub(crate) fn detect(precision: Precision) -> Option<Self> {
        let isa = Isa::detect();
        let product = match precision {
            Precision::F32 => Kernel::F32(TileSize::of(isa)),
            #[cfg(target_arch = "x86_64")]
            Precision::Bf16 => Kernel::Bf16(Bf16Dot::try_new()?),
            #[cfg(target_arch = "x86_64")]
            Precision::Int8 => Kernel::Int8(ByteDot::try_new()?),
            #[cfg(not(target_arch = "x86_64"))]
            _ => return None,
        };
        Some(Self { isa, product })
    }

    /// The name of the instruction set.
    pub(crate) fn name(&self) -> &'static str {
        self.isa.name()
    }
}
