package dev.juxta.torch;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.AbstractTensor;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Numbers into tensors and out of them. */
final class Tensors {

    private Tensors() {}

    static Tensor of(float[] values, long... shape) {
        return AbstractTensor.create(values, shape);
    }

    /** Whole numbers, as the indices they become. */
    static Tensor indices(int[] values, long... shape) {
        long[] wide = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return AbstractTensor.create(wide, shape);
    }

    /** JavaCPP makes a new constant of each answer, which equals none of those with names until it is interned. */
    static boolean isFloat(Tensor tensor) {
        return tensor.scalar_type().intern() == ScalarType.Float;
    }

    /** All numbers of a tensor, row by row. */
    static float[] toFloats(Tensor tensor) {
        Tensor flat = tensor.detach().to(ScalarType.Float).contiguous();
        float[] values = new float[Math.toIntExact(flat.numel())];
        buffer(flat).get(values);
        return values;
    }

    /** The memory of a contiguous fp32 tensor. */
    static FloatBuffer buffer(Tensor contiguous) {
        return new FloatPointer(contiguous.data_ptr())
                .capacity(contiguous.numel())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
