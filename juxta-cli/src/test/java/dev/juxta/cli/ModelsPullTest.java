package dev.juxta.cli;

import static dev.juxta.hub.LocalHub.COMMIT;
import static dev.juxta.hub.LocalHub.ID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.cli.Cli.Result;
import dev.juxta.hub.LocalHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Models are fetched, listed and removed over a real connection to a hub on this machine. */
@Timeout(60)
class ModelsPullTest {

    @TempDir
    private Path cache = Path.of("");

    private LocalHub hub;
    private Cli cli = Cli.PLAIN;

    @BeforeEach
    void startHub() throws IOException {
        hub = new LocalHub().withFolder(Path.of(Cli.golden("bert-3labels")));
        cli = Cli.PLAIN
                .with("HF_ENDPOINT", hub.address().toString())
                .with("HF_HUB_CACHE", cache.toString())
                .with("NO_PROXY", "*");
    }

    @AfterEach
    void stopHub() {
        hub.close();
    }

    @Test
    void pullsListsUsesAndRemoves() {
        Result pulled = cli.run("models", "pull", ID, "--json");
        assertThat(pulled.code()).isZero();
        JsonNode object = pulled.json().get(0);
        assertThat(object.get("commit").asString()).isEqualTo(COMMIT);
        assertThat(Path.of(object.get("path").asString()).resolve("model.safetensors"))
                .exists();
        assertThat(pulled.err().lines()).first().asString().startsWith("juxta: fetching owner/name: ");
        assertThat(pulled.err()).contains("juxta: fetched model.safetensors, ").doesNotContain("\r", "█");

        JsonNode listed = cli.run("models", "list", "--json").json().get(0);
        JsonNode model = listed.get("models").get(0);
        assertThat(model.get("revisions").get("main").asString()).isEqualTo(COMMIT);
        assertThat(model.get("what").asString()).isEqualTo("bert, 3 labels");
        assertThat(model.get("bytes").asLong()).isGreaterThan(1000);
        assertThat(cli.run("models", "list").out()).contains("owner/name", "main", "bert, 3 labels");

        hub.close();
        Result scored = cli.with("a\tb\n").run("classify", "--model", ID, "--json");
        assertThat(scored.code()).isZero();

        Result removed = cli.run("models", "remove", ID);
        assertThat(removed.out()).startsWith("owner/name is removed, ");
        assertThat(cli.run("models", "list").out()).startsWith("No models in the hub cache");
        Result again = cli.run("models", "remove", ID);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err())
                .isEqualTo("juxta: \"owner/name\" is not in the cache " + cache + "; it holds no models\n");
    }

    @Test
    void whatIsHereIsNotFetchedAgain() {
        cli.run("models", "pull", ID);
        hub.storeRequests.clear();
        Result again = cli.run("models", "pull", ID);
        assertThat(again.code()).isZero();
        assertThat(again.err()).isEmpty();
        assertThat(hub.storeRequests).isEmpty();
    }

    @Test
    void aTerminalGetsABar() {
        Result result = cli.with("JUXTA_TERMINAL", "err").with("COLUMNS", "120").run("models", "pull", ID);
        assertThat(result.code()).isZero();
        assertThat(result.err())
                .contains(" files, ", " of ", "/s")
                .containsPattern("[█░]{24}")
                .endsWith("\r\u001b[K")
                .doesNotContain("\n");
    }

    @Test
    void aModelIsFetchedWhereItIsNamed() {
        Result result = cli.with("a\tb\n").run("classify", "--model", ID, "--json");
        assertThat(result.code()).isZero();
        assertThat(result.json().get(0).get("logits")).hasSize(3);
        assertThat(result.err()).contains("juxta: fetching owner/name: ");
    }

    @Test
    void offlineFetchesNothing() {
        for (Result result : new Result[] {
            cli.with("a\tb\n").run("score", "--model", ID, "--offline"),
            cli.with("HF_HUB_OFFLINE", "1").with("a\tb\n").run("score", "--model", ID),
            cli.with("HF_HUB_OFFLINE", "1").run("models", "pull", ID)
        }) {
            assertThat(result.code()).isEqualTo(1);
            assertThat(result.err())
                    .startsWith("juxta: \"owner/name\" ")
                    .contains("fetching is switched off (HF_HUB_OFFLINE)")
                    .hasLineCount(1);
        }
        assertThat(hub.hubRequests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "403,GatedRepo,is gated: accept its terms at",
        "401,RepoNotFound,is no model of",
        "404,RevisionNotFound,has no revision \"main\"; name a branch",
        "403,'',refuses access to"
    })
    void refusalsAreOneSentence(int status, String code, String sentence) {
        hub.failing("/revision/main", LocalHub.status(status, "X-Error-Code", code));
        Result result = cli.run("models", "pull", ID);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("juxta: ")
                .contains("owner/name", sentence)
                .hasLineCount(1);
        assertThat(result.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"pull,../x,is no hub id", "remove,../x,is no hub id", "pull,a b,is no hub id"})
    void badIdsAreQuoted(String command, String id, String reason) {
        Result result = cli.run("models", command, id);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).contains("\"" + id + "\" " + reason).hasLineCount(1);
    }

    @Test
    void aDamagedReferenceHidesNoOtherModel() throws IOException {
        cli.run("models", "pull", ID);
        Files.createDirectories(cache.resolve("models--damaged--one/refs"));
        Files.write(cache.resolve("models--damaged--one/refs/main"), new byte[] {(byte) 0xff, 0});
        Result result = cli.run("models", "list", "--json");
        JsonNode models = result.json().get(0).get("models");
        assertThat(models).hasSize(2);
        assertThat(models.get(0).get("usable").asBoolean()).isFalse();
        assertThat(models.get(0).get("what").asString()).contains("it is damaged");
        assertThat(models.get(1).get("usable").asBoolean()).isTrue();
    }

    @Test
    void helpNamesTheWholeCommand() {
        Result result = cli.run("models", "pull");
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.err()).contains("ID").endsWith("see juxta models pull --help\n");
        assertThat(cli.run("models", "--help").out()).contains("pull", "list", "remove", "[M]");
    }
}
