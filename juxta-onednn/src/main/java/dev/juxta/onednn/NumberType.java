package dev.juxta.onednn;

import org.bytedeco.dnnl.memory.data_type;

/** How numbers lie in native memory. */
enum NumberType {
    F32(4, data_type.f32),
    BF16(2, data_type.bf16),
    S8(1, data_type.s8),
    U8(1, data_type.u8);

    private final int bytes;

    @SuppressWarnings("ImmutableEnumChecker") // an enum of oneDNN's preset
    private final data_type dnnl;

    NumberType(int bytes, data_type dnnl) {
        this.bytes = bytes;
        this.dnnl = dnnl;
    }

    int bytes() {
        return bytes;
    }

    data_type dnnl() {
        return dnnl;
    }

    /**
     * Whether a value's numbers stand for others through a scale. They are unsigned: with signed ones, which oneDNN makes
     * unsigned at every call where there is no AMX, products reach four fifths of the rate, and of few rows there is no
     * fast code where there is.
     */
    boolean quantized() {
        return this == U8;
    }

    /** The type of the weights that rows of this type are multiplied with. */
    NumberType ofWeights() {
        return quantized() ? S8 : this;
    }
}
