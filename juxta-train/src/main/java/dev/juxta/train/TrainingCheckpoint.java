package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.DirectoryFiles;
import dev.juxta.checkpoint.SafeTensors;
import dev.juxta.checkpoint.SafeTensorsWriter;
import dev.juxta.checkpoint.Weight;
import dev.juxta.data.AtomicFile;
import dev.juxta.data.InputException;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.Trainer.Progress;
import dev.juxta.train.Validation.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a training stands, in a folder of its output. Every state gets a folder of its own; {@code state.json}, which names
 * the current one, is replaced once that is whole, so that whatever is killed, the last whole state is found.
 */
final class TrainingCheckpoint {

    private static final String STATE = "state.json";
    private static final String WEIGHTS = "weights.safetensors";

    private final Path folder;

    TrainingCheckpoint(Path folder) {
        this.folder = folder;
    }

    /**
     * @param step steps done
     * @param fingerprint of options and data
     * @param loss mean of the last steps
     * @param pairs pairs learned from
     * @param seconds time that it took
     * @param standing what evaluations found
     * @param path the state's folder
     */
    record State(
            long step,
            String fingerprint,
            double loss,
            long pairs,
            double seconds,
            Optional<Standing> standing,
            Path path) {}

    /** The last whole state, if there is one. */
    Optional<State> latest() throws IOException {
        Path file = folder.resolve(STATE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode node = JsonMapper.shared().readTree(Files.readAllBytes(file));
        return Optional.of(new State(
                node.path("step").longValue(),
                node.path("fingerprint").asString(""),
                node.path("loss").doubleValue(0),
                node.path("pairs").longValue(0),
                node.path("seconds").doubleValue(0),
                standing(node.path("validation")),
                folder.resolve(node.path("folder").asString(""))));
    }

    private static Optional<Standing> standing(JsonNode node) {
        return node.isObject()
                ? Optional.of(new Standing(
                        node.path("step").longValue(),
                        node.path("value").doubleValue(),
                        node.path("best_step").longValue(),
                        node.path("best_value").doubleValue(),
                        node.path("since").intValue()))
                : Optional.empty();
    }

    /** Writes the state after {@code program}'s last step, and removes the ones before. */
    void write(TrainableProgram program, String fingerprint, Progress progress) throws IOException {
        Files.createDirectories(folder);
        String name = "step-" + program.steps();
        Path target = folder.resolve(name);
        remove(target);
        Files.createDirectory(target);
        SafeTensorsWriter.write(target.resolve(WEIGHTS), program.weights());
        SafeTensorsWriter.write(target.resolve("moments.safetensors"), program.moments());
        ObjectNode state = JsonMapper.shared().createObjectNode();
        state.put("step", program.steps())
                .put("fingerprint", fingerprint)
                .put("loss", progress.loss())
                .put("pairs", progress.pairs())
                .put("seconds", progress.seconds())
                .put("folder", name);
        progress.standing()
                .ifPresent(standing -> state.putObject("validation")
                        .put("step", standing.step())
                        .put("value", standing.value())
                        .put("best_step", standing.bestStep())
                        .put("best_value", standing.bestValue())
                        .put("since", standing.since()));
        AtomicFile.write(folder.resolve(STATE), writer -> writer.write(state.toString()));
        removeOthers(target, progress.standing().map(standing -> bestFolder(standing.bestStep())));
    }

    /** Writes the weights after {@code program}'s last step, which are the best so far. */
    void keepBest(TrainableProgram program) throws IOException {
        Files.createDirectories(folder);
        Path target = bestFolder(program.steps());
        remove(target);
        Files.createDirectory(target);
        SafeTensorsWriter.write(target.resolve(WEIGHTS), program.weights());
    }

    /** The weights that {@link #keepBest} wrote after a step. */
    List<Weight> best(long step) throws IOException {
        return List.copyOf(
                SafeTensors.read(new DirectoryFiles(bestFolder(step)), WEIGHTS).values());
    }

    private Path bestFolder(long step) {
        return folder.resolve("best-" + step);
    }

    /**
     * Sets {@code program} to a state.
     *
     * @throws InputException if the state was made from another base, or by other options or data
     */
    void restore(State state, String fingerprint, TrainableProgram program) throws IOException {
        if (!state.fingerprint.equals(fingerprint)) {
            throw new InputException("\"" + folder
                    + "\" holds a training with other data or options, or of another base (" + state.fingerprint
                    + ", where now it is " + fingerprint + "); repeat those, or name another folder");
        }
        CheckpointFiles files = new DirectoryFiles(state.path);
        program.restore(
                List.copyOf(SafeTensors.read(files, WEIGHTS).values()),
                List.copyOf(SafeTensors.read(files, "moments.safetensors").values()),
                state.step);
    }

    private void removeOthers(Path kept, Optional<Path> best) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path path : all.filter(path -> Files.isDirectory(path)
                            && !path.equals(kept)
                            && !Optional.of(path).equals(best))
                    .toList()) {
                remove(path);
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }
}
