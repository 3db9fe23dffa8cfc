package dev.juxta.onednn;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.ops.Program;
import dev.juxta.ops.Value;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** A plan with the threads that carry it out. */
final class OneDnnExecutable implements Executable {

    private final Plan plan;
    private final Precision precision;
    private final Kernels kernels;
    private final Workers workers;
    private final Crew crew;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;
    private Optional<Workers> ownWorkers = Optional.empty();

    private OneDnnExecutable(Plan plan, Precision precision, Kernels kernels, Workers workers) {
        this.plan = plan;
        this.precision = precision;
        this.kernels = kernels;
        this.workers = workers;
        this.crew = new Crew(plan, kernels, workers);
    }

    /**
     * Plans a program; what was made is freed if that fails.
     *
     * @param observers who looks at which values when a product reads them
     */
    static OneDnnExecutable of(
            Program program,
            Precision precision,
            Quantization quantization,
            Map<Value, Steps.Product.Observer> observers,
            Workers workers) {
        Kernels kernels = new Kernels();
        try {
            Plan plan = Planner.plan(program, precision, kernels, quantization, observers, workers);
            return new OneDnnExecutable(plan, precision, kernels, workers);
        } catch (RuntimeException | Error e) {
            kernels.close();
            throw e;
        }
    }

    /** Lets it close these threads with itself. */
    OneDnnExecutable closing(Workers own) {
        ownWorkers = Optional.of(own);
        return this;
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
            return compute(batch);
        } finally {
            life.readLock().unlock();
        }
    }

    private float[] compute(PackedBatch batch) {
        boolean ofTokens = plan.resultPlace().place().ofTokens();
        int rows = ofTokens ? batch.tokens() : batch.sequences();
        float[] result = new float[Math.multiplyExact(rows, plan.resultPlace().width())];
        crew.run(Chunks.of(batch, workers.threads()), result);
        return result;
    }

    /**
     * Runs batches, unless it is closed by then, on threads that have nothing else to do, so that later requests of these
     * shapes find their kernels compiled. A request that comes meanwhile shares the processor with the batch under way,
     * and {@link #close} waits for that batch.
     */
    void warmUp(List<PackedBatch> batches) {
        for (PackedBatch batch : batches) {
            workers.whenIdle(() -> {
                if (!life.readLock().tryLock()) { // waiting behind a close could wait for itself
                    return;
                }
                try {
                    if (!closed) {
                        compute(batch);
                    }
                } finally {
                    life.readLock().unlock();
                }
            });
        }
    }

    /** The kernels that are kept. */
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
            plan.owned().forEach(Resource::close);
        } finally {
            life.writeLock().unlock();
        }
        ownWorkers.ifPresent(Workers::close);
    }
}
