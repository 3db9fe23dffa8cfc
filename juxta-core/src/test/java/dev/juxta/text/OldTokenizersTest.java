package dev.juxta.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.DirectoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokenizers older than tokenizer.json have the reference's tokens; files made by make_tokenizers.py. */
class OldTokenizersTest {

    private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xlm-r",
                "camembert",
                "albert",
                "albert-cased",
                "deberta-v3",
                "deberta-v3-split",
                "t5",
                "t5-bpe",
                "roberta",
                "roberta-added",
                "deberta-v1",
                "llama",
                "llama-first",
                "gemma",
                "qwen2",
                "mpnet"
            })
    void tokensAreTheReferences(String name) throws IOException {
        Path folder = TOKENIZERS.resolve(name);
        List<String> wrong = new ArrayList<>();
        List<String> lines = Files.readAllLines(folder.resolve("golden.jsonl"));
        try (PairTokenizer tokenizer =
                TokenizerFiles.read(new DirectoryFiles(folder), false).tokenizer()) {
            for (String line : lines) {
                JsonNode pair = JsonMapper.shared().readTree(line);
                String a = pair.get("a").stringValue();
                String b = pair.get("b").stringValue();
                int[] ids = tokenizer.first("", a).with(b, 1_000_000).ids();
                int[] expected = pair.get("ids")
                        .valueStream()
                        .mapToInt(JsonNode::intValue)
                        .toArray();
                if (!Arrays.equals(ids, expected)) {
                    wrong.add(line + " is " + Arrays.toString(ids));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(lines).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            xlm-r   | xlnet | spm.model  | how "xlnet" uses it is not known; add a tokenizer.json, which save_pretrained() writes
            roberta | gpt2  | vocab.json | how "gpt2" uses it is not known; add a tokenizer.json
            """)
    void anUnknownFamilyIsNamed(String from, String model, String file, String message, @TempDir Path folder)
            throws IOException {
        Path source = TOKENIZERS.resolve(from);
        Files.copy(
                source.resolve(from.equals("xlm-r") ? "sentencepiece.bpe.model" : "vocab.json"), folder.resolve(file));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"" + model + "\"}");
        assertRefused(folder, message);
    }

    @Test
    void missingMergesAreNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"roberta\"}");
        Files.writeString(folder.resolve("vocab.json"), "{}");
        assertRefused(folder, "merges.txt is missing, and vocab.json needs it");
    }

    @Test
    void noTokenizerAtAllIsASentence(@TempDir Path folder) {
        assertRefused(folder, "has neither tokenizer.json nor vocab.txt, vocab.json or a SentencePiece model");
    }

    private static void assertRefused(Path folder, String message) {
        assertThatThrownBy(() -> TokenizerFiles.read(new DirectoryFiles(folder), false))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message);
    }

    @Property(tries = 2000)
    void aDamagedModelIsReadOrRefused(@ForAll long seed) throws IOException {
        byte[] model = Files.readAllBytes(TOKENIZERS.resolve("t5/spiece.model"));
        Random random = new Random(seed);
        for (int i = random.nextInt(5); i >= 0; i--) {
            model[random.nextInt(model.length)] = (byte) random.nextInt(256);
        }
        try {
            SentencePieceModel.parse(
                    "file", random.nextBoolean() ? model : Arrays.copyOf(model, random.nextInt(model.length)));
        } catch (CheckpointException e) {
            assertThat(e).hasMessageStartingWith("file is ");
        }
    }
}
