package dev.juxta.torch;

import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.ops.Program;
import dev.juxta.ops.RowPruning;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;

/** A program that is computed step by step, without gradients. */
@SuppressWarnings("try") // a scope frees what is made in it, and nothing names it
final class TorchExecutable implements Executable {

    private final Program program;
    private final Precision precision;
    private final Parameters parameters;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed; // guarded by life

    TorchExecutable(Program program, Precision precision, int threads) {
        Natives.computeOn(threads);
        this.program = RowPruning.apply(program);
        this.precision = precision;
        this.parameters = new Parameters(this.program, weight -> false);
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public float[] run(PackedBatch batch) {
        life.readLock().lock();
        try (PointerScope scope = new PointerScope();
                AutoGradMode off = new AutoGradMode(false)) {
            if (closed) {
                throw new IllegalStateException("This model is closed");
            }
            TorchOps ops = new TorchOps(new BatchLayout(batch), parameters, JointProjections.none(), precision);
            return Tensors.toFloats(program.run(ops));
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                parameters.close();
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
