package dev.juxta.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The weights of a checkpoint by name, seen from a scope: {@code weights.at("encoder").at("layer.0")} reads
 * {@code encoder.layer.0.…}. It keeps account of what is read, so that a weight which the architecture does not know is
 * found out.
 */
public final class Weights {

    /** Buffers that older checkpoints save although they hold nothing learned. */
    private static final Set<String> BUFFERS = Set.of("position_ids", "token_type_ids");

    private final String location;
    private final Map<String, Weight> all;
    private final Set<String> read;
    private final Set<String> ignored;
    private final String prefix;
    private final Missing missing;

    /** Makes a weight that a checkpoint does not have, such as the head of an encoder that is to be trained. */
    @FunctionalInterface
    public interface Missing {
        /**
         * The weight of this full name; the same one whenever it is asked for.
         *
         * @param shape sizes of its dimensions
         */
        Weight make(String name, int... shape);
    }

    /** Those of a checkpoint that must be complete. */
    public Weights(String location, Map<String, Weight> all) {
        this(location, all, (name, shape) -> {
            throw new WeightException(
                    location + " has no weight \"" + name + "\" " + Arrays.toString(shape) + explanation(name));
        });
    }

    /** Those of a checkpoint, and what {@code missing} makes where one is required that it does not have. */
    public Weights(String location, Map<String, Weight> all, Missing missing) {
        this(location, Map.copyOf(all), new HashSet<>(), new HashSet<>(), "", missing);
    }

    private Weights(
            String location,
            Map<String, Weight> all,
            Set<String> read,
            Set<String> ignored,
            String prefix,
            Missing missing) {
        this.missing = missing;
        this.location = location;
        this.all = all;
        this.read = read;
        this.ignored = ignored;
        this.prefix = prefix;
    }

    /** The same weights seen from within {@code scope}. */
    public Weights at(String scope) {
        return new Weights(location, all, read, ignored, prefix + scope + ".", missing);
    }

    /** The weights within {@code scope}, or these where none is: checkpoints of a bare network leave its name out. */
    public Weights within(String scope) {
        String start = prefix + scope + ".";
        return all.keySet().stream().anyMatch(name -> name.startsWith(start)) ? at(scope) : this;
    }

    /** Lets all weights within {@code scope} go unread: parts that a family saves, and that have no say in a score. */
    public void ignore(String scope) {
        ignored.add(prefix + scope + ".");
    }

    /** Whether a weight of this name is there, within the scope. */
    public boolean contains(String name) {
        return all.containsKey(prefix + name);
    }

    /**
     * The weight of this name.
     *
     * @param shape what its shape must be
     * @throws WeightException if it is missing or has another shape
     */
    public Weight require(String name, int... shape) {
        return find(name, shape).orElseGet(() -> missing.make(prefix + name, shape));
    }

    /** The weight of this name, if it is there. */
    public Optional<Weight> find(String name, int... shape) {
        String key = all.containsKey(prefix + name) ? prefix + name : oldName(prefix + name);
        Weight weight = all.get(key);
        if (weight == null) {
            return Optional.empty();
        }
        if (!weight.shape().equals(Arrays.stream(shape).boxed().toList())) {
            throw new WeightException(location + ": the weight \"" + weight.name() + "\" has the shape "
                    + weight.shape() + " where the configuration asks for " + Arrays.toString(shape));
        }
        read.add(key);
        return Optional.of(weight);
    }

    /** What checkpoints that were converted from TensorFlow call the weight and bias of a layer normalization. */
    private static String oldName(String name) {
        return name.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
                .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta");
    }

    private static String explanation(String name) {
        return name.startsWith("classifier") || name.startsWith("score")
                ? "; it is an encoder without a scoring head, so not a cross-encoder"
                : "; the checkpoint is incomplete";
    }

    /**
     * Checks that every weight has been read.
     *
     * @throws WeightException naming those that have not
     */
    public void requireAllRead() {
        List<String> unused = new ArrayList<>(new TreeSet<>(all.keySet()));
        unused.removeAll(read);
        unused.removeIf(name -> BUFFERS.contains(name.substring(name.lastIndexOf('.') + 1))
                || ignored.stream().anyMatch(name::startsWith));
        if (!unused.isEmpty()) {
            String more = unused.size() > 5 ? " and " + (unused.size() - 5) + " more" : "";
            throw new WeightException(location + " has weights that its configuration gives no place: "
                    + String.join(", ", unused.subList(0, Math.min(5, unused.size()))) + more
                    + "; it is of another architecture than config.json says, or damaged");
        }
    }

    /** A weight that is missing, unused or of the wrong shape; {@code CrossEncoder.load} reports it as a checkpoint error. */
    public static final class WeightException extends RuntimeException {
        private static final long serialVersionUID = 1;

        WeightException(String message) {
            super(message);
        }
    }
}
