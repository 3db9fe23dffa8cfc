package dev.juxta.onednn;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.memory;

/** The layouts in which weights are packed: one for each shape and type, whatever the number of rows. */
final class PackedLayouts implements AutoCloseable {

    private final Map<Key, memory.desc> layouts = new ConcurrentHashMap<>();

    /**
     * @param in rows of the weights
     * @param out columns of the weights
     * @param source the type of what is multiplied with them
     */
    record Key(int in, int out, NumberType source) {}

    memory.desc of(Key key) {
        return layouts.computeIfAbsent(key, k -> KernelBuilder.packedLayout(k, Rows.TILE));
    }

    @Override
    public void close() {
        layouts.values().forEach(memory.desc::close);
        layouts.clear();
    }
}
