package dev.juxta.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_SCALES;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_ZERO_POINTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;

import dev.juxta.onednn.Kernel.Argument;
import dev.juxta.onednn.KernelSpec.Batched;
import dev.juxta.onednn.KernelSpec.Conversion;
import dev.juxta.onednn.KernelSpec.Elementwise;
import dev.juxta.onednn.KernelSpec.Normalization;
import dev.juxta.onednn.KernelSpec.Offset;
import dev.juxta.onednn.KernelSpec.Pairwise;
import dev.juxta.onednn.KernelSpec.Product;
import dev.juxta.onednn.KernelSpec.Softmax;
import dev.juxta.onednn.KernelSpec.Strided;
import dev.juxta.onednn.KernelSpec.Transfer;
import dev.juxta.ops.ActivationFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.normalization_flags;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.softmax_forward;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;

/** Compiles one specification into a kernel. */
final class KernelBuilder {

    /** The mask bit of dimension 1, the columns, in oneDNN's scales. */
    private static final int PER_COLUMN = 1 << 1;

    private final engine cpu = Natives.engine();
    private final primitive_attr attributes = new primitive_attr();
    private final post_ops postOps = new post_ops();
    private final List<Argument> arguments = new ArrayList<>();
    private int postOpCount;

    private KernelBuilder() {
        attributes.set_scratchpad_mode(scratchpad_mode.user);
    }

    @SuppressWarnings("try") // the scope frees what is made within it
    static Kernel build(KernelSpec spec, PackedLayouts layouts) {
        try (PointerScope scope = new PointerScope()) {
            KernelBuilder builder = new KernelBuilder();
            if (spec instanceof Product product) {
                return builder.product(product, layouts);
            } else if (spec instanceof Batched batched) {
                return builder.batched(batched);
            } else if (spec instanceof Transfer transfer) {
                return builder.transfer(transfer);
            } else if (spec instanceof Softmax softmax) {
                return builder.softmax(softmax);
            } else if (spec instanceof Normalization normalization) {
                return builder.normalization(normalization);
            } else if (spec instanceof Conversion conversion) {
                return builder.conversion(conversion);
            } else if (spec instanceof Elementwise elementwise) {
                return builder.activation(elementwise);
            } else if (spec instanceof Offset offset) {
                return builder.offset(offset);
            }
            return builder.pairwise((Pairwise) spec);
        }
    }

    /** The layout that oneDNN likes best for the weights [in, out] of products with sources of this type. */
    @SuppressWarnings("try") // the scope frees what is made within it
    static memory.desc packedLayout(PackedLayouts.Key key, int typicalRows) {
        try (PointerScope scope = new PointerScope()) {
            ProductForm form = ProductForm.of(key.source());
            NumberType target = key.source().quantized() ? NumberType.F32 : key.source();
            primitive_attr attributes = new primitive_attr();
            if (key.source().quantized()) {
                form.scaleColumns(attributes);
            }
            ProductForm.Operands operands = new ProductForm.Operands(
                    form.rows(typicalRows, key.in(), key.source()),
                    form.packedWeights(key.in(), key.out(), key.source().ofWeights()),
                    form.bias(key.out()),
                    form.rows(typicalRows, key.out(), target));
            memory.desc layout = form.describe(operands, attributes).weights();
            layout.retainReference();
            return layout;
        }
    }

    private Kernel product(Product spec, PackedLayouts layouts) {
        ProductForm form = ProductForm.of(spec.source());
        ProductForm.Operands operands = new ProductForm.Operands(
                form.rows(spec.rows(), spec.in(), spec.source()),
                layouts.of(new PackedLayouts.Key(spec.in(), spec.out(), spec.source())),
                form.bias(spec.out()),
                form.rows(spec.rows(), spec.out(), spec.target()));
        argument(DNNL_ARG_SRC, operands.source());
        argument(DNNL_ARG_WEIGHTS, new memory.desc(operands.weights()));
        argument(DNNL_ARG_BIAS, operands.bias());
        argument(DNNL_ARG_DST, operands.target());
        if (spec.source().quantized()) {
            form.scaleColumns(attributes);
            argument(DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, vector(spec.out()));
        }
        spec.activation().ifPresent(this::appendActivation);
        spec.gate().ifPresent(type -> appendBinary(algorithm.binary_mul, form.rows(spec.rows(), spec.out(), type)));
        spec.residual().ifPresent(type -> appendBinary(algorithm.binary_add, form.rows(spec.rows(), spec.out(), type)));
        if (spec.target().quantized()) {
            if (spec.offset() != 0) {
                postOps.append_eltwise(algorithm.eltwise_linear, 1, spec.offset());
                postOpCount++;
            }
            appendBinary(algorithm.binary_mul, form.rows(1, spec.out(), NumberType.F32));
            if (spec.zero() != 0) {
                postOps.append_eltwise(algorithm.eltwise_linear, 1, spec.zero());
                postOpCount++;
            }
        }
        attributes.set_post_ops(postOps);
        ProductForm.Description description = form.describe(operands, attributes);
        return finish(spec, description.primitive(), form.compile(description.primitive()));
    }

