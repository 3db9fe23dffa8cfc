package dev.juxta.onednn;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;

/**
 * A compiled primitive. It may run on many threads at once, as each brings its own scratchpad.
 *
 * @param spec what it computes
 * @param implementation oneDNN's name for how it does; {@code ref…} is the slow path
 * @param compiled the compiled code
 * @param arguments in the order in which addresses are given
 * @param scratchpadBytes what it needs besides; if not 0, its scratchpad is the last of the arguments
 * @param users how many hold it; whoever makes it is the first
 */
record Kernel(
        KernelSpec spec,
        String implementation,
        primitive compiled,
        List<Argument> arguments,
        long scratchpadBytes,
        AtomicInteger users) {

    /**
     * @param index oneDNN's number for the argument
     * @param layout its shape, type and strides
     */
    record Argument(int index, memory.desc layout) {}

    /** Holds it once more, which only somebody may do who sees to it that it is held. */
    Kernel retain() {
        users.incrementAndGet();
        return this;
    }

    /** Holds it once less; the last one frees it. */
    void release() {
        if (users.decrementAndGet() == 0) {
            compiled.close();
            arguments.forEach(argument -> argument.layout().close());
        }
    }
}
