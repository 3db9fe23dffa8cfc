package dev.juxta.hub;

import dev.juxta.checkpoint.HubCache;
import dev.juxta.hub.HubException.Reason;
import dev.juxta.hub.HubHttp.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The models of the hub on this machine. It shares its cache with Python's {@code huggingface_hub}: what one has fetched
 * the other finds.
 *
 * @param settings where models come from and where they are kept
 */
public record ModelStore(HubSettings settings) {

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** The store that the environment describes; see {@link HubSettings}. */
    public static ModelStore ofEnvironment() throws HubException {
        return new ModelStore(HubSettings.ofEnvironment(System.getenv()));
    }

    /**
     * The folder of a model: from the cache if it is there whole, without asking the hub for news; else fetched.
     *
     * @param id such as {@code owner/name}
     * @param revision a branch, tag or commit
     * @throws HubException if it is not there and cannot be fetched; the message says what would help
     */
    public Path find(String id, String revision, DownloadListener listener) throws IOException {
        requireNames(id, revision);
        Optional<Path> cached = settings.cache().find(id, revision);
        if (cached.isPresent() && (settings.offline() || Snapshot.isComplete(id, cached.get()))) {
            return cached.get();
        }
        if (settings.offline()) {
            throw new HubException(
                    Reason.OFFLINE,
                    "\"" + id + "\" (revision " + revision + ") is not in the cache "
                            + settings.cache().root()
                            + ", and fetching is switched off (HF_HUB_OFFLINE); switch it on, or name a directory that holds the checkpoint");
        }
        return pull(id, revision, listener);
    }

    /**
     * Fetches the newest state of a revision, or what is missing of it.
     *
     * @return the folder of its files
     */
    public Path pull(String id, String revision, DownloadListener listener) throws IOException {
        requireNames(id, revision);
        if (settings.offline()) {
            throw new HubException(
                    Reason.OFFLINE,
                    "\"" + id + "\" is not fetched, as fetching is switched off (HF_HUB_OFFLINE); switch it on");
        }
        return new ModelFetch(settings, new Subject(id, revision), listener).fetch();
    }

    private static void requireNames(String id, String revision) throws HubException {
        if (!HubCache.isId(id) || id.contains("..")) {
            throw new HubException(Reason.NO_MODEL, "\"" + id + "\" is no hub id; one is owner/name");
        }
        if (!FileSelection.isSafe(revision) || revision.startsWith("-")) {
            throw new HubException(
                    Reason.NO_REVISION, "\"" + revision + "\" is no revision; name a branch, a tag or a commit");
        }
    }

    /** The models in the cache, in alphabetical order. */
    public List<CachedModel> list() throws IOException {
        List<CachedModel> models = new ArrayList<>();
        for (String id : settings.cache().ids()) {
            Path folder = settings.cache().folder(id);
            models.add(new CachedModel(id, folder, revisions(folder.resolve("refs")), bytes(folder)));
        }
        return models;
    }

    /**
     * Removes a model, all revisions of it, from the cache.
     *
     * @return the bytes that this freed
     * @throws HubException if it is not there
     */
    public long remove(String id) throws IOException {
        requireNames(id, "main");
        Path folder = settings.cache().folder(id);
        if (!Files.isDirectory(folder)) {
            List<String> ids = settings.cache().ids();
            throw new HubException(
                    Reason.NO_MODEL,
                    "\"" + id + "\" is not in the cache " + settings.cache().root() + "; it holds "
                            + (ids.isEmpty() ? "no models" : String.join(", ", ids)));
        }
        long bytes = bytes(folder);
        delete(folder.resolve("refs")); // so that, whatever happens, no half of it is found
        delete(folder);
        delete(settings.cache().root().resolve(".locks").resolve(folder.getFileName()));
        return bytes;
    }

    /** Without those that are damaged, which are no reason to hide the other models. */
    private static Map<String, String> revisions(Path refs) throws IOException {
        Map<String, String> revisions = new TreeMap<>();
        if (Files.isDirectory(refs)) {
            for (Path ref : files(refs)) {
                String commit = new String(Files.readAllBytes(ref), StandardCharsets.UTF_8).strip();
                if (COMMIT.matcher(commit).matches()) {
                    revisions.put(refs.relativize(ref).toString().replace('\\', '/'), commit);
                }
            }
        }
        return revisions;
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : files(folder)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** The files themselves, not the links to them. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
