package dev.juxta.model;

import static dev.juxta.model.SettingsFiles.CHAIN;
import static dev.juxta.model.SettingsFiles.CONFIG;
import static dev.juxta.model.SettingsFiles.TRANSFORMER;
import static dev.juxta.model.SettingsFiles.assertRefused;
import static dev.juxta.model.SettingsFiles.plain;
import static dev.juxta.model.SettingsFiles.read;
import static dev.juxta.model.SettingsFiles.saved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.ChatTemplateFile;
import dev.juxta.checkpoint.MemoryFiles;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a checkpoint's files decide: the rules of sentence-transformers, one test each. */
class SettingsTest {

    // labels

    private static MemoryFiles labels(Consumer<ObjectNode> edit) throws IOException {
        return plain().edit(CONFIG, root -> {
            root.remove(List.of("id2label", "label2id"));
            edit.accept(root);
        });
    }

    @Test
    void labelsAreThoseOfTheConfig() throws IOException {
        assertThat(read(MemoryFiles.ofGolden("bert-3labels")).labels())
                .containsExactly("contradiction", "entailment", "neutral");
        assertThat(read(labels(root -> root.put("num_labels", 3))).labels())
                .containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
        assertThat(read(labels(root -> {})).labels()).containsExactly("LABEL_0", "LABEL_1");
    }

    @Test
    void labelNamesComeBeforeTheirNumber() throws IOException {
        MemoryFiles files = labels(root -> {
            root.put("num_labels", 5);
            root.putObject("id2label").put("0", "no").put("1", "yes");
        });
        assertThat(read(files).labels()).containsExactly("no", "yes");
    }

    @Test
    void thereIsOneLabelWhereNothingClassifies() throws IOException {
        MemoryFiles files = labels(root -> {
            root.putArray("architectures").add("BertModel");
            root.put("num_labels", 5);
        });
        assertThat(read(files).labels()).hasSize(1);
        assertThat(read(labels(root -> root.remove("architectures"))).labels()).hasSize(1);
    }

    @Test
    void labelsThatCannotBeMeantAreRefused() throws IOException {
        assertRefused(labels(root -> root.putObject("id2label")), "id2label", "no label");
        assertRefused(labels(root -> root.putArray("id2label")), "id2label", "must be an object", "[]");
        assertRefused(labels(root -> root.putObject("id2label").put("0", 7)), "id2label", "\"0\" must be a text", "7");
        for (String number : List.of("0", "-1", "1.5", "1e30", "99999999")) {
            MemoryFiles files = labels(root -> root.put("num_labels", new java.math.BigDecimal(number)));
            assertRefused(files, "num_labels", "must be a whole number from 1");
        }
    }

    // maximum length, case, prompts

