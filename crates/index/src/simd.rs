//! Dot products with half floats, in the widest instructions of the processor, chosen at run time; and
//! prefetching. With [`raw`](crate::raw), the only unsafe code of the crate.
//!
//! simsimd has such kernels too; its half-float one for processors without AVX512-FP16 has a single
//! accumulator of eight lanes, so each step waits for the one before. These have four.

use half::f16;

/// Values that one step of a kernel takes: four accumulators of sixteen lanes.
const STEP: usize = 64;

/// The dot product of a full vector and a row as it is stored. The longer one's surplus is left out.
#[inline]
pub(crate) fn dot(full: &[f32], row: &[f16]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            return unsafe { x86::full_by_half_512(full, row) };
        }
        if x86::has_avx2() {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            return unsafe { x86::full_by_half_256(full, row) };
        }
    }
    portable(full, row, |&x| x)
}

/// The dot product of two rows as they are stored. The longer one's surplus is left out.
#[inline]
pub(crate) fn dot_rows(a: &[f16], b: &[f16]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            return unsafe { x86::half_by_half_512(a, b) };
        }
        if x86::has_avx2() {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            return unsafe { x86::half_by_half_256(a, b) };
        }
    }
    portable(a, b, |x| x.to_f32())
}

/// The same for any processor, in a form that compilers vectorise.
fn portable<T>(a: &[T], b: &[f16], to_f32: impl Fn(&T) -> f32) -> f32 {
    let mut sums = [0.0_f32; 16];
    for (a, b) in a.chunks(sums.len()).zip(b.chunks(sums.len())) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += to_f32(a) * b.to_f32();
        }
    }
    sums.iter().sum()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        __m256, __m512, _mm_loadu_si128, _mm256_add_ps, _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_loadu_ps,
        _mm256_loadu_si256, _mm256_setzero_ps, _mm256_storeu_ps, _mm512_add_ps, _mm512_cvtph_ps,
        _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_reduce_add_ps, _mm512_setzero_ps,
    };

    use half::f16;

    use super::STEP;

    pub(super) fn has_avx2() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("f16c")
    }

    /// A kernel: whole steps, then one step of what is left, filled up with zeros.
    macro_rules! kernel {
        ($name:ident, $features:literal, $a:ty, $load_a:ident, $load_b:ident, $zero:ident, $fma:ident, $sum:ident, $lanes:literal) => {
            #[target_feature(enable = $features)]
            pub(super) fn $name(a: &[$a], b: &[f16]) -> f32 {
                let length = a.len().min(b.len());
                let (a, a_rest) = a[..length].as_chunks::<STEP>();
                let (b, b_rest) = b[..length].as_chunks::<STEP>();
                let mut sums = [$zero(); 4];
                let step = |sums: &mut [_; 4], a: &[$a; STEP], b: &[f16; STEP]| {
                    let (a, b) = (a.as_chunks::<$lanes>().0, b.as_chunks::<$lanes>().0);
                    for (i, (a, b)) in a.iter().zip(b).enumerate() {
                        sums[i % 4] = $fma($load_a(a), $load_b(b), sums[i % 4]);
                    }
                };
                for (a, b) in a.iter().zip(b) {
                    step(&mut sums, a, b);
                }
                if !a_rest.is_empty() {
                    let mut rest = ([<$a>::default(); STEP], [f16::ZERO; STEP]);
                    rest.0[..a_rest.len()].copy_from_slice(a_rest);
                    rest.1[..b_rest.len()].copy_from_slice(b_rest);
                    step(&mut sums, &rest.0, &rest.1);
                }
                $sum(sums)
            }
        };
    }

    kernel!(
        full_by_half_512,
        "avx512f",
        f32,
        full_512,
        half_512,
        _mm512_setzero_ps,
        _mm512_fmadd_ps,
        sum_512,
        16
    );
    kernel!(
        half_by_half_512,
        "avx512f",
        f16,
        half_512,
        half_512,
        _mm512_setzero_ps,
        _mm512_fmadd_ps,
        sum_512,
        16
    );
    kernel!(
        full_by_half_256,
        "avx2,fma,f16c",
        f32,
        full_256,
        half_256,
        _mm256_setzero_ps,
        _mm256_fmadd_ps,
        sum_256,
        8
    );
    kernel!(
        half_by_half_256,
        "avx2,fma,f16c",
        f16,
        half_256,
        half_256,
        _mm256_setzero_ps,
        _mm256_fmadd_ps,
        sum_256,
        8
    );

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn full_512(values: &[f32; 16]) -> __m512 {
        #[expect(unsafe_code, reason = "reads the sixteen values, whatever their alignment")]
        unsafe {
            _mm512_loadu_ps(values.as_ptr())
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn half_512(values: &[f16; 16]) -> __m512 {
        #[expect(unsafe_code, reason = "reads the sixteen values, whatever their alignment")]
        let loaded = unsafe { _mm256_loadu_si256(values.as_ptr().cast()) };
        _mm512_cvtph_ps(loaded)
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn sum_512([a, b, c, d]: [__m512; 4]) -> f32 {
        _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)))
    }

    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn full_256(values: &[f32; 8]) -> __m256 {
        #[expect(unsafe_code, reason = "reads the eight values, whatever their alignment")]
        unsafe {
            _mm256_loadu_ps(values.as_ptr())
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn half_256(values: &[f16; 8]) -> __m256 {
        #[expect(unsafe_code, reason = "reads the eight values, whatever their alignment")]
        let loaded = unsafe { _mm_loadu_si128(values.as_ptr().cast()) };
        _mm256_cvtph_ps(loaded)
    }

    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    fn sum_256([a, b, c, d]: [__m256; 4]) -> f32 {
        let mut lanes = [0.0; 8];
        let sum = _mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d));
        #[expect(unsafe_code, reason = "writes the eight lanes, whatever their alignment")]
        unsafe {
            _mm256_storeu_ps(lanes.as_mut_ptr(), sum);
        }
        lanes.iter().sum()
    }
}

