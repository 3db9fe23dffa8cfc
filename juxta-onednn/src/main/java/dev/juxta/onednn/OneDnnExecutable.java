package dev.juxta.onednn;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A plan with the threads that carry it out. */
final class OneDnnExecutable implements Executable {

    private final Plan plan;
    private final Precision precision;
    private final Kernels kernels;
    private final Crew crew;
    private final int threads;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    OneDnnExecutable(Plan plan, Precision precision, Kernels kernels, int threads) {
        this.plan = plan;
        this.precision = precision;
        this.kernels = kernels;
        this.threads = threads;
        this.crew = new Crew(plan, kernels, threads);
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public float[] run(PackedBatch batch) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("This model is closed");
            }
            boolean ofTokens = plan.resultPlace().place().ofTokens();
            int rows = ofTokens ? batch.tokens() : batch.sequences();
            float[] result =
                    new float[Math.multiplyExact(rows, plan.resultPlace().width())];
            crew.run(Chunks.of(batch, threads), result);
            return result;
        } finally {
            life.readLock().unlock();
        }
    }

    /**
     * Compiles the kernels that most requests need, so that the first one does not wait for them.
     */
    void warmUp(List<PackedBatch> batches) {
        batches.forEach(this::run);
    }

    /** The kernels that runs have used so far. */
    Collection<Kernel> kernels() {
        return kernels.all();
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            crew.close();
            kernels.close();
            for (AutoCloseable resource : plan.owned()) {
                close(resource);
            }
        } finally {
            life.writeLock().unlock();
        }
    }

    private static void close(AutoCloseable resource) {
        if (resource instanceof Region region) {
            region.close();
        } else if (resource instanceof PackedMatrix matrix) {
            matrix.close();
        } else if (resource instanceof DistanceTable table) {
            table.close();
        }
    }
}
