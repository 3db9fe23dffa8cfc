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
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * What calibration found out about a program, kept between processes: beside the model if its user asked for it, else in
 * the folder that the system property {@code juxta.cache} names, else in {@code juxta} within the user's cache folder. A
 * hash of the program and all of its weights is kept too, so a changed checkpoint is never run with another's scales. The
 * ranges are fp32's and hold on any processor; the verdict on int8 holds only on processors
 * that compute alike ({@link Natives#arithmetic}).
 */
final class CalibrationFile {

    private static final Logger LOGGER = System.getLogger(CalibrationFile.class.getName());

    /** How a kept file begins; its last character to be raised when what is written, or how it is found out, changes. */
    private static final byte[] MAGIC = "JUXTA INT8 5\n".getBytes(StandardCharsets.US_ASCII);

    /** The file's name beside a model. */
    private static final String NAME = "juxta-int8.bin";

    /** What no network's width reaches; a damaged file is not to fill the memory. */
    private static final int LARGEST_WIDTH = 1 << 20;

    /** Where a calibration made at load is kept, under a name that holds the hash. */
    private final Path cached;

    /** Where one that was asked for is kept. */
    private final Optional<Path> beside;

    private final byte[] hash;

    /** How this processor sums products of bytes. */
    private final int arithmetic;

    private CalibrationFile(Path cached, Optional<Path> beside, byte[] hash, int arithmetic) {
        this.cached = cached;
        this.beside = beside;
        this.hash = hash;
        this.arithmetic = arithmetic;
    }

    /**
     * A kept calibration.
     *
     * @param statistics what was seen of each value, by the value's number
     * @param likeness how near int8 is to fp32 on the samples, as the quality gate has it; empty if it was found on a processor that
     *     sums integers otherwise
     */
    record Kept(Map<Integer, Statistics> statistics, OptionalDouble likeness) {
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

    /**
     * The calibration of a program on this processor.
     *
     * @param folder where its checkpoint lies, if in one
     */
    static CalibrationFile of(Program program, Optional<Path> folder) {
        return of(program, folder, Natives.arithmetic());
    }

    /**
     * The calibration of a program on some processor.
     *
     * @param arithmetic of the processor, by {@link Natives#arithmetic}
     */
    static CalibrationFile of(Program program, Optional<Path> folder, int arithmetic) {
        String given = System.getProperty("juxta.cache", "");
        String xdg = Optional.ofNullable(System.getenv("XDG_CACHE_HOME")).orElse("");
        Path cache = !given.isEmpty()
                ? Path.of(given)
                : (xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg)).resolve("juxta");
        byte[] hash = hash(program);
        String name = HexFormat.of().formatHex(hash) + "-" + arithmetic;
        return new CalibrationFile(
                cache.resolve("calibration").resolve(name), folder.map(place -> place.resolve(NAME)), hash, arithmetic);
    }

    /** What was kept, beside the model before the cache; empty if there is nothing, or nothing that can be used. */
    Optional<Kept> read() {
        Optional<Kept> found = beside.filter(Files::isRegularFile).flatMap(this::read);
        if ((found.isPresent() && found.get().likeness().isPresent()) || !Files.isRegularFile(cached)) {
            return found;
        }
        Optional<Kept> here = read(cached);
        if (found.isEmpty()) {
            return here;
        }
        // the verdict that this processor came to with the ranges beside the model, if it was with these
        return here.filter(kept -> sameRanges(kept.statistics(), found.get().statistics()))
                .or(() -> found);
    }

    private static boolean sameRanges(Map<Integer, Statistics> a, Map<Integer, Statistics> b) {
        return a.size() == b.size()
                && a.entrySet().stream().allMatch(entry -> {
                    Statistics other = b.get(entry.getKey());
                    return other != null && Arrays.equals(entry.getValue().largest(), other.largest());
                });
    }

    private Optional<Kept> read(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                LOGGER.log(Level.WARNING, "{0} is not of this version''s form and is not used; make it anew", file);
                return Optional.empty();
            }
            if (!Arrays.equals(in.readNBytes(hash.length), hash)) {
                LOGGER.log(
                        Level.INFO, "{0} was made for other weights and is not used; quantize the model again", file);
                return Optional.empty();
            }
            return Optional.of(readStatistics(in));
        } catch (FileSystemException e) {
            LOGGER.log(
                    Level.WARNING,
                    "{0} cannot be read, and is not used ({1})",
                    file,
                    e.getClass().getSimpleName());
            return Optional.empty();
        } catch (IOException | NegativeArraySizeException e) {
            LOGGER.log(Level.WARNING, "{0} is damaged and is not used; make it anew", file);
            return Optional.empty();
        }
    }

    private Kept readStatistics(DataInputStream in) throws IOException {
        boolean judgedHere = in.readUnsignedByte() == arithmetic;
        double judged = in.readDouble();
        OptionalDouble likeness = judgedHere ? OptionalDouble.of(judged) : OptionalDouble.empty();
        Map<Integer, Statistics> statistics = new HashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            int id = in.readInt();
            int width = in.readInt();
            if (width > LARGEST_WIDTH) {
                throw new IOException(width + " columns");
            }
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
        return new Kept(statistics, likeness);
    }

    /** Keeps a calibration in the cache; where that fails, the next process calibrates again. */
    void write(Quantization quantization, double likeness) {
        try {
            write(cached, quantization, likeness);
        } catch (IOException e) {
            LOGGER.log(Level.DEBUG, () -> "The calibration is not kept in " + cached, e);
        }
    }

    /**
     * Keeps a calibration beside the model or, where that cannot be written, in the cache.
     *
     * @return where
     * @throws UncheckedIOException if neither can be written
     */
    Path writeBeside(Quantization quantization, double likeness) {
        if (beside.isPresent()) {
            try {
                write(beside.get(), quantization, likeness);
                return beside.get();
            } catch (IOException e) {
                LOGGER.log(Level.DEBUG, () -> "The calibration is not kept in " + beside.get(), e);
            }
        }
        try {
            write(cached, quantization, likeness);
            return cached;
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException(
                    "The scales can be kept neither in the model's folder nor in " + cached + ": " + e.getMessage(),
                    e));
        }
    }

    private void write(Path file, Quantization quantization, double likeness) throws IOException {
        Path folder = Files.createDirectories(file.resolveSibling("."));
        Path half =
                folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part"); // as readable as others
        try {
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(half)))) {
                out.write(MAGIC);
                out.write(hash);
                out.writeByte(arithmetic);
                out.writeDouble(likeness);
                out.writeInt(quantization.statistics().size());
                for (Map.Entry<Value, Statistics> entry :
                        quantization.statistics().entrySet()) {
                    write(out, entry.getKey(), entry.getValue());
                }
            }
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
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

    private static byte[] hash(Program program) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Step step : program.steps()) {
                digest.update(step.toString().getBytes(StandardCharsets.UTF_8));
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
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
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
