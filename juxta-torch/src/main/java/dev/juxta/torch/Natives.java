package dev.juxta.torch;

import com.sun.jna.Function;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** libtorch: whether it loads. */
final class Natives {

    private Natives() {}

    /** Loads on first use; the class initializer runs once, so a failure is remembered too. */
    private static final class Loaded {
        /**
         * OpenMP's threads wait awake for 10,000 looks, within which the next operation often comes. OpenBLAS has no
         * threads. And tensors lie in large pages, as each pass takes new ones, and the kernel clears them page by page.
         */
        private static final Map<String, String> SETTINGS =
                Map.of("GOMP_SPINCOUNT", "10000", "OPENBLAS_NUM_THREADS", "1", "THP_MEM_ALLOC_ENABLE", "1");

        /** What is set already stays as it is. */
        private static final int KEEP = 0;

        static final Optional<String> OBSTACLE = load();

        private static Optional<String> load() {
            liftMemoryLimit();
            try {
                setEnvironment();
                Loader.load(torch.class);
                return Optional.empty();
            } catch (LinkageError | RuntimeException e) {
                return Optional.of("libtorch for " + Loader.getPlatform() + " does not load (" + firstLine(e)
                        + "); put pytorch, openblas and javacpp with the classifier " + Loader.getPlatform()
                        + " on the class path");
            }
        }

        /**
         * JavaCPP refuses to allocate once the process has a multiple of the Java heap, which says nothing about how much
         * memory there is: tensors live outside of it.
         */
        private static void liftMemoryLimit() {
            for (String limit : new String[] {"maxbytes", "maxphysicalbytes"}) {
                String property = "org.bytedeco.javacpp." + limit;
                if (System.getProperty(property) == null) {
                    System.setProperty(property, "0");
                }
            }
        }

        /**
         * libtorch would compute on two sets of threads, OpenMP's and OpenBLAS's. By default each spins for milliseconds
         * once it has nothing to do, on the cores that the other now needs: a training step took twice as long. And
         * attention, which OpenMP's threads share, would start OpenBLAS's in each. Libraries read such settings from the
         * environment of the process, once, as they load.
         */
        private static void setEnvironment() {
            if (Loader.getPlatform().startsWith("linux")) {
                Function setenv = Function.getFunction("c", "setenv");
                SETTINGS.forEach((name, value) -> setenv.invokeInt(new Object[] {name, value, KEEP}));
            }
        }

        private static String firstLine(Throwable e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
        }
    }

    /** Why the library cannot be used; empty if it can. */
    static Optional<String> obstacle() {
        return Loaded.OBSTACLE;
    }

    /**
     * Whether the processor has the registers that oneDNN's bf16 products need; where it has not, they are emulated, and
     * many times slower than fp32 ones.
     */
    static boolean hasBf16() {
        require();
        return torch.get_cpu_capability().getString().startsWith("AVX512");
    }

    /** Lets the library use this many threads, for the whole process, as its only settings of that kind are. */
    static void computeOn(int threads) {
        require();
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(1); // where the environment could not be set
    }

    /** Loads the library, or says why it cannot be. */
    static void require() {
        obstacle().ifPresent(obstacle -> {
            throw new IllegalStateException(obstacle);
        });
    }
}
