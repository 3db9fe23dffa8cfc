package dev.juxta.checkpoint;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.ShortBuffer;
import java.util.Optional;

/** How a checkpoint stores the numbers of a weight; little endian, as in the safetensors format. */
public enum NumberFormat {
    /** Read as floats: more digits than any score has would cost memory and change nothing. */
    FP64("F64", 8) {
        @Override
        void read(ByteBuffer from, float[] to, int toOffset, int count) {
            DoubleBuffer doubles = from.asDoubleBuffer();
            for (int i = 0; i < count; i++) {
                to[toOffset + i] = (float) doubles.get(i);
            }
        }
    },
    FP32("F32", 4) {
        @Override
        void read(ByteBuffer from, float[] to, int toOffset, int count) {
            from.asFloatBuffer().get(to, toOffset, count);
        }
    },
    FP16("F16", 2) {
        @Override
        void read(ByteBuffer from, float[] to, int toOffset, int count) {
            readShorts(from, count, (shorts, done, length) -> {
                for (int i = 0; i < length; i++) {
                    to[toOffset + done + i] = halfToFloat(shorts[i]);
                }
            });
        }
    },
    BF16("BF16", 2) {
        @Override
        void read(ByteBuffer from, float[] to, int toOffset, int count) {
            readShorts(from, count, (shorts, done, length) -> {
                for (int i = 0; i < length; i++) {
                    to[toOffset + done + i] = Float.intBitsToFloat(shorts[i] << 16); // the upper half of a float
                }
            });
        }
    };

    /** Numbers of two bytes that are read at a time: more would double what a large weight takes while it is read. */
    private static final int BLOCK = 1 << 12;

    /** Multiplying by 2¹¹² moves an exponent from half's bias (15) to float's (127), subnormal numbers included. */
    private static final float HALF_TO_FLOAT_BIAS = 0x1p112f;

    private static final int HALF_EXPONENT = 0x7c00;
    /** The first number that would be rounded to infinity. */
    private static final float HALF_OVERFLOW = 65520f;

    private static final float SMALLEST_NORMAL_HALF = 0x1p-14f;
    private static final float SMALLEST_HALF = 0x1p-24f;
    /** Float's exponent bias less half's, at float's place of the exponent. */
    private static final int EXPONENT_DIFFERENCE = (127 - 15) << 23;

    private static final int FLOAT_EXPONENT = 0x7f800000;

    private final String safetensorsName;
    private final int bytes;

    NumberFormat(String safetensorsName, int bytes) {
        this.safetensorsName = safetensorsName;
        this.bytes = bytes;
    }

    /** Bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** What a safetensors header calls it. */
    String safetensorsName() {
        return safetensorsName;
    }

    /** The format that a safetensors header calls {@code name}, if it is one for weights. */
    static Optional<NumberFormat> ofSafetensors(String name) {
        for (NumberFormat format : values()) {
            if (format.safetensorsName.equals(name)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** Reads {@code count} numbers from the buffer's position on. */
    abstract void read(ByteBuffer from, float[] to, int toOffset, int count);

    /** Receives {@code length} numbers of which {@code done} were before. */
    private interface ShortSink {
        void accept(short[] shorts, int done, int length);
    }

    private static void readShorts(ByteBuffer from, int count, ShortSink sink) {
        ShortBuffer source = from.asShortBuffer();
        short[] block = new short[Math.min(count, BLOCK)];
        for (int done = 0; done < count; done += block.length) {
            int length = Math.min(block.length, count - done);
            source.get(block, 0, length);
            sink.accept(block, done, length);
        }
    }

    /**
     * The half nearest to a number, ties to even (IEEE 754).
     *
     * @throws IllegalArgumentException if it is beyond ±65504, what halves reach, or no number
     */
    static short floatToHalf(float value) {
        float magnitude = Math.abs(value);
        if (!(magnitude < HALF_OVERFLOW)) {
            throw new IllegalArgumentException("fp16 reaches from -65504 to 65504, and a number is " + value);
        }
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        if (magnitude < SMALLEST_NORMAL_HALF) {
            return (short) (sign | (int) Math.rint(magnitude / SMALLEST_HALF));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int rounded = bits + 0x0fff + ((bits >>> 13) & 1);
        return (short) (sign | ((rounded - EXPONENT_DIFFERENCE) >>> 13));
    }

    private static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = (half & 0x7fff) << 13;
        if ((half & HALF_EXPONENT) == HALF_EXPONENT) { // infinity or NaN
            return Float.intBitsToFloat(sign | FLOAT_EXPONENT | magnitude);
        }
        float value = Float.intBitsToFloat(magnitude) * HALF_TO_FLOAT_BIAS;
        return Float.intBitsToFloat(sign | Float.floatToRawIntBits(value));
    }
}
