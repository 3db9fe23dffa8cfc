package dev.juxta.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleFileTest {

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static String describe(List<Example> examples) {
        StringBuilder text = new StringBuilder();
        for (Example example : examples) {
            text.append(example.query()).append(' ').append(example.documents()).append(' ');
            for (float label : example.labels()) {
                text.append(label).append(' ');
            }
        }
        return text.toString();
    }

    @Test
    void readsEveryFormOfALine() throws IOException {
        assertThat(describe(ExampleFile.read(file("a.tsv", "q\td\t0.5\n\nq\tp\tn\nq\tp\tn\tm\n"))))
                .isEqualTo("q [d] 0.5 q [p, n] 1.0 0.0 q [p, n, m] 1.0 0.0 0.0 ");
        assertThat(describe(ExampleFile.read(file("a.jsonl", """
                        {"a": "q", "b": "d", "label": 1}
                        {"query": "q", "positive": "p", "negatives": ["n", "m"]}
                        {"anchor": "q", "positive": "p", "negative": "n"}
                        {"query": "q", "documents": ["x", "y"], "labels": [2, -0.5]}
                        """))))
                .isEqualTo("q [d] 1.0 q [p, n, m] 1.0 0.0 0.0 q [p, n] 1.0 0.0 q [x, y] 2.0 -0.5 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.tsv | q | line 1 has 1 columns; two texts and a number",
                "a.jsonl | {\"query\": \"q\"} | has none of \"label\"",
                "a.jsonl | {\"query\": \"q\", \"documents\": [\"d\"], \"labels\": [1, 2]} | must be a list of 1 numbers",
                "a.jsonl | {\"a\": \"q\", \"b\": \"d\", \"label\": \"yes\"} | \"label\" must be a number, and is \"yes\"",
                "a.csv | q,d | neither a BEIR folder nor a .tsv or .jsonl file",
            })
    void saysWhatIsWrong(String name, String text, String message) {
        assertThatThrownBy(() -> ExampleFile.read(file(name, text)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsAFolderInBeirsLayout() throws IOException {
        file(
                "corpus.jsonl",
                "{\"_id\": \"1\", \"title\": \"T\", \"text\": \"one\"}\n{\"_id\": \"2\", \"text\": \"two\"}\n");
        file("queries.jsonl", "{\"_id\": \"q\", \"text\": \"ask\"}\n{\"_id\": \"r\", \"text\": \"nothing\"}\n");
        file("qrels/train.tsv", "query-id\tcorpus-id\tscore\nq\t1\t1\nr\t2\t0\n");
        assertThat(describe(BeirFolder.read(folder, 0, 1))).isEqualTo("ask [T one] 1.0 ");
        assertThat(BeirFolder.read(folder, 20, 1).get(0).documents()).containsExactly("T one", "two");
        assertThatThrownBy(() -> BeirFolder.read(folder.resolve("qrels"), 0, 1))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("has no corpus.jsonl");
    }

    @Test
    void saysWhichLineIsWrong() throws IOException {
        Path file = file("b.tsv", "river\tthe river\t1\nriver\n");
        try (ExampleSource examples = ExampleFile.open(file)) {
            assertThatThrownBy(() -> examples.get(1)).hasMessageContaining("b.tsv, line 2 has 1 columns");
        }
        Path empty = file("c.jsonl", " \n\n");
        assertThatThrownBy(() -> ExampleFile.open(empty)).hasMessageContaining("has no examples");
    }
}
