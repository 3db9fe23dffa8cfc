package dev.juxta.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/**
 * A kernel with arguments that can be pointed at addresses, for one thread. A fresh map of arguments for every call would
 * cost as much as a small product.
 */
final class Invocation implements AutoCloseable {

    private final Kernel kernel;
    private final List<memory> memories = new ArrayList<>();
    private final dnnl_primitive primitive;
    private final dnnl_memory[] handles;
    private final long[] addresses;
    private final dnnl_exec_arg_t arguments;
    private final Address address = new Address(0);

    /**
     * @param kernel held by the caller until now, and released when this is closed
     */
    Invocation(Kernel kernel) {
        this.kernel = kernel;
        this.primitive = kernel.compiled().get();
        int count = kernel.arguments().size();
        this.handles = new dnnl_memory[count];
        this.addresses = new long[count];
        this.arguments = new dnnl_exec_arg_t(count);
        for (int i = 0; i < count; i++) {
            Kernel.Argument argument = kernel.arguments().get(i);
            memory operand = new memory(argument.layout(), Natives.engine(), (Pointer) new Address(0));
            memories.add(operand);
            handles[i] = operand.get();
            arguments.position(i).arg(argument.index()).memory(handles[i]);
        }
        arguments.position(0);
    }

    Kernel kernel() {
        return kernel;
    }

    /** Points argument {@code index}, in the order of the kernel's specification, at an address. */
    void set(int index, long to) {
        if (addresses[index] != to) {
            check(dnnl_memory_set_data_handle(handles[index], address.at(to)));
            addresses[index] = to;
        }
    }

    void run(dnnl_stream stream) {
        check(dnnl_primitive_execute(primitive, stream, handles.length, arguments));
    }

    private void check(int status) {
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN answers status " + status + " to " + kernel.spec());
        }
    }

    @Override
    public void close() {
        memories.forEach(memory::close);
        arguments.close();
        kernel.release();
    }
}
