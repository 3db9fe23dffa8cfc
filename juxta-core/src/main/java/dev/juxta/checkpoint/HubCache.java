package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The local cache of the Hugging Face hub, in the layout that its Python client writes:
 * {@code models--<owner>--<name>/refs/<revision>} holds a commit, {@code …/snapshots/<commit>/} its files.
 *
 * @param root the folder of the {@code models--…} folders
 */
public record HubCache(Path root) {

    private static final Pattern ID = Pattern.compile("([\\w.-]+/)?[\\w.-]+");

    /** As git names them, parted by {@code /}; no part begins with a dot, so none leads out of the cache. */
    private static final Pattern REVISION = Pattern.compile("[\\w+@-][\\w.+@-]*(/[\\w+@-][\\w.+@-]*)*");

    private static final Pattern COMMIT = Pattern.compile("\\w+");
    private static final String PREFIX = "models--";

    /** The cache that the environment names: HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub. */
    public static HubCache ofEnvironment(Map<String, String> environment) {
        String cache = environment.getOrDefault("HF_HUB_CACHE", "");
        if (!cache.isEmpty()) {
            return new HubCache(path(cache));
        }
        String home = environment.getOrDefault("HF_HOME", "");
        if (!home.isEmpty()) {
            return new HubCache(path(home).resolve("hub"));
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches = xdg.isEmpty() ? path("~/.cache") : path(xdg);
        return new HubCache(caches.resolve("huggingface").resolve("hub"));
    }

    /** A path as the Python client reads it: where no shell has done so, {@code ~} stands for the user's folder. */
    private static Path path(String text) {
        return text.startsWith("~/") ? Path.of(System.getProperty("user.home"), text.substring(2)) : Path.of(text);
    }

    /** Whether the text has the form of a hub id: {@code owner/name} or {@code name}. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches() && !text.startsWith(".") && !text.contains("..");
    }

    /**
     * The snapshot of a model in the cache.
     *
     * @throws CheckpointException if {@code revision} cannot be the name of a branch, tag or commit
     */
    public Optional<Path> find(String id, String revision) throws IOException {
        if (!REVISION.matcher(revision).matches()) {
            throw new CheckpointException("\"" + revision + "\" is no revision; name a branch, a tag or a commit");
        }
        if (!isId(id)) {
            return Optional.empty();
        }
        Path model = folder(id);
        Path ref = model.resolve("refs").resolve(revision);
        String commit = Files.isRegularFile(ref) ? commit(ref) : revision;
        Path snapshot = model.resolve("snapshots").resolve(commit);
        return Files.isDirectory(snapshot) ? Optional.of(snapshot) : Optional.empty();
    }

    private static String commit(Path ref) throws IOException {
        String commit = new String(Files.readAllBytes(ref), StandardCharsets.UTF_8).strip();
        if (!COMMIT.matcher(commit).matches()) {
            throw new CheckpointException(ref + " must hold the name of a commit; it is damaged, so download it again");
        }
        return commit;
    }

    /** The folder of a model, whether it is there or not. */
    public Path folder(String id) {
        return root.resolve(PREFIX + id.replace("/", "--"));
    }

    /** The ids of the models in the cache, in alphabetical order. */
    public List<String> ids() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(root)) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX) && Files.isDirectory(root.resolve(name)))
                    .map(name -> name.substring(PREFIX.length()).replace("--", "/"))
                    .filter(HubCache::isId)
                    .sorted()
                    .toList();
        }
    }
}
