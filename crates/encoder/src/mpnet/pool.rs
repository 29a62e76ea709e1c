//! Pooling on the device; [`crate::pooling`] says what each kind is, and does the same on the CPU.

use burn::tensor::{Bool, Tensor};

use crate::pooling::Pooling;

/// Pools `[batch, tokens, hidden]` into `[batch, hidden]`; `padding` is `[batch, tokens]`, true at
/// padding, which counts for nothing.
pub(crate) fn pool(hidden: &Tensor<3>, padding: Option<Tensor<2, Bool>>, pooling: Pooling) -> Tensor<2> {
    let [batch, tokens, _] = hidden.dims();
    let padding = padding.unwrap_or_else(|| Tensor::zeros([batch, tokens], &hidden.device()));
    let padding: Tensor<3, Bool> = padding.unsqueeze_dim(2);
    let without = |value: f32| hidden.clone().mask_fill(padding.clone().expand(hidden.dims()), value);
    let pooled = match pooling {
        Pooling::Cls => hidden.clone().narrow(1, 0, 1),
        Pooling::Mean => without(0.0).sum_dim(1) / padding.clone().bool_not().float().sum_dim(1),
        Pooling::Max => without(f32::NEG_INFINITY).max_dim(1),
    };
    pooled.squeeze_dim(1)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::pooling;

    const HIDDEN: [[[f32; 2]; 3]; 2] =
        [[[1.0, -2.0], [3.0, 5.0], [-4.0, 0.0]], [[-1.0, 2.0], [-5.0, -6.0], [9.0, 9.0]]];

    #[track_caller]
    fn check(pooling: Pooling) {
        let device = Device::flex();
        let padding = Tensor::from_data([[false, false, false], [false, false, true]], &device);
        let pooled = pool(&Tensor::from_data(HIDDEN, &device), Some(padding), pooling);
        let expected = [HIDDEN[0].as_flattened(), HIDDEN[1][..2].as_flattened()]
            .map(|rows| pooling::pool(rows, 2, pooling));
        assert_eq!(pooled.into_data().try_into_vec::<f32>().unwrap(), expected.concat());
        let whole = pool(&Tensor::from_data([HIDDEN[0]], &device), None, pooling);
        assert_eq!(whole.into_data().try_into_vec::<f32>().unwrap(), expected[0]);
    }

    #[test]
    fn the_device_pools_as_the_cpu_does() {
        check(Pooling::Cls);
        check(Pooling::Mean);
        check(Pooling::Max);
    }
}
