package dev.juxta.cli;

import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.hub.HubSettings;
import dev.juxta.hub.ModelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The hub's models, as the user's environment describes them.
 *
 * @param session hears of downloads
 * @param store where the models are
 */
public record Hub(Session session, ModelStore store) {

    /**
     * The hub of the session's environment.
     *
     * @param offline whether nothing may be fetched, whatever the environment says
     */
    public static Hub of(Session session, boolean offline) throws IOException {
        Map<String, String> environment = new HashMap<>(session.environment());
        if (offline) {
            environment.put("HF_HUB_OFFLINE", "1");
        }
        return new Hub(session, new ModelStore(HubSettings.ofEnvironment(environment)));
    }

    /** The folder of a model: a directory, else a hub id, which is fetched where the cache lacks it. */
    public Path find(String name, String revision) throws IOException {
        try (DownloadProgress progress = new DownloadProgress(session, name)) {
            return CheckpointSource.folder(name, id -> store.find(id, revision, progress));
        }
    }

    /** Fetches the newest state of a hub id; its folder. */
    Path pull(String id, String revision) throws IOException {
        try (DownloadProgress progress = new DownloadProgress(session, id)) {
            return store.pull(id, revision, progress);
        }
    }
}
