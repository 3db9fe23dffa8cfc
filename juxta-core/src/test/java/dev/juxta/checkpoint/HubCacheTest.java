package dev.juxta.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hub's local cache: found by the environment, read in its layout, never left. */
class HubCacheTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path folder;

    private Path root;
    private HubCache cache;

    @BeforeEach
    void makeCache() throws IOException {
        root = folder.resolve("hub");
        cache = new HubCache(root);
        snapshot("models--owner--name", COMMIT);
        Path refs = root.resolve("models--owner--name/refs");
        Files.createDirectories(refs.resolve("refs/pr"));
        Files.writeString(refs.resolve("main"), COMMIT);
        Files.writeString(refs.resolve("v1.0"), COMMIT + "\n");
        Files.writeString(refs.resolve("refs/pr/1"), COMMIT);
        snapshot("models--bare", COMMIT);
        snapshot("models--outside", "../../../secret");
        Files.createDirectories(folder.resolve("secret"));
        Files.writeString(folder.resolve("secret/config.json"), "{}");
    }

    private Path snapshot(String model, String commit) throws IOException {
        Path snapshot = root.resolve(model).resolve("snapshots").resolve(commit.startsWith(".") ? COMMIT : commit);
        Files.createDirectories(snapshot);
        Files.writeString(snapshot.resolve("config.json"), "{}");
        Files.createDirectories(root.resolve(model).resolve("refs"));
        Files.writeString(root.resolve(model).resolve("refs/main"), commit);
        return snapshot;
    }

    private static Path rootOf(String... environment) {
        Map<String, String> variables = environment.length == 2
                ? Map.of(environment[0], environment[1])
                : Map.of(environment[0], environment[1], environment[2], environment[3]);
        return HubCache.ofEnvironment(variables).root();
    }

    @Test
    void liesWhereTheEnvironmentSays() {
        Path home = Path.of(System.getProperty("user.home"));
        assertThat(rootOf("HF_HUB_CACHE", "/c", "HF_HOME", "/h")).isEqualTo(Path.of("/c"));
        assertThat(rootOf("HF_HUB_CACHE", "", "HF_HOME", "/h")).isEqualTo(Path.of("/h/hub"));
        assertThat(rootOf("HF_HOME", "/h", "XDG_CACHE_HOME", "/x")).isEqualTo(Path.of("/h/hub"));
        assertThat(rootOf("XDG_CACHE_HOME", "/x")).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(rootOf("HF_HOME", "~/models")).isEqualTo(home.resolve("models/hub"));
        assertThat(rootOf("OTHER", "")).isEqualTo(home.resolve(".cache/huggingface/hub"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "v1.0", "refs/pr/1", COMMIT})
    void findsARevision(String revision) throws IOException {
        assertThat(cache.find("owner/name", revision))
                .contains(root.resolve("models--owner--name/snapshots").resolve(COMMIT));
    }

    @Test
    void findsNothingWhereThereIsNothing() throws IOException {
        assertThat(cache.find("owner/name", "other")).isEmpty();
        assertThat(cache.find("owner/other", "main")).isEmpty();
        assertThat(new HubCache(folder.resolve("no cache")).find("owner/name", "main"))
                .isEmpty();
        assertThat(new HubCache(folder.resolve("no cache")).ids()).isEmpty();
    }

    private Path cached(String id) throws IOException {
        return cache.find(id, "main").orElseThrow();
    }

    @Test
    void findsAModelWithoutOwner() throws IOException {
        assertThat(CheckpointSource.find("bare", this::cached).location()).endsWith(COMMIT);
    }

    @Test
    void listsWhatIsThere() throws IOException {
        Files.writeString(root.resolve("models--half"), "not a folder");
        Files.createDirectories(root.resolve("datasets--owner--set/snapshots"));
        assertThat(cache.ids()).containsExactly("bare", "outside", "owner/name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "..",
                ".",
                "",
                " ",
                "a/../b",
                "../../secret",
                "/etc",
                "owner//name",
                "owner/name/more",
                "owner\\name",
                "owner/na me",
                "owner/na\u0000me",
                "owner/\u00fcber",
                "http://host/owner/name",
            })
    void refusesWhatIsNoId(String id) throws IOException {
        assertThat(HubCache.isId(id)).isFalse();
        assertThat(cache.find(id, "main")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such folder", "a\u0000b", "../missing", "/no/such/folder", ""})
    void namesWhatIsNeitherDirectoryNorId(String name) {
        assertThatThrownBy(() -> CheckpointSource.find(name, this::cached))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("neither a directory nor a hub id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "../../../../secret",
                "refs/../../../../../secret",
                "/etc",
                "",
                " ",
                "a\u0000b",
                ".hidden",
                "main/",
                "C:\\secret"
            })
    void refusesARevisionThatLeavesTheCache(String revision) {
        assertThatThrownBy(() -> cache.find("owner/name", revision))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("is no revision");
    }

    @Test
    void refusesAReferenceThatLeavesTheCache() throws IOException {
        assertThatThrownBy(() -> cache.find("outside", "main"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("must hold the name of a commit");
        Files.write(root.resolve("models--outside/refs/main"), new byte[] {(byte) 0xff, 0});
        assertThatThrownBy(() -> cache.find("outside", "main")).isInstanceOf(CheckpointException.class);
    }
}
