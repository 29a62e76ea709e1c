//! Which vector instructions the processor has.

#[cfg(target_arch = "aarch64")]
use pulp::aarch64::Neon;
#[cfg(target_arch = "x86_64")]
use pulp::x86::{V3, V4};
use pulp::{Scalar128b, Simd, WithSimd};

/// An instruction set that kernels are compiled for, found out when the program runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Isa {
    /// 32 registers of 16 numbers.
    #[cfg(target_arch = "x86_64")]
    Avx512(V4),
    /// 16 registers of 8 numbers, with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2(V3),
    /// 32 registers of 4 numbers.
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
    /// What every processor of the architecture that was compiled for has.
    Portable,
}

impl Isa {
    /// The best instruction set of this processor.
    pub(crate) fn detect() -> Self {
        Self::available()[0]
    }

    /// All instruction sets of this processor, best first.
    pub(crate) fn available() -> Vec<Self> {
        [
            #[cfg(target_arch = "x86_64")]
            V4::try_new().map(Self::Avx512),
            #[cfg(target_arch = "x86_64")]
            V3::try_new().map(Self::Avx2),
            #[cfg(target_arch = "aarch64")]
            Neon::try_new().map(Self::Neon),
            Some(Self::Portable),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The name that people know it by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "AVX2",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "NEON",
            Self::Portable => "portable",
        }
    }

    /// Runs `kernel`, compiled for this instruction set.
    pub(super) fn run<K: WithSimd>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => Simd::vectorize(simd, kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => Simd::vectorize(simd, kernel),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(simd) => Simd::vectorize(simd, kernel),
            // Arrays of four numbers, which compilers turn into vectors by themselves.
            Self::Portable => Simd::vectorize(Scalar128b, kernel),
        }
    }
}
