package dev.juxta.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;

import com.sun.jna.Function;
import java.util.Optional;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.cpu_isa;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** oneDNN's library: whether it loads, and what the processor can do with it. */
final class Natives {

    private Natives() {}

    /** Loads on first use; the class initializer runs once, so a failure is remembered too. */
    private static final class Loaded {
        static final Optional<String> OBSTACLE = load();

        private static Optional<String> load() {
            try {
                Loader.load(dnnl.class);
                return Optional.empty();
            } catch (LinkageError | RuntimeException e) {
                return Optional.of("oneDNN's native library for " + Loader.getPlatform() + " does not load ("
                        + firstLine(e) + "); put dnnl, javacpp and opencl with the classifier " + Loader.getPlatform()
                        + " on the class path");
            }
        }

        private static String firstLine(Throwable e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
        }
    }

    /** The one CPU engine of oneDNN; it lives as long as the process. */
    private static final class Cpu {
        static final engine ENGINE = create();

        /** Kept beyond any pointer scope in which it may be asked for first. */
        private static engine create() {
            engine cpu = new engine(engine.kind.cpu, 0);
            cpu.retainReference();
            return cpu;
        }
    }

    /** Why the library cannot be used; empty if it can. */
    static Optional<String> obstacle() {
        return Loaded.OBSTACLE;
    }

    static engine engine() {
        return Cpu.ENGINE;
    }

    /**
     * Lets oneDNN compute on the calling thread alone. Work is shared out among the engine's own workers; OpenMP threads
     * below each of them would only fight over the cores. OpenMP keeps this number per thread, so other libraries of the
     * process are not touched. Where the runtime has no such function, oneDNN is built without OpenMP threads.
     */
    static void computeOnThisThreadOnly() {
        Pointer function = Loader.addressof("omp_set_num_threads");
        if (function != null && !function.isNull()) {
            Function.getFunction(new com.sun.jna.Pointer(function.address())).invokeVoid(new Object[] {1});
        }
    }

    /** Whether bf16 products are faster than fp32 ones here. */
    static boolean hasBf16() {
        return has(cpu_isa.avx512_core_bf16);
    }

    /** Whether int8 products are the fastest here. */
    static boolean hasInt8() {
        return has(cpu_isa.avx2);
    }

    /** Whether a register holds sixteen floats here, and there are 32 of them. */
    static boolean hasAvx512() {
        return has(cpu_isa.avx512_core);
    }

    /** Whether the processor multiplies whole tiles of bf16 and int8 numbers. */
    static boolean hasAmx() {
        return has(cpu_isa.avx512_core_amx);
    }

    /** Whether oneDNN's matrix products of int8 numbers read packed weights here. */
    static boolean packsInt8Matrices() {
        return hasAvx512() || has(cpu_isa.avx2_vnni);
    }

    /**
     * Whether products of bytes are summed without loss here. Elsewhere oneDNN adds two products of an unsigned and a signed
     * byte in 16 bits ({@code vpmaddubsw}), which saturate: 2 · 255 · 127 is 64,770.
     */
    static boolean sumsInt8Exactly() {
        return has(cpu_isa.avx512_core_vnni) || has(cpu_isa.avx2_vnni);
    }

    /**
     * What a verdict on int8 depends on, as a number from 0 to 7: whether sums of bytes are exact (1), whether what int8
     * leaves alone is computed in bf16 (2), and how much that is (4).
     */
    static int arithmetic() {
        return (sumsInt8Exactly() ? 1 : 0) | (hasBf16() ? 2 : 0) | (hasAmx() ? 4 : 0);
    }

    /** oneDNN numbers instruction sets so that one which includes another has its bits. */
    private static boolean has(cpu_isa isa) {
        return (dnnl_get_effective_cpu_isa() & isa.value) == isa.value;
    }
}
