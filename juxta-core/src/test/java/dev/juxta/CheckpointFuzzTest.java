package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.juxta.checkpoint.MemoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Damaged checkpoints load, or are refused in a sentence; nothing else. A failure names its seed, and {@code
 * -Djqwik.tries.default=100000} tries more.
 */
class CheckpointFuzzTest {

    private static final List<String> CHECKPOINTS =
            List.of("bert-tiny-1label", "bert-3labels", "bert-relu-bf16", "bert-vocab-only-uncased", "bert-saved-6.2");

    private static final List<TextPair> PAIRS = List.of(
            new TextPair("how many people live in Berlin?", "Berlin has 3.6 million. \u4e2d\u6587 [SEP] zebra"));

    private static final LoadOptions OPTIONS =
            LoadOptions.defaults().withEngine("reference").withThreads(1);

    /** What belongs into a stack trace or a log, not into a sentence for a user. */
    private static final Pattern INTERNAL = Pattern.compile(
            "Exception|\\b(java|tools\\.jackson|ai\\.djl|dev\\.juxta)\\.\\w|StreamRead|\\[Source|\\p{Cc}");

    private static final long SECONDS = 60;

    private static final ExecutorService CALLER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "loading");
        thread.setDaemon(true);
        return thread;
    });

    private static final List<MemoryFiles> ORIGINALS = new ArrayList<>();
    private static Path folder = Path.of("");

    @BeforeContainer
    static void readOriginals() throws IOException {
        folder = Files.createTempDirectory("juxta-fuzz");
        for (String name : CHECKPOINTS) {
            ORIGINALS.add(MemoryFiles.ofGolden(name));
        }
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        clear();
        Files.delete(folder);
        CALLER.shutdown();
    }

    private static void clear() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void damagedBytes(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        MemoryFiles files = pick(random, ORIGINALS);
        for (int i = random.nextInt(3); i >= 0; i--) {
            String name = pick(random, List.copyOf(files.contents().keySet()));
            files = files.with(name, Mutations.ofBytes(files.read(name), random));
        }
        check(files);
    }

    @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void damagedJson(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        MemoryFiles files = pick(random, ORIGINALS);
        List<String> names = files.contents().keySet().stream()
                .filter(name -> name.endsWith(".json"))
                .toList();
        for (int i = random.nextInt(3); i >= 0; i--) {
            String name = pick(random, names);
            files = files.with(name, Mutations.ofJson(files.read(name), random));
        }
        check(files);
    }

    @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void damagedWeights(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        MemoryFiles files = pick(random, ORIGINALS);
        byte[] weights = files.read("model.safetensors");
        check(files.with("model.safetensors", Mutations.ofSafetensors(weights, random)));
    }

    @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE, tries = 300)
    void missingSwappedAndForeignFiles(@ForAll long seed) throws Exception {
        Random random = new Random(seed);
        MemoryFiles files = pick(random, ORIGINALS);
        Map<String, byte[]> contents = new TreeMap<>(files.contents());
        for (int i = random.nextInt(2); i >= 0; i--) {
            String name = pick(random, List.copyOf(files.contents().keySet()));
            String other = pick(random, List.copyOf(files.contents().keySet()));
            Map<String, byte[]> foreign = pick(random, ORIGINALS).contents();
            switch (random.nextInt(4)) {
                case 0 -> contents.remove(name);
                case 1 -> contents.put(name, files.read(other));
                case 2 -> contents.put(name, foreign.getOrDefault(name, new byte[0]));
                default -> contents.putAll(foreign);
            }
        }
        check(new MemoryFiles(contents));
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static void check(MemoryFiles files) throws Exception {
        clear();
        files.writeTo(folder);
        try {
            CALLER.submit(() -> {
                        loadAndScore();
                        return true;
                    })
                    .get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            fail("Loading hangs", e);
        } catch (ExecutionException e) {
            Throwable failure = e.getCause();
            assertThat(failure).isInstanceOfAny(IOException.class, IllegalArgumentException.class);
            assertIsSentence(String.valueOf(failure.getMessage()), failure);
        }
    }

    private static void loadAndScore() throws IOException {
        try (CrossEncoder model = CrossEncoder.load(folder, OPTIONS)) {
            for (Score score : model.score(PAIRS)) {
                assertThat(score.logits()).hasSameSizeAs(model.info().labels()).allMatch(Float::isFinite);
            }
        } catch (ArithmeticException e) {
            assertThat(e).hasMessageMatching("The model gives (NaN|-?Infinity) for pair 0; .*");
        }
    }

    private static void assertIsSentence(String message, Throwable failure) {
        String place = folder.toString();
        assertThat(message.replace(place, ""))
                .as("message of %s", failure)
                .isNotBlank()
                .doesNotContainPattern(INTERNAL)
                .hasSizeBetween(20, 2100)
                .contains(" ");
        assertThat(new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(message);
    }
}
