package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.EmbedOptions;
import dev.juxta.Goldens;
import dev.juxta.LateInteraction;
import dev.juxta.LoadOptions;
import dev.juxta.Score;
import dev.juxta.ScoringModel;
import dev.juxta.TextPair;
import dev.juxta.TextRole;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Precision;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Models that read each text for itself: they are trained as they are used. */
class StudentTest {

    private static final String CROSS_ENCODER = "bert-tiny-1label";

    @TempDir
    Path folder;

    @BeforeAll
    static void libtorchIsHere() {
        Lessons.assumeLibtorch();
    }

    private static CheckpointFiles golden(String name) throws IOException {
        return CheckpointSource.directory(Goldens.folder(name));
    }

    private static StudentOptions into(ModelKind kind, double scale) {
        return new StudentOptions(kind, OptionalInt.empty(), scale, 64);
    }

    /** What a model makes of examples in training, at its first step. */
    private static float[] scores(BaseModel base, List<Example> examples) {
        Scoring.Batch read = base.scoring(Integer.MAX_VALUE).read(examples);
        try (TrainableProgram program = new TrainableProgram(base.program(), Precision.FP32, 1, weight -> true)) {
            List<float[]> outputs = new ArrayList<>();
            for (Sequence sequence : read.sequences()) {
                outputs.add(program.evaluate(PackedBatch.of(List.of(sequence))));
            }
            return read.scores(outputs);
        }
    }

    static Stream<String> embedding() {
        return Stream.concat(Goldens.EMBEDDERS.stream(), Goldens.LATE_INTERACTION.stream());
    }

    /** Prompts, markers, masks, skipped tokens, poolings and projections: the similarities are sentence-transformers'. */
    @ParameterizedTest
    @MethodSource("embedding")
    void readsAndScoresAsTheReference(String name) throws IOException {
        ModelKind kind = Goldens.EMBEDDERS.contains(name) ? ModelKind.BI_ENCODER : ModelKind.COLBERT;
        try (BaseModel base = BaseModel.open(golden(name), 1, into(kind, 1))) {
            assertThat(base.fresh()).isEmpty();
            for (JsonNode pair : Goldens.lines(name, "pairs.jsonl")) {
                Example example =
                        new Example(Goldens.text(pair.get("a")), List.of(Goldens.text(pair.get("b"))), new float[] {0});
                float expected = pair.get("similarity").floatValue();
                assertThat(scores(base, List.of(example))[0])
                        .isCloseTo(expected, within(1e-4f * Math.max(1, Math.abs(expected))));
            }
        }
    }

    private static List<Example> examples(int count, long seed) {
        return Lessons.of(
                count,
                seed,
                (word, other, more) ->
                        new Example("where, " + word, List.of("the " + word + more, other + "!"), new float[] {1, 0}));
    }

