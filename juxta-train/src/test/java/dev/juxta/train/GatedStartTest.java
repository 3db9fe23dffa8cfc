package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.BiEncoder;
import dev.juxta.CrossEncoder;
import dev.juxta.Goldens;
import dev.juxta.Score;
import dev.juxta.TextPair;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.Weight;
import dev.juxta.checkpoint.Weights;
import dev.juxta.engine.PackedBatch;
import dev.juxta.engine.PackedBatch.Sequence;
import dev.juxta.engine.Precision;
import dev.juxta.model.Settings;
import dev.juxta.ops.Program;
import dev.juxta.ops.Recorder;
import dev.juxta.text.TokenizerFiles;
import dev.juxta.torch.TrainableProgram;
import dev.juxta.train.loss.Losses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Cross-encoders that begin as bi-encoders. */
class GatedStartTest {

    private static final String BI_ENCODER = "embedder-bare";
    private static final StudentOptions GATED =
            new StudentOptions(ModelKind.GATED_CROSS_ENCODER, OptionalInt.empty(), 1, 64);

    @TempDir
    Path folder;

    @BeforeAll
    static void libtorchIsHere() {
        Lessons.assumeLibtorch();
    }

    private static CheckpointFiles golden(String name) throws IOException {
        return CheckpointSource.directory(Goldens.folder(name));
    }

    private static GatedStart start(CheckpointFiles files) throws IOException {
        Map<String, Weight> saved = new LinkedHashMap<>();
        files.weights()
                .forEach((name, weight) -> saved.put(
                        name.replaceFirst("^(bert\\.)?", "bert."),
                        weight.named(name.replaceFirst("^(bert\\.)?", "bert."))));
        return GatedStart.of(files, StudentFiles.architecture(files).shape(), saved);
    }

    /** The weight of a model that reads each text alone, and compares no tokens. */
    private static Weight closed(String name, Weight weight) {
        if (name.equals("classifier.weight")) {
            float[] values = Arrays.copyOf(weight.toFloats(), weight.count() - 4);
            return Weight.of(name, Arrays.copyOf(values, weight.count()), 1, weight.count());
        }
        if (!name.endsWith("openness")) {
            return weight;
        }
        float[] values = new float[weight.count()];
        Arrays.fill(values, -1e4f);
        return Weight.of(name, values, weight.size(0), weight.size(1));
    }

