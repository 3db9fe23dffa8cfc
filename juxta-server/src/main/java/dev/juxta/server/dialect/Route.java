package dev.juxta.server.dialect;

import java.util.List;
import java.util.function.Predicate;

/**
 * Paths that a dialect answers.
 *
 * @param method {@code GET}, {@code POST} or {@code DELETE}
 * @param paths of which a last segment {@code *} stands for any
 * @param claims tells by its body whether a request is in this dialect, where others have the same path
 * @param operation answers
 */
public record Route(String method, List<String> paths, Predicate<Fields> claims, Operation operation) {

    public Route {
        paths = List.copyOf(paths);
    }

    /** A path with a body. */
    public static Route post(List<String> paths, Predicate<Fields> claims, Operation operation) {
        return new Route("POST", paths, claims, operation);
    }

    /** A path without a body. */
    public static Route get(String path, Operation operation) {
        return new Route("GET", List.of(path), body -> true, operation);
    }

    /** Whether a path is one of these. */
    public boolean matches(String path) {
        return paths.stream().anyMatch(own -> own.equals(path) || (own.endsWith("/*") && isBelow(path, own)));
    }

    private static boolean isBelow(String path, String pattern) {
        String folder = pattern.substring(0, pattern.length() - 1);
        return path.startsWith(folder) && path.length() > folder.length();
    }
}
