package dev.juxta.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.juxta.CrossEncoder;
import dev.juxta.TextPair;
import dev.juxta.cli.train.Cli.Result;
import dev.juxta.train.Example;
import dev.juxta.train.ExampleFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LabelCommandTest {

    private static final String ONE = Cli.golden("bert-tiny-1label");
    private static final String OTHER = Cli.golden("bert-sharp");
    private static final String BI_ENCODER = Cli.golden("embedder-mean");
    private static final String CLASSES = Cli.golden("bert-3labels");

    @TempDir
    private Path folder = Path.of("");

    private Path write(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    private Result label(Path input, String... more) {
        return Cli.run(Stream.concat(
                        Stream.of(
                                "label",
                                input.toString(),
                                "--out",
                                folder.resolve("labelled.jsonl").toString()),
                        Arrays.stream(more))
                .toArray(String[]::new));
    }

    private List<JsonNode> rows() throws IOException {
        return Files.readAllLines(folder.resolve("labelled.jsonl")).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    @Test
    void aTeachersLogitsBecomeScores() throws IOException {
        Path input = write("lists.jsonl", "{\"query\":\"river\",\"documents\":[\"the river\",\"a stone\"]}");
        assertThat(label(input, "--teacher", ONE, "--scale", "2").code()).isZero();
        List<Example> examples = ExampleFile.read(folder.resolve("labelled.jsonl"));
        try (CrossEncoder model = CrossEncoder.load(ONE)) {
            float logit = model.score(List.of(new TextPair("river", "a stone")))
                    .get(0)
                    .logit();
            assertThat(examples.get(0).labels()[1]).isCloseTo(2 * logit, within(1e-4f));
        }
        assertThat(rows().get(0).path("confidences").size()).isEqualTo(2);
    }

    @Test
    void teachersReadPairsAsTheCommandLineSays() throws IOException {
        Path input = write("lists.jsonl", "{\"query\":\"river\",\"documents\":[\"the river\",\"a stone\"]}");
        assertThat(label(input, "--teacher", ONE, "--prompt", "stone ").code()).isZero();
        List<Example> examples = ExampleFile.read(folder.resolve("labelled.jsonl"));
        try (CrossEncoder model = CrossEncoder.load(ONE)) {
            float logit = model.score(List.of(new TextPair("stone river", "a stone")))
                    .get(0)
                    .logit();
            assertThat(examples.get(0).labels()[1]).isCloseTo(logit, within(1e-4f));
        }
    }

    /** Two documents have the z-scores 1 and -1 of either teacher, or the other way round. */
    @Test
    void severalTeachersAreBroughtToOneScale() throws IOException {
        Path input = write("lists.jsonl", "{\"query\":\"river\",\"documents\":[\"the river\",\"a stone\"]}");
        assertThat(label(input, "--teacher", ONE, "--teacher", BI_ENCODER).code())
                .isZero();
        float[] labels =
                ExampleFile.read(folder.resolve("labelled.jsonl")).get(0).labels();
        assertThat(labels[0]).isCloseTo(-labels[1], within(1e-4f));
        assertThat(Math.abs(labels[0]))
                .satisfiesAnyOf(
                        z -> assertThat(z).isCloseTo(1, within(1e-4f)),
                        z -> assertThat(z).isCloseTo(0, within(1e-4f)));
    }

    @Test
    void likenessHasNoDirection() throws IOException {
        Path input = write("pairs.tsv", "text1\ttext2\tlabel", "a river\ta stone\t3", "a stone\ta river\t3", "x\tx\t5");
        Result result = label(input, "--teacher", BI_ENCODER, "--task", "sts", "--json");
        assertThat(result.json().path("labels").longValue()).isEqualTo(3);
        assertThat(result.json().path("spearman").isNumber()).isTrue();
        List<Example> examples = ExampleFile.read(folder.resolve("labelled.jsonl"));
        assertThat(examples.get(0).labels()[0]).isCloseTo(examples.get(1).labels()[0], within(1e-5f));
        assertThat(examples)
                .allSatisfy(example -> assertThat(example.labels()[0]).isBetween(0f, 1f));
    }

    @Test
    void classesHaveNamesAndAbstain() throws IOException {
        Path input = write("pairs.jsonl", "{\"a\":\"a river\",\"b\":\"a stone\",\"label\":\"nothing\"}");
        Result result = label(input, "--teacher", CLASSES, "--task", "nli", "--json");
        assertThat(result.json().path("accuracy").doubleValue()).isZero();
        JsonNode row = rows().get(0);
        assertThat(row.path("label").intValue()).isBetween(0, 2);
        assertThat(row.path("confidence").doubleValue()).isBetween(1 / 3.0, 1.0);
        Files.delete(folder.resolve("labelled.jsonl"));
        Result sure = label(input, "--teacher", CLASSES, "--task", "nli", "--min-confidence", "1", "--json");
        assertThat(sure.json().path("abstained").longValue()).isEqualTo(1);
        assertThat(rows()).isEmpty();
    }

    @Test
    void goesOnWhereItWasStopped() throws IOException {
        Path input = write(
                "pairs.tsv",
                IntStream.range(0, 40)
                        .mapToObj(i -> "question " + i + "\tanswer " + i)
                        .toArray(String[]::new));
        String[] how = {"--teacher", ONE, "--teacher", OTHER};
        assertThat(label(input, how).code()).isZero();
        Path labelled = folder.resolve("labelled.jsonl");
        byte[] whole = Files.readAllBytes(labelled);
        Files.delete(labelled);
        Files.write(folder.resolve("labelled.jsonl.partial"), Arrays.copyOf(whole, whole.length * 2 / 3));
        Files.writeString(folder.resolve("labelled.jsonl.partial.how"), "otherwise");
        String[] resumed =
                Stream.concat(Arrays.stream(how), Stream.of("--resume")).toArray(String[]::new);
        Files.writeString(
                folder.resolve("labelled.jsonl.partial.how"),
                label(input, resumed).err().replaceFirst("(?s).*where now it is (.*)\\); repeat that.*", "$1"));
        assertThat(label(input, resumed).err()).isEmpty();
        List<Example> all = ExampleFile.read(labelled);
        assertThat(all).hasSize(40);
        assertThat(withoutLabels(Files.readString(labelled)))
                .isEqualTo(withoutLabels(new String(whole, StandardCharsets.UTF_8)));
    }

    private static List<String> withoutLabels(String rows) {
        return rows.lines().map(row -> row.replaceFirst(",\"label.*", "")).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pairs.tsv | | 2 | --teacher",
                "pairs.tsv | --teacher no/where/at | 1 | neither a directory nor a hub id",
                "pairs.tsv | --teacher BERT3 | 2 | choose --task nli",
                "pairs.tsv | --teacher BERT1 --task nli | 2 | have the same two or more",
                "pairs.tsv | --teacher BERT1 --task mood | 2 | one of relevance, sts, nli",
                "pairs.tsv | --teacher BI --min-confidence 0.5 | 2 | needs a teacher that gives probabilities",
                "lists.jsonl | --teacher BERT1 --task sts | 1 | is a list, and --task sts labels pairs",
                "wrong.jsonl | --teacher BERT1 | 1 | has none of \"b\"",
                "one.tsv | --teacher BERT1 | 1 | line 1 has no tab",
                "pairs.csv | --teacher BERT1 | 1 | neither .tsv nor .jsonl",
                "empty.tsv | --teacher BERT1 | 1 | has nothing to label"
            })
    void refusesInASentence(String input, String options, int code, String words) throws IOException {
        write("pairs.tsv", "a\tb");
        write("lists.jsonl", "{\"query\":\"q\",\"documents\":[\"a\",\"b\"]}");
        write("wrong.jsonl", "{\"query\":\"q\"}");
        write("one.tsv", "a");
        write("empty.tsv");
        String[] arguments = options == null
                ? new String[0]
                : options.replace("BERT3", CLASSES)
                        .replace("BERT1", ONE)
                        .replace("BI", BI_ENCODER)
                        .split(" ");
        Result result = label(folder.resolve(input), arguments);
        assertThat(result.err()).startsWith("juxta: ").contains(words).doesNotContain("Exception");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.code()).isEqualTo(code);
        assertThat(folder.resolve("labelled.jsonl")).doesNotExist();
    }
}
