package dev.juxta.torch;

import dev.juxta.ops.Attention.Queries;
import dev.juxta.ops.Attention.Rotary;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Turns the pairs (x_i, x_{i+d/2}) of queries and keys by their positions (arXiv:2104.09864). */
record RotaryTurn(Rotary rotary, SequenceGroup group) {

    /** [n, h, Q, d], each query by its own position. */
    Tensor queries(Tensor x, Queries which) {
        int queries = group.queries(which);
        int[] positions = new int[group.size() * queries];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = group.position(which, i / queries, i % queries);
        }
        return turned(x, positions, group.size(), queries);
    }

    /** [n, h, L, d], each key by its own position. */
    Tensor keys(Tensor x) {
        int[] positions = new int[group.length()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = i;
        }
        return turned(x, positions, 1, positions.length);
    }

    private Tensor turned(Tensor x, int[] positions, int sequences, int length) {
        int half = Math.toIntExact(x.size(3) / 2);
        float[] cos = new float[positions.length * half];
        float[] sin = new float[positions.length * half];
        for (int i = 0; i < cos.length; i++) {
            double angle = positions[i / half] * rotary.frequency(i % half, 2 * half);
            cos[i] = (float) (Math.cos(angle) * rotary.magnitude());
            sin[i] = (float) (Math.sin(angle) * rotary.magnitude());
        }
        Tensor c = Tensors.of(cos, sequences, 1, length, half).to(x.scalar_type());
        Tensor s = Tensors.of(sin, sequences, 1, length, half).to(x.scalar_type());
        Tensor first = x.narrow(3, 0, half);
        Tensor second = x.narrow(3, half, half);
        return torch.cat(
                new TensorVector(first.mul(c).sub(second.mul(s)), second.mul(c).add(first.mul(s))), 3);
    }
}
