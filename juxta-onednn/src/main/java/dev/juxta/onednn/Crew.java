package dev.juxta.onednn;

import dev.juxta.engine.Workers;
import dev.juxta.onednn.Place.View;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What computes a plan: the model's threads, each with memory of its own. A chunk is computed by one of them; if it is the
 * last that waits and others have nothing to do, they take shares of its rows, so that a single pair runs on all cores
 * too.
 */
final class Crew implements AutoCloseable {

    /** Rows below which a share is not worth the waiting for each other. */
    private static final int SMALLEST_SHARE = 16;

    private final Plan plan;
    private final Kernels kernels;
    private final Workers workers;
    private final ChunkMemory memory;

    /** By thread, each made, and touched until the end, by that thread alone. */
    private final List<OfThread> threads;

    /** A thread's own. */
    private static final class OfThread {
        private Optional<Worker> worker = Optional.empty();
    }

    Crew(Plan plan, Kernels kernels, Workers workers) {
        this.plan = plan;
        this.kernels = kernels;
        this.workers = workers;
        this.memory = new ChunkMemory(workers.threads());
        this.threads = Stream.generate(OfThread::new).limit(workers.threads()).toList();
    }

    /** Computes the chunks; their results go to {@code result}, row by row. Returns when all are done. */
    void run(List<Chunk> chunks, float[] result) {
        workers.runAll(chunks.stream().map(chunk -> new Task(chunk, result)).toList());
    }

    private Worker worker(int thread) {
        OfThread own = threads.get(thread);
        if (own.worker.isEmpty()) {
            Natives.computeOnThisThreadOnly();
            own.worker = Optional.of(new Worker(kernels, plan.rowBytes().tile()));
        }
        return own.worker.get();
    }

    /** A chunk that waits or is computed. */
    private final class Task implements Workers.Gang {
        private final Chunk chunk;
        private final float[] result;
        private Barrier barrier = new Barrier(1);
        private Optional<Region> region = Optional.empty();
        private int parts = 1;

        Task(Chunk chunk, float[] result) {
            this.chunk = chunk;
            this.result = result;
        }

        @Override
        public int most() {
            return Math.max(1, chunk.tokens() / SMALLEST_SHARE);
        }

        @Override
        public void begin(int count) {
            parts = count;
            barrier = new Barrier(count);
            Region mine = memory.take(chunk.bytes(plan.rowBytes()));
            chunk.use(mine, plan.rowBytes());
            region = Optional.of(mine);
        }

        @Override
        public void run(int part, int thread) {
            Share share = Share.of(chunk, worker(thread), part, parts);
            for (Stage stage : plan.stages()) {
                if (stage.readsAcrossRows()) {
                    stage.prepare(share);
                    barrier.await();
                }
                stage.run(share);
            }
            takeResult(share);
        }

        @Override
        public void breakUp() {
            barrier.breakUp();
        }

        @Override
        public void end() {
            region.ifPresent(memory::give);
        }

        private void takeResult(Share share) {
            View view = plan.resultPlace();
            int width = view.width();
            boolean ofTokens = view.place().ofTokens();
            int from = ofTokens ? share.firstToken() : share.firstSequence();
            int end = ofTokens ? share.endToken() : share.endSequence();
            int offset = ofTokens ? chunk.firstToken() : chunk.firstSequence();
            if (end > from && view.isWhole()) {
                Region.floats(share.address(view, from), (long) (end - from) * width)
                        .get(result, (offset + from) * width, (end - from) * width);
                return;
            }
            for (int row = from; row < end; row++) {
                Region.floats(share.address(view, row), width).get(result, (offset + row) * width, width);
            }
        }
    }

    /** Frees what the threads have; the caller sees to it that no run is under way. */
    @Override
    public void close() {
        threads.forEach(own -> own.worker.ifPresent(Worker::close));
        memory.close();
    }
}
