package dev.juxta.hub;

import dev.juxta.checkpoint.HubCache;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program of its own that pulls a model and says when the weights begin to come, so that a test can kill it. */
public final class PullProgram {

    private PullProgram() {}

    public static void main(String[] arguments) throws Exception {
        HubSettings settings = new HubSettings(
                URI.create(arguments[0]),
                new HubCache(Path.of(arguments[1])),
                Optional.empty(),
                false,
                true,
                Duration.ofMinutes(1),
                1,
                Duration.ofMillis(1),
                new EnvironmentProxies(Map.of(), List.of("*")),
                folder -> Long.MAX_VALUE);
        new ModelStore(settings).pull(LocalHub.ID, "main", new DownloadListener() {
            @Override
            public void progressed(String file, long bytes, long size) {
                if (file.equals("model.safetensors")) {
                    System.out.println("begun");
                }
            }
        });
    }
}
