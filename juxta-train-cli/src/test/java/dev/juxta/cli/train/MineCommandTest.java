package dev.juxta.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.CrossEncoder;
import dev.juxta.TextPair;
import dev.juxta.cli.train.Cli.Result;
import dev.juxta.train.ExampleFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MineCommandTest {

    @TempDir
    private Path folder = Path.of("");

    /** Documents d1 … d12 of which the first has "river" most often; q1's positive is d3, q2 has two. */
    @BeforeEach
    void dataSet() throws IOException {
        List<String> corpus = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            corpus.add("{\"_id\":\"d%d\",\"text\":\"%sstone number %d of the bank\"}"
                    .formatted(i, "river ".repeat(Math.max(1, 8 - i)), i));
        }
        corpus.add("{\"_id\":\"d13\",\"text\":\"%sstone number 3 of the bank\"}".formatted("river ".repeat(5)));
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("qrels"));
        Files.write(data.resolve("corpus.jsonl"), corpus);
        Files.write(
                data.resolve("queries.jsonl"),
                List.of("{\"_id\":\"q1\",\"text\":\"river\"}", "{\"_id\":\"q2\",\"text\":\"river stone\"}"));
        Files.writeString(
                data.resolve("qrels/train.tsv"),
                "query-id\tcorpus-id\tscore\nq1\td3\t1\nq2\td1\t1\nq2\td2\t2\nq2\td4\t0\n");
    }

    private Result mine(String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "mine",
                                "--data",
                                folder.resolve("data").toString(),
                                "--out",
                                folder.resolve("mined.jsonl").toString()),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private List<JsonNode> rows() throws IOException {
        return Files.readAllLines(folder.resolve("mined.jsonl")).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private static List<String> numbers(List<JsonNode> texts) {
        return texts.stream()
                .map(text -> text.asString().replaceFirst(".*number ([0-9]+) .*", "$1"))
                .toList();
    }

    @Test
    void takesTheBestThatAreNotRelevant() throws IOException {
        Result result = mine("--format", "n-tuple", "--num-negatives", "2", "--json");
        assertThat(result.err()).isEmpty();
        assertThat(result.json().path("queries").longValue()).isEqualTo(2);
        assertThat(result.json().path("negatives").longValue()).isEqualTo(4);
        assertThat(rows()).hasSize(3); // each positive has its row
        assertThat(numbers(List.copyOf(rows().get(0).path("negatives").values())))
                .as("neither the positive, nor a document of the same words")
                .containsExactly("1", "2");
        assertThat(numbers(List.copyOf(rows().get(1).path("negatives").values())))
                .containsExactly("3", "4");
        assertThat(ExampleFile.read(folder.resolve("mined.jsonl")))
                .allSatisfy(example -> assertThat(example.labels()).containsExactly(1, 0, 0));
    }

    @Test
    void passesOverTheFirst() throws IOException {
        assertThat(mine("--range-min", "2", "--range-max", "4", "--num-negatives", "1", "--max-queries", "1")
                        .code())
                .isZero();
        assertThat(numbers(List.of(rows().get(0).path("negative")))).containsExactly("4"); // 1 and 2 passed over
    }

    /** Margins in scores of the first stage: d1 and d2 lie above d3, and all are closer to it than its whole score. */
    @Test
    void marginsThrowOutWhatMayBeRelevant() throws IOException {
        assertThat(mine("--relative-margin", "0", "--num-negatives", "1", "--max-queries", "1")
                        .code())
                .isZero();
        assertThat(numbers(List.of(rows().get(0).path("negative")))).containsExactly("4");
        Files.delete(folder.resolve("mined.jsonl"));
        Result none = mine("--absolute-margin", "1000", "--json");
        assertThat(rows()).isEmpty();
        assertThat(none.json().path("queries_without").longValue()).isEqualTo(2);
        assertThat(none.json().path("absolute_margin").longValue()).isPositive();
    }

    @Test
    void theJudgeReadsPairsAsTheCommandLineSays() throws IOException {
        String judge = Cli.golden("bert-tiny-1label");
        String[] options = {"--cross-encoder", judge, "--scores", "--num-negatives", "1", "--prompt", "stone "};
        assertThat(mine(options).err()).isEmpty();
        JsonNode row = rows().get(0);
        try (CrossEncoder model = CrossEncoder.load(judge)) {
            float value = model.score(List.of(
                            new TextPair("stone river", row.path("positive").asString())))
                    .get(0)
                    .value();
            assertThat(row.path("scores").get(0).floatValue()).isCloseTo(value, within(1e-4f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"triplet", "n-tuple", "labeled-pair", "labeled-list"})
    void everyFormIsReadByTheTrainer(String form) throws IOException {
        String judge = Cli.golden("bert-tiny-1label");
        assertThat(mine("--format", form, "--cross-encoder", judge, "--scores").err())
                .doesNotContain("Exception");
        assertThat(ExampleFile.read(folder.resolve("mined.jsonl")))
                .isNotEmpty()
                .allSatisfy(example -> assertThat(example.labels())
                        .as("scores of the model, not 1 and 0")
                        .doesNotContain(0, 1));
    }

    @Test
    void positivesStayInTheirPlaces() throws IOException {
        assertThat(mine("--include-positives", "--num-negatives", "5", "--max-queries", "1")
                        .code())
                .isZero();
        assertThat(numbers(List.copyOf(rows().get(0).path("documents").values())))
                .containsExactly("1", "2", "3", "4", "5");
        assertThat(rows().get(0).path("labels").valueStream().map(JsonNode::intValue))
                .containsExactly(0, 0, 1, 0, 0);
    }

    @Test
    void randomOnesAreRepeatedByTheirSeed() throws IOException {
        String[] how = {"--sampling", "random", "--num-negatives", "3", "--range-max", "9", "--format", "n-tuple"};
        assertThat(mine(how).code()).isZero();
        String first = Files.readString(folder.resolve("mined.jsonl"));
        Files.delete(folder.resolve("mined.jsonl"));
        assertThat(mine(how).code()).isZero();
        assertThat(Files.readString(folder.resolve("mined.jsonl"))).isEqualTo(first);
        Files.delete(folder.resolve("mined.jsonl"));
        assertThat(mine(Stream.concat(Arrays.stream(how), Stream.of("--seed", "9"))
                                .toArray(String[]::new))
                        .code())
                .isZero();
        assertThat(Files.readString(folder.resolve("mined.jsonl"))).isNotEqualTo(first);
    }

    @Test
    void denseAndHybridFindThemToo() throws IOException {
        String dense = Cli.golden("embedder-mean");
        assertThat(mine("--first", "dense", "--dense", dense, "--scores", "--num-negatives", "1")
                        .code())
                .isZero();
        assertThat(rows())
                .allSatisfy(row ->
                        assertThat(row.path("scores").get(0).doubleValue()).isBetween(-1.001, 1.001));
        Files.delete(folder.resolve("mined.jsonl"));
        assertThat(mine("--first", "hybrid", "--dense", dense).code()).isZero();
        assertThat(rows()).isNotEmpty();
    }

    /** A file that was cut anywhere is made whole, to the same bytes. */
    @Test
    void goesOnWhereItWasStopped() throws IOException {
        assertThat(mine("--format", "labeled-pair").code()).isZero();
        Path mined = folder.resolve("mined.jsonl");
        byte[] whole = Files.readAllBytes(mined);
        Files.delete(mined);
        mine("--absolute-margin", "nonsense");
        assertThat(mined).doesNotExist();
        Files.createFile(folder.resolve("mined.jsonl.partial")); // stopped before its first line: nothing to go on with
        assertThat(mine("--format", "labeled-pair").err()).isEmpty();
        assertThat(Files.readAllBytes(mined)).isEqualTo(whole);
        Files.delete(mined);
        for (int cut : new int[] {5, whole.length / 3, whole.length / 2, whole.length - 1, whole.length}) {
            Files.write(folder.resolve("mined.jsonl.partial"), Arrays.copyOf(whole, cut));
            Files.writeString(folder.resolve("mined.jsonl.partial.how"), "otherwise");
            Result other = mine("--format", "labeled-pair", "--resume");
            assertThat(other.code()).isEqualTo(1);
            assertThat(other.err()).contains("was begun otherwise");
            String how = other.err().replaceFirst("(?s).*where now it is (.*)\\); repeat that.*", "$1");
            Files.writeString(folder.resolve("mined.jsonl.partial.how"), how);
            assertThat(mine("--format", "labeled-pair").err()).contains("go on with it by --resume");
            assertThat(mine("--format", "labeled-pair", "--resume").err()).isEmpty();
            assertThat(Files.readAllBytes(mined)).as("cut at %d", cut).isEqualTo(whole);
            assertThat(folder.resolve("mined.jsonl.partial")).doesNotExist();
            Files.delete(mined);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--first vectors | 2 | one of bm25, dense, hybrid, late",
                "--first dense | 2 | name one with --dense",
                "--scores | 2 | name a --cross-encoder",
                "--range-min 5 --range-max 6 | 2 | no room for 3 negatives",
                "--format list | 2 | one of triplet, n-tuple, labeled-pair, labeled-list",
                "--sampling best | 2 | top or random",
                "--num-negatives 0 | 2 | \"0\" is not a whole number from 1",
                "--max-score high | 2 | \"high\" is not a number",
                "--split dev | 1 | has no split \"dev\"; it has train",
                "--out nowhere/mined.jsonl | 2 | should be specified only once"
            })
    void refusesInASentence(String options, int code, String words) {
        Result result = mine(options.split(" "));
        assertThat(result.err()).startsWith("juxta: ").contains(words).doesNotContain("Exception");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.code()).isEqualTo(code);
        assertThat(folder.resolve("mined.jsonl")).doesNotExist();
        assertThat(folder.resolve("mined.jsonl.partial")).doesNotExist();
    }
}
