package dev.juxta.torch;

import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.Weights;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.Precision;
import dev.juxta.model.Architecture;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Training steps per second of a checkpoint's network: {@code Benchmark DIR PRECISION THREADS STEPS LENGTH…}, one length
 * per sequence of the batch. {@code scripts/training/speed.py} runs it beside PyTorch on the same batch.
 */
public final class Benchmark {

    private static final int UNTIMED = 3;

    private Benchmark() {}

    /** Prints the median seconds of a step, and the last output, so that nothing is left out. */
    public static void main(String[] args) throws IOException {
        Program network = program(Path.of(args[0]));
        Precision precision = Precision.parse(args[1]);
        int threads = Integer.parseInt(args[2]);
        int steps = Integer.parseInt(args[3]);
        int[] lengths = Arrays.stream(args).skip(4).mapToInt(Integer::parseInt).toArray();
        PackedBatch batch = batch(lengths);
        float[] gradient = new float[lengths.length];
        double[] seconds = new double[steps];
        try (TrainableProgram program = new TrainableProgram(network, precision, threads, weight -> true)) {
            for (int i = -UNTIMED; i < steps; i++) {
                long start = System.nanoTime();
                float[] logits = program.forward(batch);
                for (int j = 0; j < gradient.length; j++) {
                    gradient[j] = (float) (1 / (1 + Math.exp(-logits[j])) - j % 2) / gradient.length;
                }
                program.backward(gradient);
                program.step(AdamWOptions.at(1e-5));
                if (i >= 0) {
                    seconds[i] = (System.nanoTime() - start) / 1e9;
                }
            }
            Arrays.sort(seconds);
            System.out.printf(
                    "seconds per step %.4f, first logit %.4f%n", seconds[steps / 2], program.evaluate(batch)[0]);
        }
    }

    private static Program program(Path checkpoint) throws IOException {
        DirectoryFiles files = new DirectoryFiles(checkpoint);
        Architecture architecture = Settings.read(files, Optional.empty()).architecture();
        Weights weights = new Weights(files.location(), files.weights());
        return Recorder.record(ops -> architecture.forward(ops, weights));
    }

    private static PackedBatch batch(int[] lengths) {
        Random random = new Random(1);
        List<PackedBatch.Sequence> sequences = Arrays.stream(lengths)
                .mapToObj(length -> new PackedBatch.Sequence(
                        random.ints(length, 1000, 30_000).toArray(),
                        new int[length],
                        IntStream.range(0, length).toArray()))
                .toList();
        return PackedBatch.of(sequences);
    }
}
