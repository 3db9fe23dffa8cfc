package dev.juxta.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;

/**
 * As which of oneDNN's primitives a product rows · W is computed. Rows lie the same for both, one behind the other;
 * what differs is how oneDNN is told of them.
 */
enum ProductForm {

    /** rows · W as it stands. */
    MATRIX {
        @Override
        memory.desc rows(int rows, int width, NumberType type) {
            return new memory.desc(new long[] {rows, width}, type.dnnl(), new long[] {width, 1});
        }

        @Override
        memory.desc bias(int out) {
            return rows(1, out, NumberType.F32);
        }

        @Override
        memory.desc packedWeights(int in, int out, NumberType type) {
            return new memory.desc(new long[] {in, out}, type.dnnl(), format_tag.any);
        }

        @Override
        memory.desc plainWeights(int in, int out, NumberType type) {
            return new memory.desc(new long[] {in, out}, type.dnnl(), new long[] {1, in});
        }

        @Override
        void scaleColumns(primitive_attr attributes) {
            attributes.set_scales_mask(DNNL_ARG_WEIGHTS, 1 << 1);
        }

        @Override
        Description describe(Operands operands, primitive_attr attributes) {
            matmul.primitive_desc description = new matmul.primitive_desc(
                    Natives.engine(),
                    operands.source(),
                    operands.weights(),
                    operands.bias(),
                    operands.target(),
                    attributes,
                    false);
            return new Description(description, description.weights_desc());
        }

        @Override
        primitive compile(primitive_desc_base description) {
            return new matmul((matmul.primitive_desc) description);
        }
    },

    /**
     * A convolution with a window of one pixel over an image one pixel wide, a row of which is a row of the product. Its
     * AVX2 code for integers reads the weights in the order of its loops; the product's copies them together anew at every
     * call and reaches half the rate, of few rows a quarter.
     */
    CONVOLUTION {
        @Override
        memory.desc rows(int rows, int width, NumberType type) {
            return new memory.desc(new long[] {1, width, rows, 1}, type.dnnl(), format_tag.nhwc);
        }

        @Override
        memory.desc bias(int out) {
            return new memory.desc(new long[] {out}, NumberType.F32.dnnl(), new long[] {1});
        }

        @Override
        memory.desc packedWeights(int in, int out, NumberType type) {
            return new memory.desc(new long[] {out, in, 1, 1}, type.dnnl(), format_tag.any);
        }

        @Override
        memory.desc plainWeights(int in, int out, NumberType type) {
            return new memory.desc(new long[] {out, in, 1, 1}, type.dnnl(), new long[] {in, 1, 1, 1});
        }

        @Override
        void scaleColumns(primitive_attr attributes) {
            attributes.set_scales_mask(DNNL_ARG_WEIGHTS, 1);
        }

        @Override
        Description describe(Operands operands, primitive_attr attributes) {
            long[] step = {1, 1};
            long[] padding = {0, 0};
            convolution_forward.primitive_desc description = new convolution_forward.primitive_desc(
                    Natives.engine(),
                    prop_kind.forward_inference,
                    algorithm.convolution_direct,
                    operands.source(),
                    operands.weights(),
                    operands.bias(),
                    operands.target(),
                    step,
                    padding,
                    padding,
                    attributes,
                    false);
            return new Description(description, description.weights_desc());
        }

        @Override
        primitive compile(primitive_desc_base description) {
            return new convolution_forward((convolution_forward.primitive_desc) description);
        }
    };

    /** The faster form for rows of this type on this processor. */
    static ProductForm of(NumberType source) {
        return source.quantized() && !Natives.packsInt8Matrices() ? CONVOLUTION : MATRIX;
    }

    /**
     * @param source [rows, in]
     * @param weights W [in, out]
     * @param bias [out]
     * @param target [rows, out]
     */
    record Operands(memory.desc source, memory.desc weights, memory.desc bias, memory.desc target) {}

    /**
     * What oneDNN makes of the operands.
     *
     * @param weights the order in which it wants them
     */
    record Description(primitive_desc_base primitive, memory.desc weights) {}

    /** [rows, width], row by row; for one row, also what is added to or multiplied with every row. */
    abstract memory.desc rows(int rows, int width, NumberType type);

    abstract memory.desc bias(int out);

    /** Weights [in, out] in an order that oneDNN may choose. */
    abstract memory.desc packedWeights(int in, int out, NumberType type);

    /** Weights [in, out], column by column, as checkpoints hold them. */
    abstract memory.desc plainWeights(int in, int out, NumberType type);

    /** Each column of the weights has a scale of its own. */
    abstract void scaleColumns(primitive_attr attributes);

    abstract Description describe(Operands operands, primitive_attr attributes);

    /** @param description made by {@link #describe} */
    abstract primitive compile(primitive_desc_base description);
}
