package dev.juxta.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.onednn.KernelSpec.Pairwise;
import org.bytedeco.dnnl.stream;
import org.junit.jupiter.api.Test;

/** Kernels are kept while they are used, and not without bound. */
class KernelsTest {

    @Test
    void thousandsOfShapesKeepNoMoreThanTheBoundAndNoneInUseIsFreed() {
        try (Kernels kernels = new Kernels();
                stream queue = new stream(Natives.engine());
                Region a = Region.of(new float[] {1, 2, 3});
                Region b = Region.of(new float[] {10, 20, 30});
                Region sum = Region.allocate(3 * Float.BYTES)) {
            Invocation first = new Invocation(kernels.acquire(new Pairwise(1, 3, 3, false)));
            Kernel early = kernels.acquire(new Pairwise(2, 3, 3, false));
            early.release();
            for (int rows = 10; rows < 10 + 3 * Kernels.MOST; rows++) {
                kernels.acquire(new Pairwise(rows, 1, 1, false)).release();
            }
            assertThat(kernels.all()).hasSize(Kernels.MOST);
            assertThat(early.users().get()).as("freed, as nobody used it").isZero();
            first.set(0, a.address());
            first.set(1, b.address());
            first.set(2, sum.address());
            first.run(queue.get());
            queue._wait();
            float[] result = new float[3];
            sum.floats().get(result);
            assertThat(result).containsExactly(11, 22, 33);
            Kernel held = first.kernel();
            assertThat(held.users().get()).isEqualTo(1);
            first.close();
            assertThat(held.users().get()).isZero();
        }
    }

    @Test
    void theSameShapeIsTheSameKernel() {
        try (Kernels kernels = new Kernels()) {
            Kernel one = kernels.acquire(new Pairwise(4, 4, 4, true));
            Kernel other = kernels.acquire(new Pairwise(4, 4, 4, true));
            assertThat(other).isSameAs(one);
            assertThat(one.users().get()).isEqualTo(3);
            one.release();
            other.release();
        }
    }
}
