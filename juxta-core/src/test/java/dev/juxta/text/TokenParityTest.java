package dev.juxta.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.Goldens;
import dev.juxta.Shared;
import dev.juxta.checkpoint.DirectoryFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Thousands of real pairs in sixteen languages have the reference's tokens, by five real tokenizers. */
@TestInstance(Lifecycle.PER_CLASS)
class TokenParityTest {

    private static final int MAX_LENGTH = 512;
    private static final int FEWEST_PAIRS = 5000;

    private final Map<String, Map<String, String>> texts = new HashMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"bert-base-uncased", "bert-base-uncased-vocab", "mbert-uncased", "roberta", "xlm-r"})
    void tokensAreTheReferences(String name, @TempDir Path folder) throws IOException {
        unpack(name, Shared.require("data/tokenizers"), folder);
        List<String> wrong = new ArrayList<>();
        int pairs = 0;
        try (PairTokenizer tokenizer =
                TokenizerFiles.read(new DirectoryFiles(folder), false).tokenizer()) {
            for (String[] row : rows(name)) {
                TokenizedPair pair = tokenizer
                        .first("", text(row[1], row[2], row[3]))
                        .with(text(row[4], row[5], row[6]), MAX_LENGTH);
                List<String> found =
                        List.of(Integer.toString(pair.lengthBefore()), crc(pair.ids()), crc(pair.segments()));
                if (!found.equals(List.of(row[7], row[8], row[9]))) {
                    wrong.add(String.join(" ", row) + " is " + found);
                }
                pairs++;
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(pairs).isGreaterThan(FEWEST_PAIRS);
    }

    private static List<String[]> rows(String tokenizer) throws IOException {
        return Shared.gzippedLines(Goldens.folder("token-parity.tsv.gz")).stream()
                .map(line -> line.split("\t", -1))
                .filter(row -> row[0].equals(tokenizer))
                .toList();
    }

    private static void unpack(String name, Path from, Path to) throws IOException {
        switch (name) {
            case "bert-base-uncased" -> copy(from.resolve("bert-base-uncased-tokenizer.json"), to);
            case "bert-base-uncased-vocab" ->
                Files.copy(from.resolve("bert-base-uncased-vocab.txt"), to.resolve("vocab.txt"));
            case "roberta" -> copy(from.resolve("roberta-tokenizer.json"), to);
            case "xlm-r" -> {
                Path packed = from.resolve("paraphrase-multilingual-mpnet-base-v2.tokenizer.json.gz");
                try (InputStream stream = new GZIPInputStream(Files.newInputStream(packed))) {
                    Files.copy(stream, to.resolve("tokenizer.json"));
                }
            }
            default -> {
                try (ZipFile zip = new ZipFile(from.resolve("mbert-uncased.zip").toFile());
                        InputStream stream = zip.getInputStream(zip.stream()
                                .filter(entry -> entry.getName().endsWith("tokenizer.json"))
                                .findFirst()
                                .orElseThrow())) {
                    Files.copy(stream, to.resolve("tokenizer.json"), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static void copy(Path json, Path to) throws IOException {
        Files.copy(json, to.resolve("tokenizer.json"));
    }

    private String text(String file, String key, String field) throws IOException {
        Map<String, String> column = texts.get(file + "#" + field);
        if (column == null) {
            column = column(file, field);
            texts.put(file + "#" + field, column);
        }
        return column.getOrDefault(key, "");
    }

    /** One field of a data set: by its id, or by its row below the header. */
    private static Map<String, String> column(String file, String field) throws IOException {
        List<String> lines = Shared.gzippedLines(Shared.require("data/" + file));
        Map<String, String> column = new HashMap<>();
        if (file.endsWith(".jsonl.gz")) {
            for (String line : lines) {
                JsonNode row = JsonMapper.shared().readTree(line);
                column.put(row.get("_id").asString(), row.get(field).stringValue());
            }
        } else {
            int index = Arrays.asList(lines.get(0).split("\t", -1)).indexOf(field);
            for (int i = 1; i < lines.size(); i++) {
                column.put(Integer.toString(i - 1), lines.get(i).split("\t", -1)[index]);
            }
        }
        return column;
    }

    private static String crc(int[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(numbers);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return "%08x".formatted(crc.getValue());
    }
}
