package dev.juxta.torch;

import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** libtorch: whether it loads. */
final class Natives {

    private Natives() {}

    /** Loads on first use; the class initializer runs once, so a failure is remembered too. */
    private static final class Loaded {
        static final Optional<String> OBSTACLE = load();

        private static Optional<String> load() {
            liftMemoryLimit();
            try {
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

    /** Loads the library, or says why it cannot be. */
    static void require() {
        obstacle().ifPresent(obstacle -> {
            throw new IllegalStateException(obstacle);
        });
    }
}