/// Asks for a row to be brought into the cache; a hint, nothing where there is no such hint.
#[inline]
pub(crate) fn prefetch(row: &[f16]) {
    #[cfg(target_arch = "x86_64")]
    for line in row.chunks(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[expect(unsafe_code, reason = "a prefetch reads nothing, and the address is the row's own")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = row;
}

/// Half floats of a cache line.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn values(length: usize, factor: f32) -> Vec<f32> {
        (0..length).map(|i| f16::from_f32((i as f32 * factor + 0.5).sin()).to_f32()).collect()
    }

    fn half(values: &[f32]) -> Vec<f16> {
        values.iter().copied().map(f16::from_f32).collect()
    }

    /// All kernels that this processor has, against plain arithmetic.
    #[track_caller]
    fn check(length: usize) {
        let (a, b) = (values(length, 0.7), values(length, 1.3));
        let (half_a, half_b) = (half(&a), half(&b));
        let expected: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
        let check = |name: &str, found: f32| {
            assert!(
                (f64::from(found) - expected).abs() < 1e-3,
                "{name} of {length}: {found}, not {expected}"
            );
        };
        check("dot", dot(&a, &half_b));
        check("dot_rows", dot_rows(&half_a, &half_b));
        check("portable", portable(&a, &half_b, |&x| x));
        #[cfg(target_arch = "x86_64")]
        if x86::has_avx2() {
            #[expect(unsafe_code, reason = "the processor has what the kernels are compiled for")]
            let (full, rows) =
                unsafe { (x86::full_by_half_256(&a, &half_b), x86::half_by_half_256(&half_a, &half_b)) };
            check("full_by_half_256", full);
            check("half_by_half_256", rows);
        }
    }

    #[test]
    fn every_kernel_is_plain_arithmetic() {
        for length in [0, 1, 7, 8, 63, 64, 65, 300, 384, 768, 1_024] {
            check(length);
        }
    }

    #[test]
    fn rows_of_different_length_have_the_product_of_what_they_share() {
        assert!((dot(&[2.0; 100], &half(&[1.0; 3])) - 6.0).abs() < 1e-6);
        assert!(dot(&[2.0; 100], &[]).abs() < 1e-6);
    }
}
