package dev.juxta.onednn;

import dev.juxta.ops.Linear;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;

/**
 * The weights of one product as its kernels read them.
 *
 * @param in columns of the input
 * @param out columns of the output
 * @param source the type of the input
 * @param weights [in, out], in oneDNN's own order
 * @param bias [out]; zeros where the layers have none
 * @param scales [out], what one unit of a product of integers stands for; empty unless the input is quantized
 */
record PackedMatrix(int in, int out, NumberType source, Region weights, Region bias, Optional<Region> scales)
        implements Resource {

    /** The largest magnitude of a signed byte that has a positive counterpart. */
    static final float S8_LIMIT = 127;

    /** The largest unsigned byte. */
    static final float U8_LIMIT = 255;

    /**
     * Packs layers on top of each other.
     *
     * @param source the type of the input
     * @param quantized how the input is quantized; empty if it is not
     */
    static PackedMatrix of(
            List<Linear> layers, NumberType source, Optional<Quantization.Steps> quantized, PackedLayouts layouts) {
        int in = layers.get(0).in();
        int out = layers.stream().mapToInt(Linear::out).sum();
        float[] weights = new float[Math.multiplyExact(in, out)]; // [out, in]
        float[] bias = new float[out];
        int row = 0;
        for (Linear layer : layers) {
            System.arraycopy(layer.weight().toFloats(), 0, weights, row * in, layer.out() * in);
            if (layer.bias().isPresent()) {
                System.arraycopy(layer.bias().get().toFloats(), 0, bias, row, layer.out());
            }
            row += layer.out();
        }
        memory.desc layout = layouts.of(new PackedLayouts.Key(in, out, source));
        ProductForm form = ProductForm.of(source);
        if (quantized.isEmpty()) {
            try (Region plain = Region.of(weights)) {
                Region packed = pack(plain, form.plainWeights(in, out, NumberType.F32), layout);
                return new PackedMatrix(in, out, source, packed, Region.of(bias), Optional.empty());
            }
        }
        float[] scales = new float[out];
        byte[] rounded = WeightRounding.of(quantized.get()).round(weights, scales, bias);
        try (Region plain = Region.of(rounded)) {
            Region packed = pack(plain, form.plainWeights(in, out, NumberType.S8), layout);
            return new PackedMatrix(in, out, source, packed, Region.of(bias), Optional.of(Region.of(scales)));
        }
    }

    /** Brings a matrix, which lies as {@code given}, into the order that the kernels read. */
    @SuppressWarnings("try") // the scope frees what is made within it
    private static Region pack(Region plain, memory.desc given, memory.desc layout) {
        Region packed = Region.allocate(layout.get_size());
        try (PointerScope scope = new PointerScope()) {
            memory from = new memory(given, Natives.engine(), new Address(plain.address()));
            memory to = new memory(layout, Natives.engine(), new Address(packed.address()));
            stream queue = new stream(Natives.engine());
            new reorder(from, to).execute(queue, from, to);
            queue._wait();
        }
        return packed;
    }

    @Override
    public void close() {
        weights.close();
        bias.close();
        scales.ifPresent(Region::close);
    }
}
