package dev.juxta.engine.reference;

import dev.juxta.engine.Engine;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.Executable;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.ops.Program;
import dev.juxta.ops.RowPruning;
import dev.juxta.ops.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Plain Java in fp32, on every platform: the definition of the answer, and the engine where no faster one loads. */
public final class ReferenceEngine implements Engine {

    public static final String NAME = "reference";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int preference() {
        return 0;
    }

    @Override
    public Optional<String> obstacle() {
        return Optional.empty();
    }

    @Override
    public Executable compile(Program program, EngineOptions options) {
        if (options.precision() != Precision.AUTO && options.precision() != Precision.FP32) {
            throw new IllegalArgumentException("The reference engine computes in fp32 and cannot compute in "
                    + options.precision() + "; use precision auto or fp32, or another engine");
        }
        return new Compiled(RowPruning.apply(program), options);
    }

    private static final class Compiled implements Executable {
        private final Program program;
        private final Workers workers;
        private final boolean ownsWorkers;
        private final PackedWeights weights;
        private final Map<Value, Matrix> fixed;
        private final AtomicBoolean closed = new AtomicBoolean();

        Compiled(Program program, EngineOptions options) {
            this.program = program;
            this.workers = options.workers().orElseGet(() -> new Workers(options.threads()));
            this.ownsWorkers = options.workers().isEmpty();
            this.weights = new PackedWeights(program, workers);
            this.fixed = program.runFixed(new ReferenceOps(PackedBatch.of(List.of()), weights, workers));
        }

        @Override
        public Precision precision() {
            return Precision.FP32;
        }

        @Override
        public float[] run(PackedBatch batch) {
            if (closed.get()) {
                throw new IllegalStateException("This model is closed");
            }
            return program.run(new ReferenceOps(batch, weights, workers), fixed).data();
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true) && ownsWorkers) {
                workers.close();
            }
        }
    }
}