    private Kernel batched(Batched spec) {
        memory.desc source = strided(spec.heads(), spec.rows(), spec.inner(), spec.source());
        memory.desc weights = strided(spec.heads(), spec.inner(), spec.columns(), spec.weights());
        memory.desc target = strided(spec.heads(), spec.rows(), spec.columns(), spec.target());
        memory.desc bias = new memory.desc(
                new long[] {1, 1, spec.columns()}, NumberType.F32.dnnl(), new long[] {spec.columns(), spec.columns(), 1
                });
        argument(DNNL_ARG_SRC, source);
        argument(DNNL_ARG_WEIGHTS, weights);
        if (spec.bias()) {
            argument(DNNL_ARG_BIAS, bias);
        }
        argument(DNNL_ARG_DST, target);
        if (spec.accumulate()) {
            postOps.append_sum(1, 0, data_type.undef);
        }
        if (spec.scale() != 1) {
            postOps.append_eltwise(algorithm.eltwise_linear, spec.scale(), 0);
        }
        attributes.set_post_ops(postOps);
        matmul.primitive_desc description = spec.bias()
                ? new matmul.primitive_desc(cpu, source, weights, bias, target, attributes, false)
                : new matmul.primitive_desc(cpu, source, weights, target, attributes, false);
        return finish(spec, description, new matmul(description));
    }

    private Kernel transfer(Transfer spec) {
        Strided gapless = new Strided(NumberType.F32, (long) spec.rows() * spec.columns(), spec.columns(), 1);
        memory.desc source = strided(spec.heads(), spec.rows(), spec.columns(), spec.source());
        memory.desc target = strided(spec.heads(), spec.rows(), spec.columns(), gapless);
        argument(DNNL_ARG_FROM, source);
        argument(DNNL_ARG_TO, target);
        if (spec.add()) {
            postOps.append_sum(1, 0, data_type.undef);
            attributes.set_post_ops(postOps);
        }
        reorder.primitive_desc description = new reorder.primitive_desc(cpu, source, cpu, target, attributes, false);
        return finish(spec, description, new reorder(description));
    }

    private Kernel softmax(Softmax spec) {
        memory.desc source = matrix(spec.rows(), spec.columns(), spec.source());
        memory.desc target = matrix(spec.rows(), spec.columns(), spec.target());
        argument(DNNL_ARG_SRC, source);
        argument(DNNL_ARG_DST, target);
        softmax_forward.primitive_desc description = new softmax_forward.primitive_desc(
                cpu, prop_kind.forward_inference, algorithm.softmax_accurate, source, target, 1, attributes, false);
        return finish(spec, description, new softmax_forward(description));
    }

    private Kernel normalization(Normalization spec) {
        memory.desc source = matrix(spec.rows(), spec.width(), spec.source());
        memory.desc target = matrix(spec.rows(), spec.width(), spec.target());
        argument(DNNL_ARG_SRC, source);
        argument(DNNL_ARG_DST, target);
        argument(DNNL_ARG_SCALE, vector(spec.width()));
        int flags = normalization_flags.use_scale.value;
        if (spec.shift()) {
            argument(DNNL_ARG_SHIFT, vector(spec.width()));
            flags |= normalization_flags.use_shift.value;
        }
        if (spec.rms()) {
            flags |= normalization_flags.rms_norm.value;
        }
        layer_normalization_forward.primitive_desc description = new layer_normalization_forward.primitive_desc(
                cpu, prop_kind.forward_inference.value, source, target, spec.epsilon(), flags, attributes, false);
        return finish(spec, description, new layer_normalization_forward(description));
    }

    private Kernel conversion(Conversion spec) {
        memory.desc source = new memory.desc(
                new long[] {spec.rows(), spec.width()}, spec.source().dnnl(), new long[] {spec.sourceStride(), 1});
        memory.desc target = matrix(spec.rows(), spec.width(), spec.target());
        argument(DNNL_ARG_FROM, source);
        argument(DNNL_ARG_TO, target);
        if (spec.target().quantized()) {
            attributes.set_scales_mask(DNNL_ARG_DST, PER_COLUMN);
            argument(DNNL_ARG_ATTR_SCALES | DNNL_ARG_DST, vector(spec.width()));
        }
        if (spec.zero()) {
            attributes.set_zero_points_mask(DNNL_ARG_DST, 0);
            argument(
                    DNNL_ARG_ATTR_ZERO_POINTS | DNNL_ARG_DST,
                    new memory.desc(new long[] {1}, data_type.s32, new long[] {1}));
        }
        reorder.primitive_desc description = new reorder.primitive_desc(cpu, source, cpu, target, attributes, false);
        return finish(spec, description, new reorder(description));
    }

