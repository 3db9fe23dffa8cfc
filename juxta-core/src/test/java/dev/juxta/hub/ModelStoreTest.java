package dev.juxta.hub;

import static dev.juxta.hub.LocalHub.COMMIT;
import static dev.juxta.hub.LocalHub.ID;
import static dev.juxta.hub.LocalHub.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.CrossEncoder;
import dev.juxta.hub.HubException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub's models lie in the cache as Python's client lays them, and refusals are explained. */
class ModelStoreTest extends HubTest {

    @Test
    void onlyWhatIsNeededIsFetchedIntoPythonsLayout() throws IOException {
        Path snapshot = pull();
        assertThat(snapshot).isEqualTo(folder().resolve("snapshots").resolve(COMMIT));
        assertThat(Files.readString(folder().resolve("refs/main"))).isEqualTo(COMMIT);
        try (var files = Files.list(snapshot)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("README.md", "config.json", "tokenizer.json", WEIGHTS);
        }
        Path link = Files.readSymbolicLink(snapshot.resolve(WEIGHTS));
        assertThat(link).isRelative().startsWithRaw(Path.of("../../blobs"));
        assertThat(ContentHash.sha256(snapshot.resolve(WEIGHTS)))
                .isEqualTo(link.getFileName().toString());
        assertThat(blobs()).hasSize(4).noneMatch(name -> name.contains("incomplete"));
    }

    @Test
    void theTokenGoesToTheHubAndToNobodyElse() throws IOException {
        pull();
        assertThat(hub.hubRequests).isNotEmpty().allMatch(request -> request.endsWith(" Bearer hf_secret"));
        assertThat(hub.storeRequests).isNotEmpty().allMatch(request -> request.endsWith(" null"));
        assertThat(hub.settings(cache).toString()).doesNotContain("hf_secret");
    }

    @Test
    void aModelInTheCacheNeedsNoNetwork() throws IOException {
        ModelStore store = hub.store(cache);
        Path fetched = store.find(ID, "main", DownloadListener.silent());
        hub.hubRequests.clear();
        assertThat(store.find(ID, "main", DownloadListener.silent())).isEqualTo(fetched);
        assertThat(store.find(ID, COMMIT, DownloadListener.silent())).isEqualTo(fetched);
        assertThat(hub.hubRequests).isEmpty();
    }

    @Test
    void whatAnotherProgramLeftOutIsFetched() throws IOException {
        Files.delete(pull().resolve(WEIGHTS));
        Path snapshot = hub.store(cache).find(ID, "main", DownloadListener.silent());
        assertThat(snapshot.resolve(WEIGHTS)).isRegularFile();
        assertThat(hub.storeRequests).hasSize(1); // the blob was still there
    }

