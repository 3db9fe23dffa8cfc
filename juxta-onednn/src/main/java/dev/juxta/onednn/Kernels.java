package dev.juxta.onednn;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels of one compiled program, each made when it is first needed. As texts of every length make kernels of their
 * own, only those used last are kept.
 */
final class Kernels implements AutoCloseable {

    /** Kernels that are kept; those of lengths up to 512 are a few hundred. */
    static final int MOST = 1024;

    private final PackedLayouts layouts = new PackedLayouts();

    /** In the order of their last use. */
    private final Map<KernelSpec, Kernel> kernels = new LinkedHashMap<>(64, 0.75f, true);

    /** A kernel, for the caller to {@linkplain Kernel#release() release}. */
    Kernel acquire(KernelSpec spec) {
        synchronized (kernels) {
            Kernel known = kernels.get(spec);
            if (known != null) {
                return known.retain();
            }
        }
        Kernel made = KernelBuilder.build(spec, layouts); // not under the lock, as it takes milliseconds
        synchronized (kernels) {
            Kernel known = kernels.get(spec);
            if (known != null) { // another thread was faster
                made.release();
                return known.retain();
            }
            kernels.put(spec, made);
            if (kernels.size() > MOST) {
                Iterator<Kernel> oldest = kernels.values().iterator();
                oldest.next().release();
                oldest.remove();
            }
            return made.retain();
        }
    }

    PackedLayouts layouts() {
        return layouts;
    }

    /** All kernels that are kept. */
    Collection<Kernel> all() {
        synchronized (kernels) {
            return List.copyOf(kernels.values());
        }
    }

    @Override
    public void close() {
        synchronized (kernels) {
            kernels.values().forEach(Kernel::release);
            kernels.clear();
        }
        layouts.close();
    }
}
