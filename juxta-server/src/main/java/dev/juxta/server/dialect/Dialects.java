package dev.juxta.server.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which dialect a request is in. Under {@code /NAME} it is that one; without a prefix, of those that have the path, the one
 * that the header or the configuration names, else the first that claims the body. The list begins with those that can
 * tell their requests by a field of their own.
 */
public final class Dialects {

    private static final List<Dialect> ALL = List.of(
            new TextEmbeddingsInference(),
            new Voyage(),
            new CohereV1(),
            new Xinference(),
            new Vllm(),
            new CohereV2(),
            new Jina(),
            new LlamaCpp(),
            new Juxta());

    private Dialects() {}

    /** A dialect's route for a path. */
    public record Candidate(Dialect dialect, Route route, String path) {}

    /** The names of all dialects. */
    public static List<String> names() {
        return ALL.stream().map(Dialect::name).distinct().toList();
    }

    /** A dialect by its name, which is known. */
    public static Dialect named(String name) {
        return ALL.stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The dialects and routes that may answer a path, whatever the method, in order of precedence. */
    public static List<Candidate> candidates(String path) {
        String first = path.substring(0, Math.max(0, path.indexOf('/', 1)));
        Optional<String> prefix =
                names().stream().filter(name -> first.equals("/" + name)).findFirst();
        List<Candidate> candidates = new ArrayList<>();
        ofPath(path, ALL.stream()).forEach(candidates::add);
        String own = path.substring(first.length());
        prefix.ifPresent(name -> ofPath(
                        own, ALL.stream().filter(dialect -> dialect.name().equals(name)))
                .forEach(candidates::add));
        return candidates;
    }

    private static Stream<Candidate> ofPath(String path, Stream<Dialect> dialects) {
        return dialects.flatMap(dialect -> dialect.routes().stream()
                .filter(route -> route.matches(path))
                .map(route -> new Candidate(dialect, route, path)));
    }

    /** The candidate for a body. */
    public static Optional<Candidate> choose(List<Candidate> candidates, Optional<String> named, Fields body) {
        List<Candidate> preferred = candidates.stream()
                .filter(candidate ->
                        named.filter(candidate.dialect().name()::equals).isPresent())
                .toList();
        List<Candidate> eligible = preferred.isEmpty() ? candidates : preferred;
        return eligible.stream()
                .filter(candidate -> candidate.route().claims().test(body))
                .findFirst()
                .or(() -> eligible.stream().findFirst());
    }
}