    /** Slopes are those of the scores, where texts are shared among examples and some tokens are not compared. */
    @ParameterizedTest
    @CsvSource({"embedder-several, BI_ENCODER", "colbert-pylate, COLBERT"})
    void slopesAreTheScores(String name, ModelKind kind) throws IOException {
        try (BaseModel base = BaseModel.open(golden(name), 1, into(kind, 3))) {
            Scoring.Batch read = base.scoring(64)
                    .read(List.of(
                            new Example("one", List.of("e, one.", "two"), new float[2]),
                            new Example("two", List.of("two", "e, one."), new float[2])));
            assertThat(read.sequences()).hasSize(4);
            Random random = new Random(3);
            int width = base.program().result().width();
            List<float[]> outputs = read.sequences().stream()
                    .map(sequence -> gaussians(random, width * (kind == ModelKind.COLBERT ? sequence.ids().length : 1)))
                    .toList();
            float[] outer = gaussians(random, 4);
            List<float[]> slopes = read.slopes(outputs, outer);
            for (int i = 0; i < outputs.size(); i++) {
                for (int x = 0; x < outputs.get(i).length; x++) {
                    float before = outputs.get(i)[x];
                    outputs.get(i)[x] = before + 1f / 512;
                    double up = dot(read.scores(outputs), outer);
                    outputs.get(i)[x] = before - 1f / 512;
                    double down = dot(read.scores(outputs), outer);
                    outputs.get(i)[x] = before;
                    assertThat((double) slopes.get(i)[x]).isCloseTo((up - down) * 256, within(0.05));
                }
            }
        }
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static Trainer trainer(BaseModel base, TrainingOptions options) {
        return new Trainer(base, Losses.named("infonce"), options);
    }

    private static void train(String name, StudentOptions student, TrainingOptions options, Path out)
            throws IOException {
        try (BaseModel base = BaseModel.open(golden(name), 5, student)) {
            trainer(base, options).train(examples(64, 1), out, false, progress -> {});
        }
    }

    private static List<Score> scores(Path model, List<TextPair> pairs) throws IOException {
        try (ScoringModel loaded =
                ScoringModel.load(model, LoadOptions.defaults().withThreads(1))) {
            return loaded.score(pairs);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "embedder-several, BI_ENCODER, dev.juxta.BiEncoder",
        "embedder-max-dense, BI_ENCODER, dev.juxta.BiEncoder",
        "bert-tiny-1label, BI_ENCODER, dev.juxta.BiEncoder",
        "bert-tiny-1label, COLBERT, dev.juxta.LateInteraction",
        "roberta, COLBERT, dev.juxta.LateInteraction",
        "colbert-saved, COLBERT, dev.juxta.LateInteraction",
        "colbert-stanford, COLBERT, dev.juxta.LateInteraction"
    })
    void learnsAndIsWrittenAsWhatItIs(String name, ModelKind kind, String type) throws IOException {
        Path out = folder.resolve("model");
        StudentOptions student = into(kind, kind.scale(Losses.named("infonce")));
        train(name, student, Lessons.options(40, 8192), out);
        List<Example> held = examples(40, 2);
        List<TextPair> pairs = held.stream()
                .flatMap(example ->
                        example.documents().stream().map(document -> new TextPair(example.query(), document)))
                .toList();
        try (ScoringModel loaded = ScoringModel.load(out, LoadOptions.defaults());
                BaseModel again = BaseModel.open(CheckpointSource.directory(out), 1, student)) {
            assertThat(loaded.getClass().getName()).isEqualTo(type);
            assertThat(again.fresh()).isEmpty();
            List<Score> used = loaded.score(pairs);
            int right = 0;
            for (int i = 0; i < used.size(); i += 2) {
                right += used.get(i).logit() > used.get(i + 1).logit() ? 1 : 0;
            }
            assertThat(right).isGreaterThan(35);
            assertThat(scores(again, held)[0] / student.scale())
                    .isCloseTo(used.get(0).logit(), within(1e-3));
        }
    }

    @ParameterizedTest
    @CsvSource({"BI_ENCODER", "COLBERT"})
    void aStepInPartsIsTheStepAtOnce(ModelKind kind) throws IOException {
        train(CROSS_ENCODER, into(kind, 1), Lessons.options(4, 8192), folder.resolve("whole"));
        train(CROSS_ENCODER, into(kind, 1), Lessons.options(4, 70), folder.resolve("parts"));
        List<TextPair> pair = List.of(new TextPair("river", "the river"));
        assertThat(scores(folder.resolve("parts"), pair).get(0).logit())
                .isCloseTo(scores(folder.resolve("whole"), pair).get(0).logit(), within(1e-2f));
    }

    @ParameterizedTest
    @CsvSource({"BI_ENCODER", "COLBERT"})
    void goesOnToTheSameModel(ModelKind kind) throws IOException {
        Path whole = folder.resolve("whole");
        Path broken = folder.resolve("broken");
        train(CROSS_ENCODER, into(kind, 1), Lessons.options(6, 8192), whole);
        try (BaseModel base = BaseModel.open(golden(CROSS_ENCODER), 5, into(kind, 1))) {
            Trainer first = trainer(base, Lessons.options(6, 8192));
            first.train(examples(64, 1), broken, false, progress -> {
                if (progress.step() == 3) {
                    first.stop();
                }
            });
            assertThat(broken.resolve("config.json")).doesNotExist();
        }
        try (BaseModel other = BaseModel.open(golden(CROSS_ENCODER), 5, into(kind, 2))) {
            Trainer scaled = trainer(other, Lessons.options(6, 8192));
            assertThatThrownBy(() -> scaled.train(examples(64, 1), broken, true, progress -> {}))
                    .hasMessageContaining("with other data or options");
        }
        try (BaseModel base = BaseModel.open(golden(CROSS_ENCODER), 5, into(kind, 1))) {
            trainer(base, Lessons.options(6, 8192)).train(examples(64, 1), broken, true, progress -> {});
        }
        try (Stream<Path> files = Files.walk(whole)) {
            List<Path> weights =
                    files.filter(file -> file.endsWith("model.safetensors")).toList();
            assertThat(weights).hasSize(kind == ModelKind.COLBERT ? 2 : 1);
            for (Path file : weights) {
                assertThat(Files.mismatch(file, broken.resolve(whole.relativize(file))))
                        .as("first byte of %s that differs", file)
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void readsQueriesAndDocumentsAsColbertDoes() throws IOException {
        Path out = folder.resolve("colbert");
        train(CROSS_ENCODER, into(ModelKind.COLBERT, 1), Lessons.options(1, 8192), out);
        try (LateInteraction model = LateInteraction.load(out)) {
            assertThat(model.info().maxLength()).isEqualTo(64); // as many positions as the base has
            assertThat(model.embed(List.of("river"), EmbedOptions.as(TextRole.QUERY))
                            .get(0)
                            .ids())
                    .hasSize(32)
                    .startsWith(5, 1); // [CLS] [unused0]
            assertThat(model.embed(List.of("river, bread"), EmbedOptions.as(TextRole.DOCUMENT))
                            .get(0)
                            .ids())
                    .startsWith(5, 2)
                    .hasSizeLessThan(10);
        }
    }

    @Test
    void othersDocumentsAreNegatives() {
        List<Example> batch = InBatchNegatives.added(List.of(
                new Example("a", List.of("1", "2"), new float[] {1, 0}),
                new Example("b", List.of("2", "3"), new float[] {1, 0}),
                new Example("a", List.of("4"), new float[] {1})));
        assertThat(batch.get(0).documents()).containsExactly("1", "2", "3"); // 4 answers the same question
        assertThat(batch.get(1).documents()).containsExactly("2", "3", "1", "4");
        assertThat(batch.get(1).labels()).containsExactly(1, 0, 0, 0);
        assertThat(batch.get(2).documents()).containsExactly("4", "3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen3 | BI_ENCODER | is a qwen3, and what makes vectors of texts begins with an encoder such as BERT",
                "qwen3 | COLBERT | is a qwen3, and what makes vectors of texts begins with an encoder such as BERT"
            })
    void refusesWhatCannotEmbed(String name, ModelKind kind, String words) {
        assertThatThrownBy(() -> BaseModel.open(golden(name), 1, into(kind, 1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(words);
    }

    @Test
    void refusesLossesAndFilesThatDoNotFit() throws IOException {
        try (BaseModel base = BaseModel.open(golden("embedder-mean"), 1, into(ModelKind.BI_ENCODER, 1))) {
            assertThatThrownBy(() -> new Trainer(base, Losses.named("bce"), Lessons.options(1, 8192)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The loss bce is for cross-encoders, and a bi-encoder has similarities");
        }
        CheckpointFiles unpooled = with(
                "modules.json",
                "[{\"idx\":0,\"name\":\"0\",\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"}]");
        assertThatThrownBy(() -> BaseModel.open(unpooled, 1, into(ModelKind.BI_ENCODER, 1)))
                .hasMessageContaining("no Pooling after the Transformer, so a text has no vector of its own");
        CheckpointFiles distance = with(
                "config_sentence_transformers.json",
                "{\"model_type\":\"SentenceTransformer\",\"similarity_fn_name\":\"euclidean\"}");
        assertThatThrownBy(() -> BaseModel.open(distance, 1, into(ModelKind.BI_ENCODER, 1)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("compares vectors by euclidean distance; only cosine and dot can be trained");
    }

    private static CheckpointFiles with(String name, String text) throws IOException {
        return new OverlaidFiles(golden("embedder-mean"), Map.of(name, text.getBytes(StandardCharsets.UTF_8)));
    }
}
