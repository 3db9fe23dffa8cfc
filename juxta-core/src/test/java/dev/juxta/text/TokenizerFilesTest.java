package dev.juxta.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.checkpoint.JsonFile;
import dev.juxta.checkpoint.MemoryFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A tokenizer out of its files: templates for pairs, old vocabularies, lengths, damage. */
class TokenizerFilesTest {

    private static final String JSON = "tokenizer.json";
    private static final String CONFIG = "tokenizer_config.json";

    private static MemoryFiles golden() throws IOException {
        return MemoryFiles.ofGolden("bert-tiny-1label");
    }

    private static TokenizedPair pair(MemoryFiles files, boolean lowercase, String first, String second)
            throws IOException {
        try (PairTokenizer tokenizer = TokenizerFiles.read(files, lowercase).tokenizer()) {
            return tokenizer.first("", first).with(second, 64);
        }
    }

    private static void assertRefused(MemoryFiles files, String... says) {
        assertThatThrownBy(() -> TokenizerFiles.read(files, false).tokenizer().close())
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(says);
    }

    // templates

    private static PairTemplate template(String postProcessor) throws CheckpointException {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.set("post_processor", JsonMapper.shared().readTree(postProcessor));
        root.putObject("model");
        return TokenizerJson.of(new JsonFile("file", root)).pairTemplate();
    }

    private static void assertTemplateRefused(String postProcessor, String... says) {
        assertThatThrownBy(() -> template(postProcessor))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("file: the post_processor")
                .hasMessageContainingAll(says);
    }

    private static String processing(String pair) {
        return "{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[" + pair
                + "],\"special_tokens\":{\"<s>\":{\"ids\":[7]},\"two\":{\"ids\":[8,9]},\"none\":{\"ids\":[]},"
                + "\"odd\":{\"ids\":[\"8\"]},\"minus\":{\"ids\":[-1]},\"object\":{\"ids\":{\"a\":1}}}}";
    }

    private static String text(String id, String type) {
        return "{\"Sequence\":{\"id\":\"" + id + "\",\"type_id\":" + type + "}}";
    }

    private static String special(String id, String type) {
        return "{\"SpecialToken\":{\"id\":\"" + id + "\",\"type_id\":" + type + "}}";
    }

    @Test
    void templateOfBertProcessing() throws CheckpointException {
        assertThat(template("{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}"))
                .isEqualTo(PairTemplate.bert(2, 3));
    }

