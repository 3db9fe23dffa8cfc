package dev.juxta.hub;

import dev.juxta.checkpoint.JsonFile;
import dev.juxta.hub.HubException.Reason;
import dev.juxta.hub.HubHttp.Request;
import dev.juxta.hub.HubHttp.Subject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Fetches one revision of one model: all contents first, then the snapshot that shows them. */
final class ModelFetch {

    private static final Logger LOGGER = System.getLogger(ModelFetch.class.getName());

    private static final int PARALLEL = 4;
    private static final int STOP_SECONDS = 10;

    private final HubHttp http;
    private final HubSettings settings;
    private final Subject model;
    private final Path folder;
    private final DownloadListener listener;

    ModelFetch(HubSettings settings, Subject model, DownloadListener listener) {
        this.http = new HubHttp(settings);
        this.settings = settings;
        this.model = model;
        this.folder = settings.cache().folder(model.id());
        this.listener = listener;
    }

    private record Listing(String commit, Set<String> names) {}

    /** Fetches what is missing; the snapshot's folder. */
    Path fetch() throws IOException {
        Listing listing = listing();
        FileSelection selection = new FileSelection(model.id(), listing.names);
        Map<String, Path> blobs = new LinkedHashMap<>(download(describe(selection.guides(), listing.commit), false));
        List<String> others = new ArrayList<>(selection.needed(new GuideFiles(model.id(), blobs)));
        others.removeAll(blobs.keySet());
        blobs.putAll(download(describe(others, listing.commit), true));
        Snapshot snapshot = new Snapshot(folder, listing.commit);
        snapshot.link(blobs, settings.symlinks());
        snapshot.name(model.revision());
        return snapshot.folder();
    }

    private Listing listing() throws IOException {
        URI address = URI.create(settings.endpoint() + "/api/models/" + model.id() + "/revision/"
                + RemoteFile.encoded(model.revision()));
        JsonFile answer = JsonFile.parse(address.toString(), http.read(new Request(false, address, 0, model)));
        String commit = answer.text("sha").orElse("");
        Set<String> names = new TreeSet<>();
        for (JsonNode sibling : answer.root().path("siblings")) {
            names.add(sibling.path("rfilename").asString(""));
        }
        if (!commit.matches("[0-9a-f]{40}")) {
            throw new HubException(
                    Reason.UNREACHABLE,
                    address + " does not answer as a hub does (no \"sha\" of a commit); check HF_ENDPOINT");
        }
        return new Listing(commit, names);
    }

    private List<RemoteFile> describe(List<String> names, String commit) throws IOException {
        List<Callable<RemoteFile>> tasks = new ArrayList<>();
        for (String name : names) {
            tasks.add(() -> RemoteFile.of(http, settings, model, commit, name));
        }
        return new ArrayList<>(inParallel(tasks));
    }

    private Map<String, Path> download(List<RemoteFile> files, boolean reported) throws IOException {
        Path blobs = folder.resolve("blobs");
        Files.createDirectories(blobs);
        DownloadListener told = reported ? listener : DownloadListener.silent();
        synchronized (listener) {
            told.started(
                    files.size(),
                    files.stream().mapToLong(file -> file.size().orElse(0)).sum());
        }
        List<Callable<Map.Entry<String, Path>>> tasks = new ArrayList<>();
        for (RemoteFile file : files) {
            tasks.add(() -> Map.entry(file.name(), download(file, blobs, told)));
        }
        Map<String, Path> downloaded = new LinkedHashMap<>();
        inParallel(tasks).forEach(entry -> downloaded.put(entry.getKey(), entry.getValue()));
        return downloaded;
    }

    private Path download(RemoteFile file, Path blobs, DownloadListener told) throws IOException {
        Path locks = settings.cache().root().resolve(".locks").resolve(folder.getFileName());
        try (CacheLock lock = CacheLock.hold(locks.resolve(file.etag() + ".lock"))) {
            // Where others cannot be kept out, a name of its own, at the price of beginning again after a cut.
            String part = lock.isExclusive() ? file.etag() : file.etag() + "." + UUID.randomUUID();
            BlobDownload download = new BlobDownload(http, settings, model, file, blobs, part);
            if (download.isHere()) {
                long size = Files.size(download.blob());
                synchronized (listener) {
                    told.present(file.name(), size);
                }
                return download.blob();
            }
            Path blob = download.fetch(bytes -> {
                synchronized (listener) {
                    told.progressed(file.name(), bytes, file.size().orElse(bytes));
                }
            });
            synchronized (listener) {
                told.finished(file.name());
            }
            return blob;
        }
    }

    /** The results in the order in which they came; the first failure ends the others. */
    private static <T> List<T> inParallel(List<Callable<T>> tasks) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(PARALLEL, task -> {
            Thread thread = new Thread(task, "juxta-download");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<T> running = new ExecutorCompletionService<>(threads);
            tasks.forEach(running::submit);
            List<T> results = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                results.add(running.take().get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The download was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("A download failed", e.getCause());
        } finally {
            end(threads);
        }
    }

    /** Stops what still runs and waits for it, so that nothing is written after the answer. */
    private static void end(ExecutorService threads) {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.log(Level.DEBUG, "A download still runs {0} s after it was stopped", STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
