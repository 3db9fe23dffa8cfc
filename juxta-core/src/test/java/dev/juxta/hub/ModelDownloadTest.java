package dev.juxta.hub;

import static dev.juxta.hub.LocalHub.ID;
import static dev.juxta.hub.LocalHub.cutAfter;
import static dev.juxta.hub.LocalHub.hang;
import static dev.juxta.hub.LocalHub.hangAfter;
import static dev.juxta.hub.LocalHub.status;
import static dev.juxta.hub.LocalHub.wholeDespiteRange;
import static dev.juxta.hub.LocalHub.wrongBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.hub.HubException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models come over a network that cuts, lies and hangs, and lie in the cache whole or not at all. */
class ModelDownloadTest extends HubTest {

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

    @Test
    void aFullDiskIsSaidBeforeTheDownload() {
        HubSettings full = settings(true, folder -> 1000);
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
}