    @Test
    void aRealCheckpointArrivesAndScores() throws IOException {
        Path golden = Path.of("src/test/resources/golden/bert-tiny-1label");
        try (LocalHub real = new LocalHub().withFolder(golden)) {
            Path snapshot = real.store(cache).find(ID, "main", DownloadListener.silent());
            try (CrossEncoder fetched = CrossEncoder.load(snapshot);
                    CrossEncoder original = CrossEncoder.load(golden)) {
                assertThat(fetched.rank("a", List.of("b", "c"))).isEqualTo(original.rank("a", List.of("b", "c")));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../outside", "", "a/b", ".."})
    void anEtagCannotLeadOutOfTheCache(String etag) {
        hub.lyingAboutEtag(WEIGHTS, etag);
        assertRefused(Reason.UNREACHABLE, "has the ETag \"" + etag + "\", by which nothing can be kept");
    }

    @Test
    void aNameCannotLeadOutOfTheCache() throws IOException {
        hub.with("../../config.json", "{}").with("/etc/vocab.txt", "x");
        pull();
        assertThat(cache.resolve("config.json")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | RepoNotFound     | false | NO_MODEL    | "owner/name" is no model of ADDRESS, or a private one; check its spelling, or set HF_TOKEN to a token that may read it
            401 | RepoNotFound     | true  | NO_MODEL    | "owner/name" is no model of ADDRESS, or a private one; check its spelling, and that your token may read it
            401 |                  | false | NO_MODEL    | is no model of ADDRESS, or a private one
            401 |                  | true  | FORBIDDEN   | ADDRESS does not accept your token (why); set HF_TOKEN to a valid one, or unset it for a public model
            401 | GatedRepo        | false | GATED       | "owner/name" is gated: accept its terms at ADDRESS/owner/name, then set HF_TOKEN to a token of the account that did
            403 | GatedRepo        | true  | GATED       | "owner/name" is gated: accept its terms at ADDRESS/owner/name with the account of your token
            403 |                  | true  | FORBIDDEN   | ADDRESS refuses access to "owner/name" (why); set HF_TOKEN to a token that may read it
            404 | RevisionNotFound | true  | NO_REVISION | "owner/name" has no revision "main"; name a branch, a tag or a commit that ADDRESS/owner/name/tree/main lists
            404 | RepoNotFound     | true  | NO_MODEL    | "owner/name" is no model of ADDRESS
            404 |                  | true  | NO_FILE     | "owner/name" has nothing at ADDRESS/api/models/owner/name/revision/main; check its id
            503 |                  | true  | UNREACHABLE | ADDRESS answers 503 (why) for "owner/name"; try again later
            429 |                  | false | UNREACHABLE | ADDRESS has had too many requests from here (why); try again in some minutes, or set HF_TOKEN
            """)
    void aRefusalIsExplained(int status, String code, boolean token, Reason reason, String message) {
        LocalHub.Fault fault = code == null
                ? status(status, "X-Error-Message", "why")
                : status(status, "X-Error-Code", code, "X-Error-Message", "why");
        hub.failing("/revision/main", fault, fault, fault);
        ModelStore store = new ModelStore(hub.settings(cache, token ? Optional.of("hf_secret") : Optional.empty()));
        assertThatThrownBy(() -> store.pull(ID, "main", DownloadListener.silent()))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message.replace("ADDRESS", hub.address().toString()));
    }

    @Test
    void aTokenThatNoHeaderCanCarryIsRefused() {
        ModelStore store = new ModelStore(hub.settings(cache, Optional.of("hf_\nsecret")));
        assertThatThrownBy(() -> store.pull(ID, "main", DownloadListener.silent()))
                .isInstanceOf(HubException.class)
                .hasMessage("The token of HF_TOKEN has characters that no token has; copy it again");
    }

    @Test
    void aMovedModelIsFoundAndALoopIsNot() throws IOException {
        hub.failing(
                "/api/models/owner/old/revision/main", status(307, "Location", "/api/models/owner/name/revision/main"));
        hub.failing("/revision/main", status(307, "Location", "/api/models/owner/name/revision/main"));
        pull();
        LocalHub.Fault loop = status(307, "Location", "/api/models/owner/name/revision/main");
        hub.failing("/revision/main", loop, loop, loop, loop, loop, loop, loop, loop);
        assertRefused(Reason.UNREACHABLE, "redirects more than 5 times");
    }

    @Test
    void aServerThatIsNoHubIsNamed() {
        hub.failing("/revision/main", wholePage());
        assertThatThrownBy(this::pull).isInstanceOf(IOException.class).hasMessageContaining("/revision/main");
    }

    private static LocalHub.Fault wholePage() {
        return (exchange, content) -> {
            byte[] page = "<html>Log in to the network</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        };
    }

    @Test
    void withoutSymlinksTheSnapshotHasFiles() throws IOException {
        HubSettings plain = settings(false, hub.settings(cache).space());
        Path snapshot = new ModelStore(plain).pull(ID, "main", DownloadListener.silent());
        assertThat(snapshot.resolve(WEIGHTS)).hasSize(300_000);
        assertThat(Files.isSymbolicLink(snapshot.resolve(WEIGHTS))).isFalse();
    }

    @Test
    void shardsAndModulesAreFetchedByWhatTheirIndexNames() throws IOException {
        try (LocalHub sharded = new LocalHub()
                .with("config.json", "{}")
                .with("modules.json", "[{\"path\":\"\"},{\"path\":\"2_Dense\"},{\"path\":\"../out\"}]")
                .with("2_Dense/config.json", "{}")
                .with("2_Dense/pytorch_model.bin", "dense")
                .with("1_Other/config.json", "{}")
                .with("vocab.json", "{}")
                .with("merges.txt", "")
                .with("model.safetensors.index.json", "{\"weight_map\":{\"a\":\"part-1.safetensors\"}}")
                .with("part-1.safetensors", "one")
                .with("part-2.safetensors", "two")) {
            Path snapshot = sharded.store(cache).pull(ID, "refs/pr/1", DownloadListener.silent());
            try (var files = Files.walk(snapshot)) {
                assertThat(files.filter(Files::isRegularFile)
                                .map(file -> snapshot.relativize(file).toString()))
                        .containsExactlyInAnyOrder(
                                "config.json",
                                "modules.json",
                                "2_Dense/config.json",
                                "2_Dense/pytorch_model.bin",
                                "vocab.json",
                                "merges.txt",
                                "model.safetensors.index.json",
                                "part-1.safetensors");
            }
            assertThat(Files.readString(folder().resolve("refs/refs/pr/1"))).isEqualTo(COMMIT);
        }
    }

    @Test
    void whatIsNoCheckpointIsRefused() throws IOException {
        try (LocalHub other = new LocalHub().with("model.gguf", "x")) {
            assertThatThrownBy(() -> other.store(cache).pull(ID, "main", DownloadListener.silent()))
                    .hasMessage("\"owner/name\" has no config.json, so it is no checkpoint; name another model");
            other.with("config.json", "{}").with("tf_model.h5", "x");
            assertThatThrownBy(() -> other.store(cache).pull(ID, "main", DownloadListener.silent()))
                    .hasMessageContaining("has no weights that can be read")
                    .hasMessageContaining("it has config.json, model.gguf, tf_model.h5");
        }
    }

    @Test
    void modelsAreListedAndRemoved() throws IOException {
        ModelStore store = hub.store(cache);
        assertThat(store.list()).isEmpty();
        pull();
        assertThat(store.list()).singleElement().satisfies(model -> {
            assertThat(model.id()).isEqualTo(ID);
            assertThat(model.revisions()).containsEntry("main", COMMIT);
            assertThat(model.bytes()).isBetween(300_000L, 301_000L);
        });
        assertThat(store.remove(ID)).isBetween(300_000L, 301_000L);
        assertThat(folder()).doesNotExist();
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> store.remove(ID)).hasMessageEndingWith("it holds no models");
    }

    @ParameterizedTest
    @CsvSource({"../x,main,is no hub id", "a/b/c,main,is no hub id", "a/..b,main,is no hub id", "a,../x,is no revision"
    })
    void namesCannotLeadOutOfTheCache(String id, String revision, String reason) {
        assertThatThrownBy(() -> hub.store(cache).pull(id, revision, DownloadListener.silent()))
                .hasMessageContaining(reason);
        assertThat(hub.hubRequests).isEmpty();
    }
}
