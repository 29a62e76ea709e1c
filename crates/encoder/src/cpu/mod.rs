//! The network on the CPU, faster than burn runs it there.
//!
//! [`Mpnet`](crate::mpnet::Mpnet) is the model: it is loaded, it runs on GPUs, and this module is
//! held to it by tests. What is added here are the weights in another layout and four kernels, for
//! linear maps, attention, normalisation, and the two functions in them. They are faster for three
//! reasons: weights are packed once and not in every product; bias and GELU are applied while a
//! result is still in registers; and texts are never padded, as each thread takes its own.
//!
//! The kernels are written once, over the vectors of `pulp`, and compiled for each instruction set.
//! Which of them runs is decided when the program does, so one binary is right on every processor.

mod attention;
#[cfg(target_arch = "x86_64")]
mod bf16;
#[cfg(target_arch = "x86_64")]
mod dot;
#[cfg(target_arch = "x86_64")]
mod int8;
mod isa;
mod kernels;
mod linear;
mod matrix;
mod model;
mod norm;
mod prefetch;
mod product;
mod rows;
mod vector;

pub(crate) use self::kernels::Kernels;
pub(crate) use self::model::CpuMpnet;
pub(crate) use self::product::{Matrix, Products};
