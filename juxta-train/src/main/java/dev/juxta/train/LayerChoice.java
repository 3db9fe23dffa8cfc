package dev.juxta.train;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.Weight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checkpoint with some of its layers left out.
 *
 * @param checkpoint the whole one
 * @param kept which of its layers stay, in order
 */
record LayerChoice(CheckpointFiles checkpoint, List<Integer> kept) implements CheckpointFiles {

    private static final String CONFIG = "config.json";

    /** How families call the number of their layers. */
    private static final List<String> KEYS = List.of("num_hidden_layers", "n_layers");

    /** Families whose layers share their weights, or take turns in what they attend to. */
    private static final Set<String> UNEVEN = Set.of("albert", "gemma3_text", "modernbert");

    private static final Pattern LAYER = Pattern.compile("((?:^|.*\\.)layers?\\.)([0-9]{1,4})(\\..*)");

    /**
     * {@code count} layers, evenly spaced from the first to the last.
     *
     * @throws CheckpointException if it has not more than that, or cannot do with less than all
     */
    static LayerChoice evenly(CheckpointFiles checkpoint, int all, int count, String modelType)
            throws CheckpointException {
        if (count < 1 || count > all) {
            throw new CheckpointException(
                    checkpoint.location() + " has " + all + " layers; keep 1 to " + all + " of them, not " + count);
        }
        if (UNEVEN.contains(modelType) && count < all) {
            throw new CheckpointException(checkpoint.location() + " is a " + modelType
                    + ", whose layers cannot be taken out; keep all " + all);
        }
        List<Integer> kept = IntStream.range(0, count)
                .mapToObj(i -> count == 1 ? 0 : (int) Math.round((double) i * (all - 1) / (count - 1)))
                .toList();
        return new LayerChoice(checkpoint, kept);
    }

    /** The weights of the layers that stay, under their new numbers, and all others. */
    Map<String, Weight> apply(Map<String, Weight> weights) {
        Map<String, Weight> chosen = new LinkedHashMap<>();
        weights.forEach((name, weight) -> {
            Matcher layer = LAYER.matcher(name);
            if (!layer.matches()) {
                chosen.put(name, weight);
                return;
            }
            int index = kept.indexOf(Integer.parseInt(layer.group(2)));
            if (index >= 0) {
                String renamed = layer.group(1) + index + layer.group(3);
                chosen.put(renamed, weight.named(renamed));
            }
        });
        return chosen;
    }

    @Override
    public String location() {
        return checkpoint.location();
    }

    @Override
    public boolean contains(String name) {
        return checkpoint.contains(name);
    }

    @Override
    public String describe(String name) {
        return checkpoint.describe(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
        byte[] bytes = checkpoint.read(name);
        if (!name.equals(CONFIG) || !(JsonMapper.shared().readTree(bytes) instanceof ObjectNode config)) {
            return bytes;
        }
        KEYS.stream().filter(config::has).forEach(key -> config.put(key, kept.size()));
        return config.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        return checkpoint.openWeights(name);
    }
}
