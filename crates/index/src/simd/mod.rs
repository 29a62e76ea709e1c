//! Dot products of rows in each storage precision, in the widest instructions of the processor, chosen at run
//! time; and prefetching. With [`raw`](crate::raw), the only unsafe code of the crate.
//!
//! simsimd has such kernels too; its half-float one for processors without AVX512-FP16 has a single
//! accumulator of eight lanes, so each step waits for the one before. These have four.

#[cfg(target_arch = "x86_64")]
mod x86;

use half::f16;

/// Values that one step of a kernel takes: four accumulators of sixteen lanes.
const STEP: usize = 64;

/// Declares a dot product that is computed in the widest instructions there are. The longer one's surplus is
/// left out.
macro_rules! dispatch {
    ($(#[$doc:meta])* $name:ident($a:ty, $b:ty) = $wide:ident | $narrow:ident | $portable:expr) => {
        $(#[$doc])*
        #[inline]
        pub(crate) fn $name(a: &[$a], b: &[$b]) -> f32 {
            #[cfg(target_arch = "x86_64")]
            {
                if is_x86_feature_detected!("avx512f") {
                    #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
                    return unsafe { x86::$wide(a, b) };
                }
                if x86::has_avx2() {
                    #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
                    return unsafe { x86::$narrow(a, b) };
                }
            }
            $portable(a, b)
        }
    };
}

dispatch! {
    /// The dot product of two full vectors.
    dot_full(f32, f32) = full_by_full_512 | full_by_full_256 | |a, b| portable(a, b, |&x| x, |&x| x)
}

dispatch! {
    /// The dot product of a full vector and one of half floats.
    dot_half(f32, f16) = full_by_half_512 | full_by_half_256 | |a, b| portable(a, b, |&x| x, |x: &f16| x.to_f32())
}

dispatch! {
    /// The dot product of a full vector and one of integers.
    dot_byte(f32, i8) = full_by_byte_512 | full_by_byte_256 | |a, b| portable(a, b, |&x| x, |&x| f32::from(x))
}

/// The dot product of two vectors of integers. The longer one's surplus is left out.
#[inline]
pub(crate) fn dot_bytes(a: &[i8], b: &[i8]) -> i32 {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_vnni() {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            return unsafe { x86::bytes_512(a, b) };
        }
        if x86::has_avx2() {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            return unsafe { x86::bytes_256(a, b) };
        }
    }
    portable_bytes(a, b)
}

fn portable_bytes(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum()
}

/// The same for any processor, in a form that compilers vectorise.
fn portable<A, B>(a: &[A], b: &[B], a_f32: impl Fn(&A) -> f32, b_f32: impl Fn(&B) -> f32) -> f32 {
    let mut sums = [0.0_f32; 16];
    for (a, b) in a.chunks(sums.len()).zip(b.chunks(sums.len())) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a_f32(a) * b_f32(b);
        }
    }
    sums.iter().sum()
}

/// Asks for a row to be brought into the cache; a hint, nothing where there is no such hint.
#[inline]
pub(crate) fn prefetch<T>(row: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for offset in (0..size_of_val(row)).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[expect(unsafe_code, reason = "a prefetch reads nothing, and the address is the row's own")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(row.as_ptr().cast::<i8>().wrapping_add(offset));
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = row;
}

/// Bytes of a cache line.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

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
        let half_b = half(&b);
        let expected: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
        let check = |name: &str, found: f32| {
            assert!(
                (f64::from(found) - expected).abs() < 1e-3,
                "{name} of {length}: {found}, not {expected}"
            );
        };
        check("dot_full", dot_full(&a, &b));
        check("dot_half", dot_half(&a, &half_b));
        check("portable", portable(&a, &half_b, |&x| x, |x| x.to_f32()));
        #[cfg(target_arch = "x86_64")]
        if x86::has_avx2() {
            #[expect(unsafe_code, reason = "the processor has what the kernels are compiled for")]
            unsafe {
                check("full_by_full_256", x86::full_by_full_256(&a, &b));
                check("full_by_half_256", x86::full_by_half_256(&a, &half_b));
            }
        }
    }

    /// The same for integers, the extremes of which must not overflow anything.
    #[track_caller]
    fn check_bytes(a: &[i8], b: &[i8]) {
        let expected = portable_bytes(a, b);
        assert_eq!(dot_bytes(a, b), expected);
        let full: Vec<f32> = a.iter().map(|&x| f32::from(x)).collect();
        let is_close = |found: f32| (found - expected as f32).abs() <= 1e-5 * expected.abs() as f32;
        assert!(is_close(dot_byte(&full, b)));
        #[cfg(target_arch = "x86_64")]
        if x86::has_avx2() {
            #[expect(unsafe_code, reason = "the processor has what the kernel is compiled for")]
            let (found, full) = unsafe { (x86::bytes_256(a, b), x86::full_by_byte_256(&full, b)) };
            assert_eq!(found, expected);
            assert!(is_close(full));
        }
    }

    #[test]
    fn integers_are_multiplied_exactly() {
        for length in [0, 1, 15, 16, 63, 64, 65, 200, 768, 1_024] {
            let values = |step: usize| (0..length).map(|i| (i * step) as i8).collect::<Vec<_>>();
            check_bytes(&values(37), &values(101));
            for (a, b) in [(-128, -128), (-128, 127), (127, 127)] {
                check_bytes(&vec![a; length], &vec![b; length]);
            }
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
        assert!((dot_half(&[2.0; 100], &half(&[1.0; 3])) - 6.0).abs() < 1e-6);
        assert!(dot_half(&[2.0; 100], &[]).abs() < 1e-6);
        assert_eq!(dot_bytes(&[2; 100], &[3; 70]), 420);
    }
}
