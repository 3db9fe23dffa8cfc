package dev.juxta.onednn;

import dev.juxta.ops.ActivationFunction;
import java.util.Optional;

/**
 * What a primitive computes, with its shape: the key under which a compiled kernel is kept. Matrices are row by row
 * unless a stride is given. The order of a kernel's addresses stands with each.
 */
sealed interface KernelSpec {

    /** The name under which its time is counted. */
    String kind();

    /** Multiplications and additions of a product; 0 of what is bound by memory or by functions. */
    default long operations() {
        return 0;
    }

    /** The type of what a product multiplies; empty for everything else. */
    default Optional<NumberType> multiplies() {
        return Optional.empty();
    }

    /**
     * target = f(source · W + bias) [· gate] [+ residual], W packed. Addresses: source, weights, bias, target, then the
     * scales of the weights if the source is quantized, the gate and the residual if any, the factors if the target is
     * quantized.
     *
     * @param rows M
     * @param in K
     * @param out N
     * @param source [M, K]
     * @param target [M, N]
     * @param gate what is multiplied with, [M, N]
     * @param residual what is added, [M, N]
     * @param offset what is added before a quantized target's columns are multiplied by their factors
     * @param zero what is added after
     */
    record Product(
            int rows,
            int in,
            int out,
            NumberType source,
            NumberType target,
            Optional<ActivationFunction> activation,
            Optional<NumberType> gate,
            Optional<NumberType> residual,
            float offset,
            int zero)
            implements KernelSpec {
        @Override
        public String kind() {
            return "product " + source + " " + in + "x" + out
                    + activation.map(f -> " " + f).orElse("");
        }

        @Override
        public long operations() {
            return 2L * rows * in * out;
        }

        @Override
        public Optional<NumberType> multiplies() {
            return Optional.of(source);
        }
    }

    /**
     * One small product per head: target[h] = scale · (source[h] · weights[h] + bias [+ target[h]]). Addresses: source,
     * weights, bias if any, target.
     *
     * @param accumulate whether what is in the target is added
     */
    record Batched(
            String kind,
            int heads,
            int rows,
            int inner,
            int columns,
            Strided source,
            Strided weights,
            Strided target,
            boolean bias,
            boolean accumulate,
            float scale)
            implements KernelSpec {
        @Override
        public long operations() {
            return 2L * heads * rows * inner * columns;
        }

        @Override
        public Optional<NumberType> multiplies() {
            return Optional.of(source.type());
        }
    }

    /**
     * An operand of a batched product.
     *
     * @param heads distance of two heads, in elements; 0 if all heads share one matrix
     * @param rows distance of two rows
     * @param columns distance of two columns
     */
    record Strided(NumberType type, long heads, long rows, long columns) {}

    /**
     * Copies or adds [heads, rows, columns] floats into a target without gaps. Addresses: source, target.
     *
     * @param add whether they are added to the target
     */
    record Transfer(int heads, int rows, int columns, Strided source, boolean add) implements KernelSpec {
        @Override
        public String kind() {
            return "attention positions' shift";
        }
    }

    /** Addresses: source, target. */
    record Softmax(int rows, int columns, NumberType source, NumberType target) implements KernelSpec {
        @Override
        public String kind() {
            return "softmax";
        }
    }

    /** Addresses: source, target, scale, shift if any. */
    record Normalization(
            int rows, int width, NumberType source, NumberType target, boolean shift, boolean rms, float epsilon)
            implements KernelSpec {
        @Override
        public String kind() {
            return "norm";
        }
    }

    /**
     * Addresses: source, target, then the scales of a quantized target's columns, and its zero if it has one.
     *
     * @param sourceStride distance of two source rows
     * @param zero whether a byte other than 0 stands for 0 in the target
     */
    record Conversion(int rows, int width, long sourceStride, NumberType source, NumberType target, boolean zero)
            implements KernelSpec {
        @Override
        public String kind() {
            return "convert " + source + " " + target;
        }
    }

    /** Element by element. Addresses: source, target. */
    record Elementwise(int rows, int width, ActivationFunction function) implements KernelSpec {
        @Override
        public String kind() {
            return "activation";
        }
    }

    /** Adds a number to every element. Addresses: source, target. */
    record Offset(int rows, int width, float offset) implements KernelSpec {
        @Override
        public String kind() {
            return "offset";
        }
    }

    /**
     * Element by element, a + b or a · b. Addresses: a, b, target.
     *
     * @param widthOfB that of a, or one column for all of a's
     */
    record Pairwise(int rows, int width, int widthOfB, boolean multiply) implements KernelSpec {
        @Override
        public String kind() {
            return multiply ? "multiply" : "add";
        }
    }
}
