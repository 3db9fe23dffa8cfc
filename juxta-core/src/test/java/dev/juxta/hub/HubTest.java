package dev.juxta.hub;

import static dev.juxta.hub.LocalHub.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.hub.HubException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the hub client begin with: a local hub with one model, and an empty cache. */
@Timeout(30)
abstract class HubTest {

    static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path cache;

    LocalHub hub;

    @BeforeEach
    void startHub() throws IOException {
        byte[] weights = new byte[300_000];
        new Random(0).nextBytes(weights);
        hub = new LocalHub()
                .with("config.json", "{\"model_type\":\"bert\"}")
                .with("tokenizer.json", "{}")
                .with("README.md", "# A model\n")
                .with("onnx/model.onnx", "not needed")
                .with("pytorch_model.bin", "not needed either")
                .with("vocab.txt", "nor this")
                .with(WEIGHTS, weights);
    }

    @AfterEach
    void stopHub() {
        hub.close();
    }

    /** The hub's settings, with links or without them, on such a disk. */
    HubSettings settings(boolean symlinks, HubSettings.Space space) {
        HubSettings usual = hub.settings(cache);
        return new HubSettings(
                usual.endpoint(),
                usual.cache(),
                usual.token(),
                usual.offline(),
                symlinks,
                usual.timeout(),
                usual.attempts(),
                usual.pause(),
                usual.proxies(),
                space);
    }

    Path folder() {
        return cache.resolve("models--owner--name");
    }

    Path pull() throws IOException {
        return hub.store(cache).pull(ID, "main", DownloadListener.silent());
    }

    List<String> blobs() throws IOException {
        try (var blobs = Files.list(folder().resolve("blobs"))) {
            return blobs.map(blob -> blob.getFileName().toString()).toList();
        }
    }

    /** Nothing stands under a name by which a model would be found. */
    void assertNoModel() throws IOException {
        assertThat(folder().resolve("refs")).doesNotExist();
        assertThat(folder().resolve("snapshots")).doesNotExist();
        if (Files.exists(folder().resolve("blobs"))) {
            for (String name : blobs()) {
                Path blob = folder().resolve("blobs").resolve(name);
                assertThat(name)
                        .satisfiesAnyOf(
                                part -> assertThat(part).endsWith(".juxta.incomplete"),
                                whole -> assertThat(whole).isEqualTo(ContentHash.sha256(blob)),
                                whole -> assertThat(whole).isEqualTo(ContentHash.gitSha1(blob)));
            }
        }
    }

    void assertRefused(Reason reason, String message) {
        assertThatThrownBy(this::pull)
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }
}
