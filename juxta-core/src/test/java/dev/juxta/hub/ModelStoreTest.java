package dev.juxta.hub;

import static dev.juxta.hub.LocalHub.COMMIT;
import static dev.juxta.hub.LocalHub.ID;
import static dev.juxta.hub.LocalHub.cutAfter;
import static dev.juxta.hub.LocalHub.hang;
import static dev.juxta.hub.LocalHub.hangAfter;
import static dev.juxta.hub.LocalHub.status;
import static dev.juxta.hub.LocalHub.wholeDespiteRange;
import static dev.juxta.hub.LocalHub.wrongBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.CrossEncoder;
import dev.juxta.hub.HubException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models come over a network that cuts, lies and hangs, and lie in the cache whole or not at all. */
@Timeout(30)
class ModelStoreTest {

    private static final String WEIGHTS = "model.safetensors";

    @TempDir
    Path cache;

    private LocalHub hub;

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

    private Path folder() {
        return cache.resolve("models--owner--name");
    }

    private Path pull() throws IOException {
        return hub.store(cache).pull(ID, "main", DownloadListener.silent());
    }

    private List<String> blobs() throws IOException {
        try (var blobs = Files.list(folder().resolve("blobs"))) {
            return blobs.map(blob -> blob.getFileName().toString()).toList();
        }
    }

