package dev.juxta.cli.train;

import dev.juxta.cli.Json;
import dev.juxta.data.AtomicFile;
import dev.juxta.data.JsonLine;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import dev.juxta.eval.report.Curve;
import dev.juxta.train.Trainer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a training went: {@code training.jsonl} in its folder, a line every second at the most, over all of its runs, and the
 * curve that is drawn of it.
 */
final class TrainingLog implements Consumer<Trainer.Progress>, AutoCloseable {

    private static final String LOG = "training.jsonl";
    private static final String CURVE = "training.svg";
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final Path folder;
    private @Nullable BufferedWriter writer; // from the first step on
    private long last;

    TrainingLog(Path folder) {
        this.folder = folder;
    }

    @Override
    public void accept(Trainer.Progress progress) {
        long now = System.nanoTime();
        if (writer != null && now - last < INTERVAL_NANOS && !progress.finished()) {
            return;
        }
        last = now;
        try {
            BufferedWriter open = writer == null ? open(progress.step()) : writer;
            writer = open;
            open.write(Json.line(Json.object()
                    .put("step", progress.step())
                    .put("loss", (float) progress.loss())
                    .put("rate", (float) progress.rate())
                    .put("pairs", progress.pairs())
                    .put("seconds", Math.round(10 * progress.seconds()) / 10.0)));
            open.write('\n');
            open.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes on behind the lines of earlier runs that this one does not repeat. */
    private BufferedWriter open(long step) throws IOException {
        Files.createDirectories(folder);
        List<String> before = lines().stream()
                .filter(line -> line.path("step").longValue() < step)
                .map(Json::line)
                .toList();
        AtomicFile.write(folder.resolve(LOG), file -> {
            for (String line : before) {
                file.write(line);
                file.write('\n');
            }
        });
        return Files.newBufferedWriter(folder.resolve(LOG), StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    /** Those of all runs so far; one that was cut short is passed over. */
    private List<ObjectNode> lines() throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        if (Files.exists(folder.resolve(LOG))) {
            try (LineReader reader = LineReader.open(folder.resolve(LOG))) {
                for (Optional<Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                    JsonLine.find(line.get().text()).ifPresent(lines::add);
                }
            }
        }
        return lines;
    }

    /** Draws the loss over the steps, as {@code training.svg}. */
    void draw() throws IOException {
        List<Curve.Point> points = lines().stream()
                .map(line -> new Curve.Point(
                        line.path("step").doubleValue(), line.path("loss").doubleValue()))
                .toList();
        if (!points.isEmpty()) {
            String picture = new Curve("Loss, mean over the last steps", "step", "loss").svg(points);
            AtomicFile.write(folder.resolve(CURVE), file -> file.write(picture));
        }
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
