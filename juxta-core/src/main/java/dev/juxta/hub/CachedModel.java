package dev.juxta.hub;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A model in the cache.
 *
 * @param id such as {@code owner/name}
 * @param folder where it lies
 * @param revisions branches and tags that were fetched, in alphabetical order, and the commit each stood for
 * @param bytes the space it takes
 */
public record CachedModel(String id, Path folder, Map<String, String> revisions, long bytes) {

    public CachedModel {
        revisions = Collections.unmodifiableMap(new TreeMap<>(revisions));
    }
}