    /** Nothing stands under a name by which a model would be found. */
    private void assertNoModel() throws IOException {
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

    @Test
    void aCutDownloadGoesOnWhereItWasCut() throws IOException {
        hub.failing(WEIGHTS, cutAfter(100_000), cutAfter(50_000), status(503));
        Path snapshot = pull();
        assertThat(ContentHash.sha256(snapshot.resolve(WEIGHTS)))
                .isEqualTo(Files.readSymbolicLink(snapshot.resolve(WEIGHTS))
                        .getFileName()
                        .toString());
        assertThat(hub.storeRequests)
                .extracting(request -> request.split(" ", -1)[2])
                .containsExactly("null", "bytes=100000-", "bytes=150000-", "bytes=150000-");
    }

    @Test
    void aDownloadThatFailedGoesOnInTheNextRun() throws IOException {
        hub.failing(WEIGHTS, cutAfter(100_000), cutAfter(0), cutAfter(0), cutAfter(0), cutAfter(0));
        assertRefused(Reason.UNREACHABLE, "model.safetensors of \"owner/name\" breaks off at byte 100000 (");
        assertNoModel();
        hub.storeRequests.clear();
        hub.failing(WEIGHTS);
        pullUntilItWorks();
        assertThat(hub.storeRequests).allMatch(request -> request.contains("bytes=100000-"));
    }

    private void pullUntilItWorks() throws IOException {
        try {
            pull();
        } catch (HubException e) {
            pull();
        }
    }

    @Test
    void aServerWithoutRangesSendsAllAgain() throws IOException {
        hub.failing(WEIGHTS, cutAfter(1000), wholeDespiteRange());
        assertThat(pull().resolve(WEIGHTS)).hasSize(300_000);
    }

    @Test
    void aHangIsCutOff() throws IOException {
        hub.failing(WEIGHTS, hang(), hangAfter(1000)).failing("/revision/main", hang());
        assertThat(pull().resolve(WEIGHTS)).hasSize(300_000);
    }

    @Test
    void aHangThatLastsIsAnError() throws IOException {
        hub.failing("/revision/main", hang(), hang(), hang());
        assertRefused(Reason.UNREACHABLE, "cannot be reached (request timed out); check the network");
    }

    @Test
    void busyServersAreAskedAgain() throws IOException {
        hub.failing("/revision/main", status(429, "Retry-After", "1"), status(503))
                .failing("HEAD " + WEIGHTS, status(500), status(502));
        long start = System.nanoTime();
        pull();
        assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
    }

    @Test
    void wrongBytesOnceAreFetchedAgain() throws IOException {
        hub.failing(WEIGHTS, wrongBytes());
        assertThat(pull().resolve(WEIGHTS)).hasSize(300_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {WEIGHTS, "tokenizer.json"})
    void wrongBytesTwiceAreRefused(String name) throws IOException {
        hub.failing(name, wrongBytes(), wrongBytes());
        assertRefused(Reason.DAMAGED, name + " of \"owner/name\" has the hash ");
        assertNoModel();
    }

    @ParameterizedTest
    @CsvSource({"299999,is longer than the 299999 bytes", "300001,cannot be continued from byte 300000"})
    void aWrongSizeIsRefused(long size, String reason) throws IOException {
        hub.lyingAboutSize(WEIGHTS, size);
        assertRefused(Reason.DAMAGED, reason);
        assertNoModel();
        assertThat(blobs()).noneMatch(name -> name.length() > 64 && name.contains("incomplete"));
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
    void aFullDiskIsSaidBeforeTheDownload() {
        HubSettings settings = hub.settings(cache);
        HubSettings full = new HubSettings(
                settings.endpoint(),
                settings.cache(),
                settings.token(),
                false,
                true,
                settings.timeout(),
                settings.attempts(),
                settings.pause(),
                settings.proxies(),
                folder -> 1000);
        assertThatThrownBy(() -> new ModelStore(full).pull(ID, "main", DownloadListener.silent()))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SPACE))
                .hasMessageContaining("model.safetensors of \"owner/name\" needs 300000 bytes more, and ")
                .hasMessageContaining(" has 1000 free; make room, or set HF_HOME to a larger disk");
    }

    @Test
    void twoClientsFetchEachContentOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Path>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(threads.submit(this::pull));
        }
        for (Future<Path> client : clients) {
            assertThat(client.get().resolve(WEIGHTS)).hasSize(300_000);
        }
        threads.shutdown();
        assertThat(hub.storeRequests).hasSize(1);
    }

    @Test
    void anInterruptedDownloadLeavesNoModelAndGoesOnLater() throws Exception {
        hub.failing(WEIGHTS, hangAfter(100_000));
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                hub.store(cache).pull(ID, "main", new DownloadListener() {
                    @Override
                    public void progressed(String file, long bytes, long size) {
                        if (file.equals(WEIGHTS)) {
                            begun.countDown();
                        }
                    }
                });
            } catch (IOException e) {
                failure.set(e);
            }
        });
        thread.start();
        begun.await();
        thread.interrupt();
        thread.join();
        assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
        assertNoModel();
        assertThat(pull().resolve(WEIGHTS)).hasSize(300_000);
        assertThat(hub.storeRequests.get(hub.storeRequests.size() - 1)).contains("bytes=");
    }

    @Test
    void aKilledProcessLeavesNoModelAndNoLock() throws Exception {
        hub.failing(WEIGHTS, hangAfter(100_000));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        PullProgram.class.getName(),
                        hub.address().toString(),
                        cache.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo("begun");
        process.destroyForcibly().waitFor();
        assertNoModel();
        assertThat(pull().resolve(WEIGHTS)).hasSize(300_000);
    }

    @Test
    void progressAddsUpToWhatWasAnnounced() throws IOException {
        List<String> heard = new ArrayList<>();
        hub.store(cache).pull(ID, "main", new DownloadListener() {
            private long weights;

            @Override
            public void started(int files, long bytes) {
                heard.add("started " + files + " " + bytes);
            }

            @Override
            public void progressed(String file, long bytes, long size) {
                if (file.equals(WEIGHTS)) {
                    assertThat(bytes).isGreaterThan(weights).isLessThanOrEqualTo(size);
                    weights = bytes;
                }
            }

            @Override
            public void finished(String file) {
                heard.add(file + " " + (file.equals(WEIGHTS) ? weights : ""));
            }
        });
        assertThat(heard)
                .containsExactlyInAnyOrder("started 3 300012", WEIGHTS + " 300000", "README.md ", "tokenizer.json ");
    }

    /** /dev/full takes nothing, as a disk without space. */
    @Test
    void aDiskThatFillsUpLeavesNoModel() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "skipped: this system has no /dev/full");
        byte[] weights = new byte[300_000];
        new Random(0).nextBytes(weights);
        Path copy = Files.write(cache.resolve("weights"), weights);
        Path part = folder().resolve("blobs").resolve(ContentHash.sha256(copy) + ".juxta.incomplete");
        Files.createDirectories(part.getParent());
        Files.createSymbolicLink(part, full);
        assertRefused(Reason.NO_SPACE, "cannot be written");
        assertRefused(Reason.NO_SPACE, "make room and check its permissions");
        assertThat(folder().resolve("refs")).doesNotExist();
        assertThat(folder().resolve("snapshots")).doesNotExist();
        Files.delete(part);
        assertThat(pull().resolve(WEIGHTS)).hasBinaryContent(weights);
    }

    @Test
    void withoutSymlinksTheSnapshotHasFiles() throws IOException {
        HubSettings settings = hub.settings(cache);
        HubSettings plain = new HubSettings(
                settings.endpoint(),
                settings.cache(),
                settings.token(),
                false,
                false,
                settings.timeout(),
                settings.attempts(),
                settings.pause(),
                settings.proxies(),
                settings.space());
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

    private void assertRefused(Reason reason, String message) {
        assertThatThrownBy(this::pull)
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }
}
