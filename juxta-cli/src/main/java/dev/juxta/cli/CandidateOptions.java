package dev.juxta.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which queries and candidates the forms of {@code juxta evaluate} with a second stage take. */
final class CandidateOptions {

    private static final int DEFAULT_CANDIDATES = 100;

    @Option(names = "--split", paramLabel = "S", description = "Which qrels of the folder; default: test.")
    private String split = "test";

    @Option(
            names = "--candidates",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "How many of each query's best to rerank; default: 100.")
    private Optional<Integer> candidates = Optional.empty();

    @Option(
            names = "--depths",
            paramLabel = "N",
            split = ",",
            converter = OptionValues.Count.class,
            description = "Also measure fewer candidates, as 10,25,50, with the time that they take.")
    private List<Integer> depths = List.of();

    @Option(
            names = "--max-queries",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description = "Only so many of the judged queries, evenly spaced; default: all.")
    private int maxQueries = Integer.MAX_VALUE;

    @Option(names = "--run", paramLabel = "OUT", description = "Write the last stage's run, for any other tool.")
    private Optional<Path> runOut = Optional.empty();

    String split() {
        return split;
    }

    int candidates() {
        return candidates.orElse(DEFAULT_CANDIDATES);
    }

    int maxQueries() {
        return maxQueries;
    }

    Optional<Path> runOut() {
        return runOut;
    }

    boolean hasDepths() {
        return !depths.isEmpty();
    }

    /**
     * Checks that nothing asks for a part of candidates that stand in no order.
     *
     * @throws UsageException if something does
     */
    void requireAll(String data) {
        if (candidates.isPresent() || hasDepths()) {
            throw new UsageException((hasDepths() ? "--depths" : "--candidates") + " takes the first of a first stage's"
                    + " candidates, and those of " + data + " are in no order; leave it out, and all are reranked");
        }
    }

    /** The numbers of candidates to measure, fewest first. */
    List<Integer> allDepths() {
        return Stream.concat(
                        depths.stream().filter(depth -> depth < candidates()),
                        IntStream.of(candidates()).boxed())
                .distinct()
                .sorted()
                .toList();
    }
}
