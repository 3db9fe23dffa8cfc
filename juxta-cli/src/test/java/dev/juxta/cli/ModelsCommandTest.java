package dev.juxta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ModelsCommandTest {

    @TempDir
    private Path cache = Path.of("");

    @Test
    void describesACheckpoint() {
        Result result = Cli.PLAIN.run("models", Cli.golden("bert-3labels"), "--json");
        JsonNode object = result.json().get(0);
        assertThat(object.get("architecture").asString()).isEqualTo("bert");
        assertThat(object.get("labels")).hasSize(3);
        assertThat(Result.keys(object))
                .contains("layers", "activation_source", "max_length_source", "stored", "engine", "precision");
        Result people = Cli.PLAIN.run("models", "embedded");
        assertThat(people.code()).isZero();
        assertThat(people.out()).contains("architecture  juxta_gated_bert", "max length    256 tokens");
        assertThat(people.out())
                .contains("licence       apache-2.0", "languages     en", "made from     sentence-transformers/");
    }

    @Test
    void listsTheCache() throws IOException {
        Path model = cache.resolve("models--owner--name");
        Path snapshot = Files.createDirectories(model.resolve("snapshots/abc"));
        Files.createDirectories(model.resolve("refs"));
        Files.writeString(model.resolve("refs/main"), "abc");
        Files.writeString(snapshot.resolve("config.json"), "{\"model_type\":\"marian\"}");
        Cli cli = Cli.PLAIN.with("HF_HUB_CACHE", cache.toString());
        JsonNode listed = cli.run("models", "--json").json().get(0);
        assertThat(Result.keys(listed)).containsExactly("embedded", "cache");
        JsonNode entry = listed.get("cache").get("models").get(0);
        assertThat(entry.get("id").asString()).isEqualTo("owner/name");
        assertThat(entry.get("usable").asBoolean()).isFalse();
        assertThat(entry.get("what").asString()).contains("marian");
        assertThat(cli.run("models").out()).contains("owner/name", "marian");
    }

    @Test
    void refusesTwoModels() {
        Result result = Cli.PLAIN.run("models", "a", "--model", "b");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("\"a\"", "\"b\"");
    }
}