    @Test
    void savedLengthAndCaseCountOnlyWithModules() throws IOException {
        MemoryFiles files =
                saved().edit(TRANSFORMER, root -> root.put("max_seq_length", 20).put("do_lower_case", true));
        assertThat(read(files).maxSequenceLength()).hasValue(20);
        assertThat(read(files).lowercase()).isTrue();
        assertThat(read(files.without("modules.json")).maxSequenceLength()).isEmpty();
        assertThat(read(files.without("modules.json")).lowercase()).isFalse();
        assertThat(read(saved()).maxSequenceLength()).isEmpty();
        assertThat(read(saved()).lowercase()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sentence_roberta_config.json",
                "sentence_distilbert_config.json",
                "sentence_camembert_config.json",
                "sentence_albert_config.json",
                "sentence_xlm-roberta_config.json",
                "sentence_xlnet_config.json"
            })
    void readsTheLegacyNamesOfTheTransformersFile(String name) throws IOException {
        MemoryFiles files = saved().without(TRANSFORMER).edit(name, root -> root.put("max_seq_length", 21));
        assertThat(read(files).maxSequenceLength()).hasValue(21);
        assertThat(read(files.edit(TRANSFORMER, root -> root.put("max_seq_length", 22)))
                        .maxSequenceLength())
                .hasValue(22);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "2.5", "1e30"})
    void savedLengthThatCannotBeMeantIsRefused(String length) throws IOException {
        assertRefused(
                saved().edit(TRANSFORMER, root -> root.put("max_seq_length", new java.math.BigDecimal(length))),
                "max_seq_length",
                "must be a whole number from 1");
    }

    @Test
    void promptsOfTheChain() throws IOException {
        Settings settings = read(saved());
        assertThat(settings.prompts()).containsEntry("web", "Search the web: ").containsKey("faq");
        assertThat(settings.defaultPrompt()).contains("web");
        assertThat(read(saved().without("modules.json")).prompts()).isEmpty();
        assertThat(read(saved().without("modules.json")).defaultPrompt()).isEmpty();
    }

    @Test
    void promptsThatAreNotThereAreRefused() throws IOException {
        assertRefused(saved().edit(CHAIN, root -> root.put("default_prompt_name", "other")), "\"other\"", "faq", "web");
        assertRefused(saved().edit(CHAIN, root -> root.putArray("prompts")), "\"prompts\" must be an object");
        assertRefused(saved().edit(CHAIN, root -> root.putObject("prompts").put("web", 1)), "must be a text");
    }

    // which network

    @Test
    void refusesABiEncoder() throws IOException {
        assertRefused(saved().without(CHAIN), "SentenceTransformer", "embeds one text", "CrossEncoder");
        assertRefused(saved().edit(CHAIN, root -> root.remove("model_type")), "SentenceTransformer");
        assertRefused(saved().edit(CHAIN, root -> root.put("model_type", "SparseEncoder")), "SparseEncoder");
    }

    @Test
    void refusesAChainThatIsNone() throws IOException {
        assertRefused(saved().with("modules.json", "[]"), "modules.json", "lists no modules");
        assertRefused(saved().with("modules.json", "[{\"type\":{\"a\":1}}]"), "modules.json");
        assertRefused(saved().with("modules.json", "[7]"), "modules.json");
        assertRefused(saved().with("modules.json", "{}"), "must hold a JSON list");
    }

    @Test
    void takesTheTransformerOfAnyVersion() throws IOException {
        MemoryFiles files =
                saved().with("modules.json", "[{\"type\":\"sentence_transformers.models.Transformer\",\"path\":\"\"}]");
        assertThat(read(files).architecture().modelType()).isEqualTo("bert");
    }

    @Test
    void refusesAnUnknownArchitectureNamingIt() throws IOException {
        assertRefused(
                plain().edit(CONFIG, root -> root.put("model_type", "quantum")),
                "\"quantum\"",
                "not supported",
                "supported are: " + String.join(", ", Architectures.supported()));
        assertRefused(plain().edit(CONFIG, root -> root.put("model_type", "Bert")), "\"Bert\"");
        assertRefused(plain().edit(CONFIG, root -> root.put("model_type", 7)), "must be a text");
    }

    @Test
    void choosesByTheFirstArchitectureWithoutModelType() throws IOException {
        MemoryFiles files = plain().edit(CONFIG, root -> root.remove("model_type"));
        assertThat(read(files).architecture().modelType()).isEqualTo("bert");
        assertRefused(
                files.edit(CONFIG, root -> root.putArray("architectures").add("QuantumForSequenceClassification")),
                "\"QuantumForSequenceClassification\"");
        assertRefused(files.edit(CONFIG, root -> root.remove("architectures")), "no \"model_type\"", "bert");
    }

    @Test
    void refusesATextGeneratorThatIsNone() throws IOException {
        assertRefused(
                plain().edit(CONFIG, root -> root.putArray("architectures").add("BertForCausalLM"))
                        .edit(
                                "tokenizer.json",
                                root -> root.withObject("model")
                                        .withObject("vocab")
                                        .put("yes", 7)
                                        .put("no", 8)),
                "logits of tokens",
                "bert");
    }

    @Test
    void refusesATextGeneratorThatCannotSayYes() throws IOException {
        MemoryFiles files = MemoryFiles.ofGolden("generator-tied");
        assertThat(read(files).labels()).containsExactly("LABEL_0");
        assertRefused(
                files.edit(
                        "tokenizer.json",
                        root -> root.withObject("model").withObject("vocab").remove("yes")),
                "\"yes\"",
                "text generator");
        assertRefused(files.without("tokenizer.json"), "has neither tokenizer.json nor");
    }

    @Test
    void aChatTemplateCountsUnlessItIsTurnedOff() throws IOException {
        MemoryFiles files = MemoryFiles.ofGolden("generator-saved")
                .edit("tokenizer_config.json", root -> root.put("chat_template", "{{ messages[0].content[0].text }}"));
        assertThat(read(files).chat()).isEmpty();
        ChatTemplateFile chat = read(files.edit(TRANSFORMER, root -> {
                    root.remove("modality_config");
                    root.putObject("processing_kwargs")
                            .putObject("chat_template")
                            .put("restore_suffix", false)
                            .put("max_length", 7)
                            .put("style", "brief");
                }))
                .chat()
                .orElseThrow();
        assertThat(chat.structured()).isTrue();
        assertThat(chat.restoresTail()).isFalse();
        assertThat(chat.variables())
                .containsEntry("style", "brief")
                .containsEntry("pad_token", "<|endoftext|>")
                .containsEntry("add_generation_prompt", false)
                .doesNotContainKeys("max_length", "restore_suffix");
        assertThat(read(MemoryFiles.ofGolden("qwen3").with("chat_template.jinja", "x"))
                        .chat()
                        .orElseThrow()
                        .structured())
                .isFalse();
    }

    @Test
    void promptsKeepTheOrderOfTheirFile() throws IOException {
        MemoryFiles files = MemoryFiles.ofGolden("chain-ettin").edit("config_sentence_transformers.json", root -> {
            ObjectNode prompts = root.putObject("prompts");
            for (String name : List.of("web", "code", "zeta", "alpha", "mid", "b")) {
                prompts.put(name, name + ": ");
            }
        });
        assertThat(read(files).prompts().keySet()).containsExactly("web", "code", "zeta", "alpha", "mid", "b");
    }

    @Test
    void ofSeveralChatTemplatesTheDefaultCounts() throws IOException {
        MemoryFiles files = MemoryFiles.ofGolden("qwen3").edit("tokenizer_config.json", root -> {
            ArrayNode templates = root.putArray("chat_template");
            templates.addObject().put("name", "tool_use").put("template", "t");
            templates.addObject().put("name", "default").put("template", "d");
        });
        assertThat(read(files).chat().orElseThrow().source()).isEqualTo("d");
        assertRefused(
                files.edit(
                        "tokenizer_config.json",
                        root -> root.withArray("chat_template").remove(1)),
                "several chat templates",
                "\"default\"");
    }

    @Test
    void refusesCodeOfARepository() throws IOException {
        for (String type : List.of("new", "bert")) {
            MemoryFiles files = plain().edit(
                            CONFIG,
                            root -> root.put("model_type", type)
                                    .putObject("auto_map")
                                    .put("AutoModelForSequenceClassification", "modeling.Own"));
            assertRefused(files, "\"" + type + "\"", "Python code", "never run");
        }
        MemoryFiles harmless =
                plain().edit(CONFIG, root -> root.putObject("auto_map").put("AutoTokenizer", "tokenization.Own"));
        assertThat(read(harmless).architecture().modelType()).isEqualTo("bert");
    }

    @Test
    void refusesMeasuresThatCannotBeMeant() throws IOException {
        List<String> keys = List.of(
                "hidden_size",
                "num_attention_heads",
                "num_hidden_layers",
                "intermediate_size",
                "vocab_size",
                "max_position_embeddings",
                "type_vocab_size");
        for (String key : keys) {
            for (String value : List.of("0", "-1", "0.5", "2147483648", "1e30", "1" + "0".repeat(400))) {
                MemoryFiles files = plain().edit(CONFIG, root -> root.put(key, new java.math.BigDecimal(value)));
                assertRefused(files, "config.json", key);
            }
            assertRefused(plain().edit(CONFIG, root -> root.put(key, "32")), key, "\"32\"");
        }
        assertThat(read(plain().edit(CONFIG, root -> {
                            for (String key : keys) {
                                root.remove(key);
                            }
                        }))
                        .architecture()
                        .shape())
                .as("what transformers assumes")
                .isEqualTo(new Architecture.Shape(12, 768, 12, 3072, 30_522, 512));
        assertRefused(plain().edit(CONFIG, root -> root.put("num_attention_heads", 5)), "32", "multiple", "5");
    }

    @Test
    void refusesWhatBertDoesNotHave() throws IOException {
        assertRefused(plain().edit(CONFIG, root -> root.put("hidden_act", "mish")), "\"mish\"", "gelu, ");
        assertRefused(
                plain().edit(CONFIG, root -> root.put("position_embedding_type", "relative_key")),
                "\"relative_key\"",
                "absolute");
        for (String epsilon : List.of("-1", "2", "1e300", "1" + "0".repeat(400))) {
            assertRefused(
                    plain().edit(CONFIG, root -> root.put("layer_norm_eps", new java.math.BigDecimal(epsilon))),
                    "layer_norm_eps",
                    "must be a number");
        }
    }
}