    @Test
    void templateOfRobertaProcessing() throws CheckpointException {
        String processor = "{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",2],\"cls\":[\"<s>\",0],"
                + "\"trim_offsets\":true,\"add_prefix_space\":false}";
        assertThat(template(processor)).isEqualTo(PairTemplate.roberta(0, 2));
    }

    @Test
    void templateOfTemplateProcessing() throws CheckpointException {
        String pieces = String.join(",", special("<s>", "0"), text("A", "0"), special("two", "1"), text("B", "1"));
        assertThat(template(processing(pieces)).parts())
                .containsExactly(
                        new PairTemplate.Special(7, 0),
                        new PairTemplate.Text(false, 0),
                        new PairTemplate.Special(8, 1),
                        new PairTemplate.Special(9, 1),
                        new PairTemplate.Text(true, 1));
        assertThat(template(processing(text("B", "0") + "," + text("A", "1"))).parts())
                .containsExactly(new PairTemplate.Text(true, 0), new PairTemplate.Text(false, 1));
    }

    @Test
    void templateOfASequenceIsThatOfItsStep() throws CheckpointException {
        String bert = "{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]}";
        String bytes = "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":false}";
        assertThat(template("{\"type\":\"Sequence\",\"processors\":[" + bytes + "," + bert + "]}"))
                .isEqualTo(PairTemplate.bert(2, 3));
        assertThat(template("{\"type\":\"Sequence\",\"processors\":[" + bytes + "]}"))
                .isEqualTo(PairTemplate.bare());
        assertThat(template("{\"type\":\"Sequence\",\"processors\":[]}")).isEqualTo(PairTemplate.bare());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{\"type\":\"ByteLevel\",\"trim_offsets\":true}"})
    void withoutATemplateTheTextsStandBare(String processor) throws CheckpointException {
        assertThat(template(processor)).isEqualTo(PairTemplate.bare());
    }

    @Test
    void refusesTemplatesThatAreNone() {
        assertTemplateRefused("{\"type\":\"Other\"}", "\"Other\"", "BertProcessing");
        assertTemplateRefused("{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3]}", "\"cls\"");
        assertTemplateRefused("{\"type\":\"BertProcessing\",\"sep\":3,\"cls\":[\"[CLS]\",2]}", "\"sep\"");
        assertTemplateRefused("{\"type\":\"RobertaProcessing\",\"sep\":[\"x\",3],\"cls\":[\"x\",-2]}", "-2");
        assertTemplateRefused(
                "{\"type\":\"RobertaProcessing\",\"sep\":[\"x\",3],\"cls\":[\"x\",4294967296]}", "4294967296");
        assertTemplateRefused("{\"type\":\"RobertaProcessing\",\"sep\":[\"x\",3],\"cls\":[\"x\",1.5]}", "1.5");
        assertTemplateRefused(processing(text("A", "0")), "the second 0 times");
        assertTemplateRefused(processing(text("A", "0") + "," + text("A", "0")), "the first 2 times");
        assertTemplateRefused("{\"type\":\"TemplateProcessing\"}", "the first 0 times");
        assertTemplateRefused("{\"type\":\"TemplateProcessing\",\"pair\":7}", "the first 0 times");
        assertTemplateRefused(processing(special("other", "0")), "\"other\"", "no id");
        assertTemplateRefused(processing(special("none", "0")), "\"none\"", "no id");
        assertTemplateRefused(processing(special("object", "0")), "\"object\"", "no id");
        assertTemplateRefused(processing(special("odd", "0")), "\"odd\"", "\"8\"");
        assertTemplateRefused(processing(special("minus", "0")), "\"minus\"", "-1");
        assertTemplateRefused(processing(special("<s>", "-1")), "type_id", "-1");
        assertTemplateRefused(processing(text("A", "\"x\"")), "type_id", "\"x\"");
        assertTemplateRefused(processing("{\"Sequence\":{\"id\":\"A\"}}"), "type_id", "missing");
        assertTemplateRefused(processing("{}"), "\"\"", "no id");
    }

    // tokenizer.json

    @Test
    void refusesWhatIsNoTokenizer() throws IOException {
        assertRefused(golden().with(JSON, "{}"), JSON, "no \"model\"");
        assertRefused(golden().with(JSON, ""), JSON, "empty");
        assertRefused(golden().with(JSON, "[]"), JSON, "must hold a JSON object");
        assertRefused(golden().edit(JSON, root -> root.put("model", 7)), JSON, "\"model\"");
        assertRefused(golden().without(JSON), "neither tokenizer.json nor vocab.txt");
    }

    /** The native library would end the process at these. */
    @ParameterizedTest
    @ValueSource(
            strings = {"model", "normalizer", "pre_tokenizer", "post_processor", "decoder", "added_tokens", "version"})
    void refusesWhatTheNativeLibraryCannotSurvive(String key) throws IOException {
        String deep = "{\"type\":\"Sequence\",\"a\":".repeat(200) + "1" + "}".repeat(200);
        String huge = "{\"type\":\"Sequence\",\"a\":1" + "0".repeat(400) + "}";
        for (String value : List.of(deep, huge)) {
            MemoryFiles files = golden().edit(
                            JSON, root -> root.set(key, JsonMapper.shared().readTree(value)));
            assertRefused(files, JSON, "damaged");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"null", "7", "\"\"", "\"?\"", "\"AAAA\"", "\"/////w==\"", "\"AQAAAA==\"", "\"BAAAAAAAAAD/\""})
    void refusesADamagedCharacterMap(String map) throws IOException {
        String normalizer =
                "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Precompiled\",\"precompiled_charsmap\":" + map
                        + "}]}";
        assertRefused(
                golden().edit(
                                JSON,
                                root -> root.set(
                                        "normalizer", JsonMapper.shared().readTree(normalizer))),
                "precompiled_charsmap");
    }

    @Test
    void theTemplateForOneTextIsOfNoConsequence() throws IOException {
        MemoryFiles files = golden().edit(JSON, root -> {
            ObjectNode template = (ObjectNode) root.path("post_processor");
            template.set("single", template.path("pair").deepCopy());
        });
        assertThat(pair(files, false, "how", "many").ids())
                .isEqualTo(pair(golden(), false, "how", "many").ids());
    }

    @Test
    void lowercasesBeforeAllElse() throws IOException {
        MemoryFiles cased = golden().edit(JSON, root -> root.putNull("normalizer"));
        assertThat(pair(cased, true, "How MANY", "PEOPLE").ids())
                .isEqualTo(pair(cased, false, "how many", "people").ids())
                .isNotEqualTo(pair(cased, false, "How MANY", "PEOPLE").ids());
        MemoryFiles accents = golden().edit(
                        JSON,
                        root -> ((ObjectNode) root.path("normalizer"))
                                .put("lowercase", false)
                                .put("strip_accents", false));
        assertThat(pair(accents, true, "\u00c9", "x").ids())
                .isEqualTo(pair(accents, false, "\u00e9", "x").ids());
    }

    @Test
    void saysThatADamagedTokenizerFailsOnAText() throws IOException {
        MemoryFiles files = golden().edit(JSON, root -> {
            ((ObjectNode) root.path("model")).put("unk_token", "[NONE]");
            root.putArray("added_tokens");
        });
        assertThatThrownBy(() -> pair(files, false, "\u4e00\u4e01\u4e02", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokenizer fails on a text")
                .hasMessageContaining("damaged");
    }

    @Test
    void refusesAVocabularyWithoutMpNetsTokens() throws IOException {
        MemoryFiles files = golden().without(JSON)
                .with("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n")
                .edit("config.json", root -> root.put("model_type", "mpnet"));
        assertRefused(files, "vocab.txt", "has no line \"<s>\"");
    }

    // tokenizer_config.json

    @ParameterizedTest
    @CsvSource({"512, 512", "512.0, 512", "1, 1", "1000000000000000019884624838656, -1", "1e30, -1", ", -1"})
    void maximumLengthWhereItIsOne(String length, int expected) throws IOException {
        MemoryFiles files = golden().with(CONFIG, "{\"model_max_length\": " + length + "}");
        try (PairTokenizer tokenizer = TokenizerFiles.read(files, false).tokenizer()) {
            assertThat(tokenizer.specials()).isEqualTo(3);
        }
        assertThat(TokenizerFiles.read(files, false).maxLength().orElse(-1)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "0.5", "\"512\"", "[]", "true", "-1e30"})
    void refusesAMaximumLengthThatIsNone(String length) throws IOException {
        assertRefused(golden().with(CONFIG, "{\"model_max_length\": " + length + "}"), CONFIG, "model_max_length");
    }

    @Test
    void segmentsAreUsedWhereTheInputsNameThem() throws IOException {
        Consumer<ObjectNode> with =
                root -> root.putArray("model_input_names").add("input_ids").add("token_type_ids");
        Consumer<ObjectNode> without =
                root -> root.putArray("model_input_names").add("input_ids");
        assertThat(TokenizerFiles.read(golden().edit(CONFIG, with), false).usesSegments())
                .contains(true);
        assertThat(TokenizerFiles.read(golden().edit(CONFIG, without), false).usesSegments())
                .contains(false);
        assertThat(TokenizerFiles.read(golden(), false).usesSegments()).isEmpty();
        assertThat(TokenizerFiles.read(golden().without(CONFIG), false).usesSegments())
                .isEmpty();
        assertRefused(golden().edit(CONFIG, root -> root.put("model_input_names", "ids")), "a list of texts");
    }

    // vocab.txt

    private static final List<String> VOCABULARY =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "how", "many", "##s", "Caf\u00e9", "cafe");

    private static MemoryFiles vocabulary(String content) {
        return MemoryFiles.empty().with("vocab.txt", content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void readsAVocabularyWhateverItsLinesEndWith(String end) throws IOException {
        String lines = String.join(end, VOCABULARY);
        for (String content : List.of(lines, lines + end)) {
            TokenizedPair pair = pair(vocabulary(content), false, "How manys", "CAF\u00c9 [SEP] other");
            assertThat(pair.ids()).containsExactly(2, 5, 6, 7, 3, 9, 3, 1, 3);
            assertThat(pair.segments()).containsExactly(0, 0, 0, 0, 0, 1, 1, 1, 1);
        }
    }

    @Test
    void caseAndAccentsAreTheConfigs() throws IOException {
        MemoryFiles files = vocabulary(String.join("\n", VOCABULARY));
        MemoryFiles cased = files.with(CONFIG, "{\"do_lower_case\": false}");
        assertThat(pair(cased, false, "How how", "Caf\u00e9").ids()).containsExactly(2, 1, 5, 3, 8, 3);
        assertRefused(files.with(CONFIG, "{\"do_lower_case\": \"no\"}"), "do_lower_case", "true or false");
    }

    @Test
    void specialTokensAreTheConfigs() throws IOException {
        MemoryFiles files = vocabulary("<pad>\n<unk>\n<s>\n</s>\nhow")
                .with(
                        CONFIG,
                        "{\"unk_token\": \"<unk>\", \"cls_token\": {\"content\": \"<s>\"}, \"sep_token\": \"</s>\"}");
        assertThat(pair(files, false, "how", "other").ids()).containsExactly(2, 4, 3, 1, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[UNK]", "[CLS]", "[SEP]"})
    void namesASpecialTokenThatIsMissing(String token) {
        String lines = String.join("\n", VOCABULARY).replace(token, "x");
        assertRefused(vocabulary(lines), "vocab.txt", "\"" + token + "\"");
    }

    @Test
    void refusesAVocabularyThatIsNone() {
        assertRefused(vocabulary(""), "vocab.txt", "[UNK]");
        byte[] notText = "[PAD]\n\u00ff".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(MemoryFiles.empty().with("vocab.txt", notText), "vocab.txt", "not UTF-8");
    }

    @Test
    void ofTwoEqualLinesTheLastCounts() throws IOException {
        MemoryFiles files = vocabulary(String.join("\n", VOCABULARY) + "\nhow\n");
        assertThat(pair(files, false, "how", "many").ids()).containsExactly(2, 10, 3, 6, 3);
    }
}