    private Kernel activation(Elementwise spec) {
        memory.desc layout = matrix(spec.rows(), spec.width(), NumberType.F32);
        return elementwise(spec, layout, algorithm(spec.function()), alpha(spec.function()), 0);
    }

    private Kernel offset(Offset spec) {
        memory.desc layout = matrix(spec.rows(), spec.width(), NumberType.F32);
        return elementwise(spec, layout, algorithm.eltwise_linear, 1, spec.offset());
    }

    private Kernel elementwise(KernelSpec spec, memory.desc layout, algorithm function, float alpha, float beta) {
        argument(DNNL_ARG_SRC, layout);
        argument(DNNL_ARG_DST, new memory.desc(layout));
        eltwise_forward.primitive_desc description = new eltwise_forward.primitive_desc(
                cpu, prop_kind.forward_inference, function, layout, layout, alpha, beta, attributes, false);
        return finish(spec, description, new eltwise_forward(description));
    }

    private Kernel pairwise(Pairwise spec) {
        memory.desc layout = matrix(spec.rows(), spec.width(), NumberType.F32);
        argument(DNNL_ARG_SRC_0, layout);
        memory.desc other = matrix(spec.rows(), spec.widthOfB(), NumberType.F32);
        argument(DNNL_ARG_SRC_1, other);
        argument(DNNL_ARG_DST, new memory.desc(layout));
        algorithm operation = spec.multiply() ? algorithm.binary_mul : algorithm.binary_add;
        binary.primitive_desc description =
                new binary.primitive_desc(cpu, operation, layout, other, layout, attributes, false);
        return finish(spec, description, new binary(description));
    }

    private void appendActivation(ActivationFunction function) {
        postOps.append_eltwise(algorithm(function), alpha(function), 0);
        postOpCount++;
    }

    private void appendBinary(algorithm operation, memory.desc operand) {
        postOps.append_binary(operation, operand);
        argument(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (postOpCount + 1) | DNNL_ARG_SRC_1, operand);
        postOpCount++;
    }

    private static algorithm algorithm(ActivationFunction function) {
        return switch (function) {
            case GELU -> algorithm.eltwise_gelu_erf;
            case GELU_TANH -> algorithm.eltwise_gelu_tanh;
            case RELU -> algorithm.eltwise_relu;
            case TANH -> algorithm.eltwise_tanh;
            case SILU -> algorithm.eltwise_swish;
            case SIGMOID -> algorithm.eltwise_logistic;
        };
    }

    /** The functions' one parameter: swish is x·σ(α·x); relu's slope below 0 is 0. */
    private static float alpha(ActivationFunction function) {
        return function == ActivationFunction.SILU ? 1 : 0;
    }

    private Kernel finish(KernelSpec spec, primitive_desc_base description, primitive compiled) {
        memory.desc scratchpad = description.scratchpad_desc();
        long scratchpadBytes = scratchpad.get_size();
        if (scratchpadBytes > 0) {
            argument(DNNL_ARG_SCRATCHPAD, scratchpad);
        }
        compiled.retainReference();
        for (Argument argument : arguments) {
            argument.layout().retainReference();
        }
        String implementation = new BytePointer(description.impl_info_str()).getString();
        return new Kernel(
                spec, implementation, compiled, List.copyOf(arguments), scratchpadBytes, new AtomicInteger(1));
    }

    private void argument(int index, memory.desc layout) {
        arguments.add(new Argument(index, layout));
    }

    private static memory.desc matrix(int rows, int width, NumberType type) {
        return new memory.desc(new long[] {rows, width}, type.dnnl(), new long[] {width, 1});
    }

    private static memory.desc vector(int size) {
        return new memory.desc(new long[] {size}, NumberType.F32.dnnl(), new long[] {1});
    }

    private static memory.desc strided(int heads, int rows, int columns, Strided operand) {
        long count = operand.heads() == 0 ? 1 : heads;
        long headStride = operand.heads() == 0 ? rows * operand.rows() : operand.heads();
        return new memory.desc(new long[] {count, rows, columns}, operand.type().dnnl(), new long[] {
            headStride, operand.rows(), operand.columns()
        });
    }
}
