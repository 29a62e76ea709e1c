//! The kernels for AVX-512 and for AVX2.

use std::arch::x86_64::{
    __m256, __m256i, __m512, __m512i, _mm_loadl_epi64, _mm_loadu_si128, _mm256_add_epi32, _mm256_add_ps,
    _mm256_cvtepi8_epi16, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps, _mm256_cvtph_ps, _mm256_fmadd_ps,
    _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_setzero_ps, _mm256_setzero_si256,
    _mm256_storeu_ps, _mm256_storeu_si256, _mm512_add_ps, _mm512_cvtepi8_epi32, _mm512_cvtepi32_ps,
    _mm512_cvtph_ps, _mm512_dpbusd_epi32, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_loadu_si512,
    _mm512_reduce_add_epi32, _mm512_reduce_add_ps, _mm512_set1_epi8, _mm512_setzero_ps, _mm512_setzero_si512,
    _mm512_xor_si512,
};

use half::f16;

use super::STEP;

pub(super) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c")
}

pub(super) fn has_vnni() -> bool {
    is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni")
}

/// A kernel: whole steps, then one step of what is left, filled up with zeros.
macro_rules! kernel {
    ($name:ident, $features:literal, $a:ty, $b:ty, $load_a:ident, $load_b:ident, $zero:ident, $fma:ident, $sum:ident, $lanes:literal) => {
        #[target_feature(enable = $features)]
        pub(super) fn $name(a: &[$a], b: &[$b]) -> f32 {
            let length = a.len().min(b.len());
            let (a, a_rest) = a[..length].as_chunks::<STEP>();
            let (b, b_rest) = b[..length].as_chunks::<STEP>();
            let mut sums = [$zero(); 4];
            let step = |sums: &mut [_; 4], a: &[$a; STEP], b: &[$b; STEP]| {
                let (a, b) = (a.as_chunks::<$lanes>().0, b.as_chunks::<$lanes>().0);
                for (i, (a, b)) in a.iter().zip(b).enumerate() {
                    sums[i % 4] = $fma($load_a(a), $load_b(b), sums[i % 4]);
                }
            };
            for (a, b) in a.iter().zip(b) {
                step(&mut sums, a, b);
            }
            if !a_rest.is_empty() {
                let mut rest = ([<$a>::default(); STEP], [<$b>::default(); STEP]);
                rest.0[..a_rest.len()].copy_from_slice(a_rest);
                rest.1[..b_rest.len()].copy_from_slice(b_rest);
                step(&mut sums, &rest.0, &rest.1);
            }
            $sum(sums)
        }
    };
}

kernel!(
    full_by_full_512,
    "avx512f",
    f32,
    f32,
    full_512,
    full_512,
    _mm512_setzero_ps,
    _mm512_fmadd_ps,
    sum_512,
    16
);
kernel!(
    full_by_half_512,
    "avx512f",
    f32,
    f16,
    full_512,
    half_512,
    _mm512_setzero_ps,
    _mm512_fmadd_ps,
    sum_512,
    16
);
kernel!(
    full_by_byte_512,
    "avx512f",
    f32,
    i8,
    full_512,
    byte_512,
    _mm512_setzero_ps,
    _mm512_fmadd_ps,
    sum_512,
    16
);
kernel!(
    full_by_full_256,
    "avx2,fma,f16c",
    f32,
    f32,
    full_256,
    full_256,
    _mm256_setzero_ps,
    _mm256_fmadd_ps,
    sum_256,
    8
);
kernel!(
    full_by_half_256,
    "avx2,fma,f16c",
    f32,
    f16,
    full_256,
    half_256,
    _mm256_setzero_ps,
    _mm256_fmadd_ps,
    sum_256,
    8
);
kernel!(
    full_by_byte_256,
    "avx2,fma,f16c",
    f32,
    i8,
    full_256,
    byte_256,
    _mm256_setzero_ps,
    _mm256_fmadd_ps,
    sum_256,
    8
);

/// The instruction multiplies unsigned by signed bytes: 128 is added to the first factor by turning its
/// sign bit, and 128 times the sum of the second is taken off in the end.
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
pub(super) fn bytes_512(a: &[i8], b: &[i8]) -> i32 {
    let length = a.len().min(b.len());
    let (a, a_rest) = a[..length].as_chunks::<64>();
    let (b, b_rest) = b[..length].as_chunks::<64>();
    let (sign, ones) = (_mm512_set1_epi8(i8::MIN), _mm512_set1_epi8(1));
    let mut sums = [_mm512_setzero_si512(); 4];
    let step = |sums: &mut [_; 4], i: usize, a: &[i8; 64], b: &[i8; 64]| {
        let (a, b) = (_mm512_xor_si512(bytes(a), sign), bytes(b));
        sums[i % 2] = _mm512_dpbusd_epi32(sums[i % 2], a, b);
        sums[2 + i % 2] = _mm512_dpbusd_epi32(sums[2 + i % 2], ones, b);
    };
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        step(&mut sums, i, a, b);
    }
    if !a_rest.is_empty() {
        let mut rest = [[0; 64]; 2];
        rest[0][..a_rest.len()].copy_from_slice(a_rest);
        rest[1][..b_rest.len()].copy_from_slice(b_rest);
        step(&mut sums, 0, &rest[0], &rest[1]);
    }
    let [products, more, sum, of_b] = sums.map(|sum| _mm512_reduce_add_epi32(sum));
    products + more - 128 * (sum + of_b)
}

#[target_feature(enable = "avx2")]
pub(super) fn bytes_256(a: &[i8], b: &[i8]) -> i32 {
    let length = a.len().min(b.len());
    let (a, a_rest) = a[..length].as_chunks::<16>();
    let (b, b_rest) = b[..length].as_chunks::<16>();
    let mut sum = _mm256_setzero_si256();
    for (a, b) in a.iter().zip(b) {
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(words(a), words(b)));
    }
    let mut lanes = [0; 8];
    #[expect(unsafe_code, reason = "writes the eight lanes, whatever their alignment")]
    unsafe {
        _mm256_storeu_si256(lanes.as_mut_ptr().cast(), sum);
    }
    lanes.iter().sum::<i32>() + super::portable_bytes(a_rest, b_rest)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn bytes(values: &[i8; 64]) -> __m512i {
    #[expect(unsafe_code, reason = "reads the 64 values, whatever their alignment")]
    unsafe {
        _mm512_loadu_si512(values.as_ptr().cast())
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn words(values: &[i8; 16]) -> __m256i {
    #[expect(unsafe_code, reason = "reads the sixteen values, whatever their alignment")]
    let loaded = unsafe { _mm_loadu_si128(values.as_ptr().cast()) };
    _mm256_cvtepi8_epi16(loaded)
}

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
fn byte_512(values: &[i8; 16]) -> __m512 {
    #[expect(unsafe_code, reason = "reads the sixteen values, whatever their alignment")]
    let loaded = unsafe { _mm_loadu_si128(values.as_ptr().cast()) };
    _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(loaded))
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
fn byte_256(values: &[i8; 8]) -> __m256 {
    #[expect(unsafe_code, reason = "reads the eight values, whatever their alignment")]
    let loaded = unsafe { _mm_loadl_epi64(values.as_ptr().cast()) };
    _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(loaded))
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
