package dev.juxta.onednn;

import dev.juxta.checkpoint.Weight;
import dev.juxta.onednn.Quantization.Statistics;
import dev.juxta.ops.Linear;
import dev.juxta.ops.Norm;
import dev.juxta.ops.Operation;
import dev.juxta.ops.Program;
import dev.juxta.ops.Step;
import dev.juxta.ops.Value;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What calibration found out about a program, kept between processes: in the folder that the system property {@code
 * juxta.cache} names, else in {@code juxta} within the user's cache folder. The file's name is a hash of the program and
 * all of its weights, so a changed checkpoint is never run with another's scales.
 */
final class CalibrationFile {

    private static final Logger LOGGER = System.getLogger(CalibrationFile.class.getName());

    /** To be raised when what is written, or how it is found out, changes. */
    private static final int FORMAT = 1;

    private final Path file;

    private CalibrationFile(Path file) {
        this.file = file;
    }

    /**
     * A kept calibration.
     *
     * @param statistics what was seen of each value, by the value's number
     * @param correlation the rank correlation of int8 with fp32 on the samples
     */
    record Kept(Map<Integer, Statistics> statistics, double correlation) {
        Quantization quantization(Program program) {
            Map<Value, Statistics> byValue = new HashMap<>();
            for (Step step : program.steps()) {
                Statistics found = statistics.get(step.output().id());
                if (found != null) {
                    byValue.put(step.output(), found);
                }
            }
            return new Quantization(byValue);
        }
    }

    static CalibrationFile of(Program program) {
        String given = System.getProperty("juxta.cache", "");
        String xdg = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
        Path folder = !given.isEmpty()
                ? Path.of(given)
                : (xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg)).resolve("juxta");
        return new CalibrationFile(folder.resolve("calibration").resolve(hash(program)));
    }

    /** What was kept; empty if there is nothing, or nothing that can be read. */
    Optional<Kept> read() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            double correlation = in.readDouble();
            Map<Integer, Statistics> statistics = new HashMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                int id = in.readInt();
                int width = in.readInt();
                float[] largest = new float[width];
                double[] means = new double[width];
                double[] meanSquares = new double[width];
                for (int j = 0; j < width; j++) {
                    largest[j] = in.readFloat();
                    means[j] = in.readDouble();
                    meanSquares[j] = in.readDouble();
                }
                statistics.put(id, new Statistics(largest, means, meanSquares));
            }
            return Optional.of(new Kept(statistics, correlation));
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, () -> "The calibration in " + file + " cannot be read and is made anew", e);
            return Optional.empty();
        }
    }

    /** Keeps a calibration; where that fails, the next process calibrates again. */
    void write(Quantization quantization, double correlation) {
        try {
            Path folder = Files.createDirectories(file.resolveSibling("."));
            Path half = Files.createTempFile(folder, "calibration", ".part");
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(half)))) {
                out.writeDouble(correlation);
                out.writeInt(quantization.statistics().size());
                for (Map.Entry<Value, Statistics> entry :
                        quantization.statistics().entrySet()) {
                    write(out, entry.getKey(), entry.getValue());
                }
            }
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, () -> "The calibration is not kept in " + file, e);
        }
    }

    private static void write(DataOutputStream out, Value value, Statistics seen) throws IOException {
        out.writeInt(value.id());
        out.writeInt(seen.largest().length);
        for (int j = 0; j < seen.largest().length; j++) {
            out.writeFloat(seen.largest()[j]);
            out.writeDouble(seen.means()[j]);
            out.writeDouble(seen.meanSquares()[j]);
        }
    }

    private static String hash(Program program) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) FORMAT);
            for (Step step : program.steps()) {
                digest.update(describe(step).getBytes(StandardCharsets.UTF_8));
                if (step.operation() instanceof Operation.Project project) {
                    update(digest, project.layer());
                } else if (step.operation() instanceof Operation.Normed normed) {
                    update(digest, normed.norm());
                } else if (step.operation() instanceof Operation.Embedding embedding) {
                    digest.update(embedding.table().bytes());
                } else if (step.operation() instanceof Operation.Constant constant) {
                    digest.update(constant.weight().bytes());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String describe(Step step) {
        return step.output()
                + step.operation().getClass().getSimpleName()
                + step.operation().inputs();
    }

    private static void update(MessageDigest digest, Linear layer) {
        digest.update(layer.weight().bytes());
        layer.bias().map(Weight::bytes).ifPresent(digest::update);
    }

    private static void update(MessageDigest digest, Norm norm) {
        digest.update(norm.scale().bytes());
        norm.shift().map(Weight::bytes).ifPresent(digest::update);
    }
}
