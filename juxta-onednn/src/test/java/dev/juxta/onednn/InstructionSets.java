package dev.juxta.onednn;

import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.Goldens.Golden;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.Weights;
import dev.juxta.engine.EngineOptions;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Precision;
import dev.juxta.engine.Workers;
import dev.juxta.model.Architecture;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.ops.RowPruning;
import dev.juxta.ops.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Runs the goldens on whatever instruction set oneDNN is allowed, and looks for slow kernels. Ends with 1 and a line for
 * each that is wrong. Its environment's {@code ONEDNN_MAX_CPU_ISA} makes a new processor an old one.
 */
public final class InstructionSets {

    private static final float TOLERANCE = 1e-4f;

    private static final int[] LENGTHS = {1, 3, 16, 17, 60, 128, 129, 257, 500};

    /** A token that every golden's vocabulary has, and that is no padding. */
    private static final int TOKEN = 5;

    private InstructionSets() {}

    /** Prints the precision that {@code auto} takes for the embedded model first. */
    public static void main(String[] arguments) throws IOException {
        try (CrossEncoder auto = CrossEncoder.embedded(LoadOptions.defaults().withPrecision(Precision.AUTO))) {
            System.out.println(auto.info().engine() + " " + auto.info().precision());
        }
        List<String> wrong = new ArrayList<>();
        for (String name : Goldens.CHECKPOINTS) {
            wrong.addAll(wrongLogits(name));
            wrong.addAll(slowKernels(name, Precision.FP32));
            wrong.addAll(slowKernelsOfHalf(name, 0));
        }
        wrong.forEach(System.out::println);
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static List<String> wrongLogits(String name) throws IOException {
        List<Golden> goldens = Goldens.read(name);
        List<String> wrong = new ArrayList<>();
        try (CrossEncoder model =
                CrossEncoder.load(Goldens.folder(name), LoadOptions.defaults().withEngine(OneDnnEngine.NAME))) {
            List<Score> scores = model.score(goldens.stream().map(Golden::pair).toList());
            for (int i = 0; i < scores.size(); i++) {
                for (int label = 0; label < goldens.get(i).logits().length; label++) {
                    float distance = Math.abs(
                            scores.get(i).logits().get(label) - goldens.get(i).logits()[label]);
                    if (!(distance <= TOLERANCE)) {
                        wrong.add(name + ": logit " + label + " of pair " + i + " is off by " + distance);
                    }
                }
            }
        }
        return wrong;
    }

    /** The kernels of a golden's network, over sequences from one token to hundreds, that oneDNN has no fast code for. */
    static List<String> slowKernels(String name, Precision precision) throws IOException {
        Architecture architecture = architecture(name);
        try (OneDnnExecutable executable = (OneDnnExecutable)
                new OneDnnEngine().compile(program(name, architecture), new EngineOptions(2, precision))) {
            return slowKernels(name + " " + precision, architecture, executable);
        }
    }

    /**
     * The same in int8 where only the products of every second value are rounded to bytes, as if the others had been too
     * noisy.
     *
     * @param first 0 or 1: the first of these values
     */
    static List<String> slowKernelsOfHalf(String name, int first) throws IOException {
        Architecture architecture = architecture(name);
        Program program = RowPruning.apply(program(name, architecture));
        try (Workers workers = new Workers(2)) {
            Map<Value, Quantization.Statistics> half = new LinkedHashMap<>();
            int i = first;
            for (var each : Calibration.run(program, Samples.random(program), workers)
                    .quantization()
                    .statistics()
                    .entrySet()) {
                if (i++ % 2 == 0) {
                    half.put(each.getKey(), each.getValue());
                }
            }
            try (OneDnnExecutable executable =
                    OneDnnEngine.compile(program, Precision.INT8, new Quantization(half), workers)) {
                return slowKernels(name + " half int8", architecture, executable);
            }
        }
    }

    private static Architecture architecture(String name) throws IOException {
        return Settings.read(CheckpointSource.directory(Goldens.folder(name)), Optional.empty())
                .architecture();
    }

    private static Program program(String name, Architecture architecture) throws IOException {
        CheckpointFiles files = CheckpointSource.directory(Goldens.folder(name));
        var all = new LinkedHashMap<>(files.weights());
        for (String folder : architecture.weightFolders()) {
            files.within(folder).weights().forEach((weight, value) -> all.put(folder + "." + weight, value));
        }
        return Recorder.record(ops -> architecture.forward(ops, new Weights(name, all)));
    }

    private static List<String> slowKernels(String what, Architecture architecture, OneDnnExecutable executable) {
        TreeSet<String> slow = new TreeSet<>();
        List<Sequence> sequences = Arrays.stream(LENGTHS)
                .map(length -> Math.min(length, architecture.shape().maxTokens()))
                .distinct()
                .mapToObj(length -> sequence(architecture, length))
                .toList();
        executable.run(PackedBatch.of(sequences));
        sequences.forEach(sequence -> executable.run(PackedBatch.of(List.of(sequence))));
        for (Kernel kernel : executable.kernels()) {
            if (kernel.implementation().contains("ref")) {
                slow.add(what + ": " + kernel.implementation() + " for " + kernel.spec());
            }
        }
        return List.copyOf(slow);
    }

    private static Sequence sequence(Architecture architecture, int length) {
        int[] ids = new int[length];
        Arrays.fill(ids, TOKEN);
        int[] segments = new int[length];
        return new Sequence(ids, segments, architecture.positions(ids, segments));
    }
}
