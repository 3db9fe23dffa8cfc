package dev.juxta.server.dialect;

import java.util.List;

/** One wire format. */
public interface Dialect {

    /** Its name, as {@code --dialect}, the header and the prefix of unmistakable paths have it: {@code cohere}. */
    String name();

    /** What it answers. Paths that others have too go to the first dialect that claims a request. */
    List<Route> routes();

    /**
     * Its envelope for a problem.
     *
     * @param id the request's
     */
    Answer problem(Problem problem, String id);
}
