package dev.juxta.checkpoint;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A checkpoint that keeps only what another does not have. Its {@code config.json} lists, under {@code "juxta"} as {@code
 * "shared_weights"}, the weights that are the other's by name; files that it lacks are the other's too.
 *
 * @param own its own files
 * @param other the files of the checkpoint that it shares
 */
public record SharingFiles(CheckpointFiles own, CheckpointFiles other) implements CheckpointFiles {

    private static final String SHARED = "shared_weights";

    @Override
    public String location() {
        return own.location();
    }

    @Override
    public boolean contains(String name) {
        return own.contains(name) || other.contains(name);
    }

    @Override
    public String describe(String name) {
        return holder(name).describe(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
        return holder(name).read(name);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        return holder(name).openWeights(name);
    }

    @Override
    public Map<String, Weight> weights() throws IOException {
        Set<String> shared = shared();
        Map<String, Weight> weights = new LinkedHashMap<>();
        other.weights().forEach((name, weight) -> {
            if (shared.contains(name)) {
                weights.put(name, weight);
            }
        });
        weights.putAll(own.weights());
        return weights;
    }

    /**
     * Of what it judges, how much the other judges again, where it stands before the other.
     *
     * @param share of a query's candidates, above 0 and at most 1
     * @param least but at least so many, 1 or more
     */
    public record Passed(double share, int least) {}

    /**
     * What its configuration says, under {@code "juxta"} as {@code "cascade"}, of how much the other judges again.
     *
     * @throws CheckpointException if it does not say so
     */
    public Passed passed() throws IOException {
        JsonFile config = JsonFile.read(own, "config.json");
        JsonNode cascade = config.root().path("juxta").path("cascade");
        Passed passed = new Passed(
                cascade.path("share").asDouble(0), cascade.path("least").asInt(0));
        if (!(passed.share > 0 && passed.share <= 1) || passed.least < 1) {
            throw new CheckpointException(config.file() + ": \"cascade\" must have a \"share\" above 0 and at most 1,"
                    + " and a \"least\" of at least 1, and is " + cascade);
        }
        return passed;
    }

    private Set<String> shared() throws IOException {
        JsonFile config = JsonFile.read(own, "config.json");
        JsonNode shared = config.root().path("juxta").path(SHARED);
        if (!shared.isArray()) {
            throw new CheckpointException(
                    config.file() + ": \"" + SHARED + "\" must list names of weights, and is " + shared);
        }
        return shared.valueStream().map(JsonNode::asString).collect(Collectors.toSet());
    }

    private CheckpointFiles holder(String name) {
        return own.contains(name) || !other.contains(name) ? own : other;
    }
}