    /** With every head closed, its logit is 12.5 times the bi-encoder's cosine by sentence-transformers. */
    @Test
    void closedItIsTheBiEncoder() throws IOException {
        GatedStart start = start(golden(BI_ENCODER));
        Map<String, Weight> weights = new LinkedHashMap<>(start.weights());
        weights.replaceAll(GatedStartTest::closed);
        int compared = 0;
        try (Alone alone = new Alone(start, weights)) {
            for (JsonNode pair : Goldens.lines(BI_ENCODER, "pairs.jsonl")) {
                Optional<Float> logit = alone.logit(Goldens.text(pair.get("a")), Goldens.text(pair.get("b")));
                if (logit.isPresent()) {
                    assertThat(logit.get())
                            .isCloseTo(12.5f * pair.get("similarity").floatValue(), within(1e-3f));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(3);
    }

    /** A text and itself have the cosine 1, all words and all meanings in common: 12.5, 0.625 and 5. */
    @Test
    void countsWordsAndMeanings() throws IOException {
        GatedStart start = start(golden(BI_ENCODER));
        Map<String, Weight> weights = new LinkedHashMap<>(start.weights());
        weights.replaceAll((name, weight) -> name.contains("layer") ? closed(name, weight) : weight);
        try (Alone alone = new Alone(start, weights)) {
            String text = "the people of the city";
            assertThat(alone.logit(text, text).orElseThrow()).isCloseTo(18.125f, within(0.05f));
            assertThat(alone.logit(text, "the people of the town").orElseThrow())
                    .isLessThan(18f)
                    .isGreaterThan(alone.logit(text, "it was not so").orElseThrow());
        }
    }

    /** Logits of a start with these weights, of pairs that fit whole. */
    private static final class Alone implements AutoCloseable {

        private static final int MAX_LENGTH = 64;

        private final TokenizerFiles tokenizer;
        private final TrainableProgram run;
        private final Scoring scoring;

        Alone(GatedStart start, Map<String, Weight> weights) throws IOException {
            Settings settings = Settings.read(start.files(), Optional.empty());
            Program program =
                    Recorder.record(ops -> settings.architecture().forward(ops, new Weights("alone", weights)));
            tokenizer = TokenizerFiles.read(start.files(), settings.lowercase());
            run = new TrainableProgram(program, Precision.FP32, 1, weight -> false);
            scoring = new ModelForm.Pairs(settings).scoring(program, tokenizer, MAX_LENGTH);
        }

        /** Nothing where one of the texts was cut, as alone it was not. */
        Optional<Float> logit(String a, String b) {
            Example example = new Example(a, List.of(b), new float[] {0});
            Sequence sequence = scoring.read(List.of(example)).sequences().get(0);
            return sequence.ids().length < MAX_LENGTH
                    ? Optional.of(run.evaluate(PackedBatch.of(List.of(sequence)))[0])
                    : Optional.empty();
        }

        @Override
        public void close() {
            run.close();
            tokenizer.tokenizer().close();
        }
    }

    /** The vocabulary is sorted by frequency: rarer words weigh more, signs little, special tokens nothing. */
    @Test
    void termsWeighByTheirRank() throws IOException {
        GatedStart start = start(golden(BI_ENCODER));
        float[] importance = Objects.requireNonNull(start.weights().get("terms.importance.weight"))
                .toFloats();
        JsonNode vocabulary =
                JsonFile.read(start.files(), "tokenizer.json").root().at("/model/vocab");
        assertThat(importance[vocabulary.get("[CLS]").intValue()]).isZero();
        assertThat(importance[vocabulary.get("?").intValue()]).isCloseTo((float) Math.log(2), within(1e-6f));
        assertThat(importance[vocabulary.get("people").intValue()])
                .isGreaterThan(importance[vocabulary.get("the").intValue()])
                .isGreaterThan(1);
    }

    @Test
    void learnsAndIsReadAsItWasTrained() throws IOException {
        Path out = folder.resolve("gated");
        List<Example> examples = Lessons.words(64, 1);
        try (BaseModel base = BaseModel.open(golden(BI_ENCODER), 5, GATED)) {
            assertThat(base.kind()).isEqualTo(ModelKind.CROSS_ENCODER);
            assertThat(base.fresh()).anyMatch(name -> name.endsWith("openness")).contains("classifier.weight");
            new Trainer(base, Losses.named("infonce"), Lessons.options(60, 8192))
                    .train(examples, out, false, progress -> {});
        }
        assertThat(out.resolve(GatedStart.MODELING)).exists();
        assertThat(out.resolve("modules.json")).doesNotExist();
        int right = 0;
        try (CrossEncoder model = CrossEncoder.load(out)) {
            assertThat(model.info().architecture()).isEqualTo(GatedStart.MODEL_TYPE);
            for (Example example : Lessons.words(40, 9)) {
                List<Score> scores = model.score(example.documents().stream()
                        .map(document -> new TextPair(example.query(), document))
                        .toList());
                right += scores.get(0).logit() > scores.get(1).logit() ? 1 : 0;
            }
        }
        assertThat(right).isGreaterThan(35);
        try (BaseModel again = BaseModel.open(CheckpointSource.directory(out), 5, GATED)) {
            assertThat(again.fresh()).as("it is one already").isEmpty();
        }
    }

    /** Where texts are read alone there is nothing to look into, and the rest is BERT. */
    @Test
    void asABiEncoderItIsPlainBert() throws IOException {
        Path out = folder.resolve("vectors");
        StudentOptions vectors = new StudentOptions(ModelKind.BI_ENCODER, OptionalInt.empty(), 20, 64);
        try (BaseModel base = BaseModel.open(golden("gated-bert"), 5, vectors)) {
            new Trainer(base, Losses.named("infonce"), Lessons.options(1, 8192))
                    .train(Lessons.words(8, 1), out, false, progress -> {});
        }
        assertThat(out.resolve(GatedStart.MODELING)).doesNotExist();
        try (BiEncoder model = BiEncoder.load(out)) {
            assertThat(model.info().architecture()).isEqualTo("bert");
        }
        Map<String, Weight> weights = CheckpointSource.directory(out).weights();
        assertThat(weights.keySet())
                .noneMatch(name ->
                        name.contains("openness") || name.startsWith("terms") || name.startsWith("interaction"));
    }

    @Test
    void refusesOtherPoolings() throws IOException {
        CheckpointFiles first = new OverlaidFiles(
                golden(BI_ENCODER),
                Map.of(
                        "modules.json",
                        bytes(
                                "[{'idx':0,'name':'0','path':'','type':'sentence_transformers.models.Transformer'},"
                                        + "{'idx':1,'name':'1','path':'1_Pooling','type':'sentence_transformers.models.Pooling'}]"),
                        "1_Pooling/config.json",
                        bytes("{'word_embedding_dimension':32,'pooling_mode':'cls'}")));
        assertThatThrownBy(() -> BaseModel.open(first, 1, GATED))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("compares texts by the cosine of [FIRST] []; a gated cross-encoder begins");
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bert-tiny-1label | is no bi-encoder; a gated cross-encoder begins with a bi-encoder",
                "embedder-mean | is a mpnet; a gated cross-encoder begins with",
                "embedder-gemma3 | is a gemma3_text; a gated cross-encoder begins with"
            })
    void refusesWhatIsNoMeanOfBert(String name, String words) {
        assertThatThrownBy(() -> BaseModel.open(golden(name), 1, GATED))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(words);
    }
}
