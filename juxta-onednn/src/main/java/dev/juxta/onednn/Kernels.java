package dev.juxta.onednn;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The kernels of one compiled program, each made when it is first needed. */
final class Kernels implements AutoCloseable {

    private final PackedLayouts layouts = new PackedLayouts();
    private final Map<KernelSpec, Kernel> kernels = new ConcurrentHashMap<>();

    Kernel of(KernelSpec spec) {
        Kernel kernel = kernels.get(spec);
        return kernel != null ? kernel : kernels.computeIfAbsent(spec, key -> KernelBuilder.build(key, layouts));
    }

    PackedLayouts layouts() {
        return layouts;
    }

    /** All kernels made so far. */
    Collection<Kernel> all() {
        return List.copyOf(kernels.values());
    }

    @Override
    public void close() {
        kernels.values().forEach(Kernel::close);
        kernels.clear();
        layouts.close();
    }
}
