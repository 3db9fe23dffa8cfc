package dev.juxta.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** One named array of a checkpoint, as it is stored (often memory-mapped) and read as floats where it is needed. */
public final class Weight {

    private final String name;
    private final NumberFormat format;
    private final int[] shape;
    private final ByteBuffer bytes;

    /**
     * @param name its name in the checkpoint
     * @param format how its numbers are stored
     * @param shape sizes of its dimensions, outermost first
     * @param bytes the numbers, row by row, exactly as many as the shape says
     */
    public Weight(String name, NumberFormat format, int[] shape, ByteBuffer bytes) {
        this.name = name;
        this.format = format;
        this.shape = shape.clone();
        this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != (long) count() * format.bytes()) {
            throw new IllegalArgumentException(
                    this + " needs " + (long) count() * format.bytes() + " bytes, not " + bytes.remaining());
        }
    }

    /** A weight made of floats in memory. */
    public static Weight of(String name, float[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new Weight(name, NumberFormat.FP32, shape, bytes);
    }

    /**
     * The nearest numbers that two bytes hold each ({@link NumberFormat#FP16}).
     *
     * @throws IllegalArgumentException if one is beyond what they reach; the message names the weight
     */
    public Weight halves() {
        if (format == NumberFormat.FP16) {
            return this;
        }
        ByteBuffer halves =
                ByteBuffer.allocate(Math.multiplyExact(count(), Short.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : toFloats()) {
            try {
                halves.putShort(NumberFormat.floatToHalf(value));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(this + " cannot be stored in fp16: " + e.getMessage(), e);
            }
        }
        return new Weight(name, NumberFormat.FP16, shape, halves.flip());
    }

    /** The same numbers under another name. */
    public Weight named(String other) {
        return new Weight(other, format, shape, bytes);
    }

    public String name() {
        return name;
    }

    public NumberFormat format() {
        return format;
    }

    /** The number of dimensions. */
    public int rank() {
        return shape.length;
    }

    /** The size of one dimension, the outermost being 0. */
    public int size(int dimension) {
        return shape[dimension];
    }

    /** The sizes of all dimensions. */
    public List<Integer> shape() {
        return Arrays.stream(shape).boxed().toList();
    }

    /** The number of its elements. */
    public int count() {
        int count = 1;
        for (int size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    /** All elements, row by row, in a new array. */
    public float[] toFloats() {
        float[] floats = new float[count()];
        format.read(bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), floats, 0, floats.length);
        return floats;
    }

    /**
     * Reads row {@code row} of a matrix.
     *
     * @param to receives [size(1)] floats from {@code toOffset} on
     */
    public void readRow(int row, float[] to, int toOffset) {
        int width = shape[1];
        if (row < 0 || row >= shape[0]) {
            throw new IllegalArgumentException("Row " + row + " is not in " + this);
        }
        ByteBuffer view = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        view.position(bytes.position() + row * width * format.bytes());
        format.read(view, to, toOffset, width);
    }

    /**
     * Some rows of a matrix, in the order given, as a weight of their own.
     *
     * @param suffix what its name has more
     */
    public Weight rows(String suffix, int... rows) {
        int rowBytes = Math.multiplyExact(shape[1], format.bytes());
        ByteBuffer chosen = ByteBuffer.allocate(Math.multiplyExact(rows.length, rowBytes));
        for (int row : rows) {
            if (row < 0 || row >= shape[0]) {
                throw new IllegalArgumentException("Row " + row + " is not in " + this);
            }
            chosen.put(bytes.slice(bytes.position() + row * rowBytes, rowBytes));
        }
        return new Weight(name + suffix, format, new int[] {rows.length, shape[1]}, chosen.flip());
    }

    /**
     * A run of the outermost dimension, which shares its memory with this weight.
     *
     * @param from the first index
     * @param to one past the last
     */
    public Weight range(int from, int to) {
        if (from < 0 || to <= from || to > shape[0]) {
            throw new IllegalArgumentException("Rows " + from + " to " + to + " are not in " + this);
        }
        int[] part = shape.clone();
        part[0] = to - from;
        int rowBytes = count() / shape[0] * format.bytes();
        ByteBuffer run = bytes.slice(bytes.position() + from * rowBytes, (to - from) * rowBytes);
        return new Weight(name + " (" + from + " to " + to + ")", format, part, run);
    }

    /** The stored bytes, read-only, little endian. */
    public ByteBuffer bytes() {
        return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Name and shape: {@code classifier.weight [1, 384]}. */
    @Override
    public String toString() {
        return name + Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", ", " [", "]"));
    }
}
