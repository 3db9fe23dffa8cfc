package dev.juxta.onednn;

import java.util.List;
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
 */
record Kernel(
        KernelSpec spec, String implementation, primitive compiled, List<Argument> arguments, long scratchpadBytes)
        implements AutoCloseable {

    /**
     * @param index oneDNN's number for the argument
     * @param layout its shape, type and strides
     */
    record Argument(int index, memory.desc layout) {}

    @Override
    public void close() {
        compiled.close();
        arguments.forEach(argument -> argument.layout().close());
    }
}
