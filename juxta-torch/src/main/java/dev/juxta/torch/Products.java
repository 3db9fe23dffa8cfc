package dev.juxta.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Products of rows with weights, x·Wᵀ + b. This libtorch computes those of floats by OpenBLAS, on threads of its own, and
 * convolutions by oneDNN, on the threads of all else; a convolution with a single tap, whose pixels are the rows and whose
 * channels the columns, is the same product.
 */
final class Products {

    /** Fewer rows are no work that a choice of libraries matters for. */
    private static final int FEWEST_ROWS = 64;

    private static final long[] CHANNELS_SECOND = {0, 3, 1, 2};
    private static final long[] CHANNELS_LAST = {0, 2, 3, 1};
    private static final long[] EACH = {1, 1};
    private static final long[] NONE = {0, 0};

    private Products() {}

    /**
     * One of them.
     *
     * @param x [rows, in]
     * @param weight [out, in], of x's type
     * @param bias [out]
     * @return [rows, out]
     */
    static Tensor of(Tensor x, Tensor weight, TensorOptional bias) {
        long rows = x.size(0);
        if (rows < FEWEST_ROWS || !Tensors.isFloat(x)) {
            return torch.linear(x, weight, bias);
        }
        long in = x.size(1);
        long out = weight.size(0);
        Tensor pixels = x.reshape(1, 1, rows, in).permute(CHANNELS_SECOND); // [1, in, 1, rows]
        Tensor taps = weight.reshape(out, 1, 1, in).permute(CHANNELS_SECOND); // [out, in, 1, 1]
        Tensor outputs = torch.conv2d(pixels, taps, bias, EACH, NONE, EACH, 1); // [1, out, 1, rows]
        return outputs.permute(CHANNELS_LAST).reshape(rows, out);
    }
}
