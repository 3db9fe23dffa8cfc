package dev.juxta.model;

import static dev.juxta.model.SettingsFiles.CHAIN;
import static dev.juxta.model.SettingsFiles.CONFIG;
import static dev.juxta.model.SettingsFiles.LEGACY_KEY;
import static dev.juxta.model.SettingsFiles.assertRefused;
import static dev.juxta.model.SettingsFiles.plain;
import static dev.juxta.model.SettingsFiles.read;
import static dev.juxta.model.SettingsFiles.saved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.juxta.checkpoint.MemoryFiles;
import dev.juxta.model.Settings.Sourced;
import java.io.IOException;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Which function makes scores of logits: the rules of sentence-transformers, one test each. */
class OutputActivationSettingsTest {

    private static Consumer<ObjectNode> nestedActivation(String path) {
        return root -> root.putObject("sentence_transformers").put("activation_fn", path);
    }

    @Test
    void activationIsSigmoidForOneLabelAndIdentityForMore() throws IOException {
        assertThat(read(plain()).activation())
                .isEqualTo(new Sourced<>(OutputActivation.SIGMOID, "default for one label"));
        assertThat(read(MemoryFiles.ofGolden("bert-3labels")).activation())
                .isEqualTo(new Sourced<>(OutputActivation.IDENTITY, "default for several labels"));
    }

    @Test
    void activationOfTheLegacyKey() throws IOException {
        MemoryFiles files = plain().edit(CONFIG, root -> root.put(LEGACY_KEY, "torch.nn.modules.linear.Identity"));
        assertThat(read(files).activation())
                .isEqualTo(new Sourced<>(OutputActivation.IDENTITY, "memory/config.json: " + LEGACY_KEY));
    }

    @Test
    void activationInConfigComesBeforeTheLegacyKey() throws IOException {
        MemoryFiles files = plain().edit(CONFIG, root -> {
            root.put(LEGACY_KEY, "torch.nn.modules.linear.Identity");
            nestedActivation("torch.nn.modules.activation.Tanh").accept(root);
        });
        assertThat(read(files).activation().value()).isEqualTo(OutputActivation.TANH);
    }

    @Test
    void activationOfTheChainComesBeforeConfig() throws IOException {
        MemoryFiles files = saved().edit(CONFIG, nestedActivation("torch.nn.modules.activation.ReLU"));
        assertThat(read(files).activation())
                .isEqualTo(new Sourced<>(OutputActivation.TANH, "memory/" + CHAIN + ": activation_fn"));
        MemoryFiles without = files.edit(CHAIN, root -> root.remove("activation_fn"));
        assertThat(read(without).activation().value()).isEqualTo(OutputActivation.RELU);
    }

    @Test
    void activationOfTheChainCountsOnlyWithModules() throws IOException {
        assertThat(read(saved().without("modules.json")).activation().value()).isEqualTo(OutputActivation.SIGMOID);
    }

    @Test
    void activationArgumentComesFirstWhateverTheCheckpointNames() throws IOException {
        MemoryFiles files = saved().edit(CHAIN, root -> root.put("activation_fn", "torch.nn.modules.activation.GLU"));
        assertRefused(files, "\"torch.nn.modules.activation.GLU\"", "activation option");
        assertThat(Settings.read(files, Optional.of(OutputActivation.SOFTPLUS)).activation())
                .isEqualTo(new Sourced<>(OutputActivation.SOFTPLUS, "argument"));
    }

    @Test
    void activationOutsideTorchIsPassedOverWithAWarning() throws IOException {
        MemoryFiles chain = saved().edit(CHAIN, root -> root.put("activation_fn", "evil.Code"))
                .edit(CONFIG, nestedActivation("torch.nn.modules.activation.ReLU"));
        List<String> warnings =
                warningsOf(() -> assertThat(read(chain).activation().value()).isEqualTo(OutputActivation.RELU));
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0)).contains("\"evil.Code\"", "activation_fn", CHAIN);
    }

    @Test
    void activationOutsideTorchInConfigHidesTheLegacyKey() throws IOException {
        MemoryFiles files = plain().edit(CONFIG, root -> {
            root.put(LEGACY_KEY, "torch.nn.modules.linear.Identity");
            nestedActivation("other.Identity").accept(root);
        });
        List<String> warnings =
                warningsOf(() -> assertThat(read(files).activation().value()).isEqualTo(OutputActivation.SIGMOID));
        assertThat(warnings).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "torch.nn.modules.activation.Sigmoid, SIGMOID",
        "torch.nn.Sigmoid, SIGMOID",
        "torch.nn.modules.linear.Identity, IDENTITY",
        "torch.nn.modules.activation.Tanh, TANH",
        "torch.nn.modules.activation.ReLU, RELU",
        "torch.nn.modules.activation.Softplus, SOFTPLUS",
        "torch.nn.modules.activation.LogSigmoid, LOGSIGMOID",
        "torch.nn.modules.activation.Softmax, SOFTMAX",
    })
    void activationsByTheirTorchNames(String path, OutputActivation expected) throws IOException {
        MemoryFiles files = plain().edit(CONFIG, root -> root.put(LEGACY_KEY, path));
        assertThat(read(files).activation().value()).isEqualTo(expected);
    }

    @Test
    void activationOfAnotherTypeIsRefused() throws IOException {
        assertRefused(plain().edit(CONFIG, root -> root.put(LEGACY_KEY, 7)), LEGACY_KEY, "must be a text", "7");
        assertRefused(plain().edit(CONFIG, root -> root.put("sentence_transformers", "x")), "must be an object");
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static List<String> warningsOf(Reading reading) throws IOException {
        List<String> messages = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getLevel().equals(Level.WARNING)) {
                    messages.add(MessageFormat.format(entry.getMessage(), entry.getParameters()));
                }
            }

            @Override
            public void flush() {
                // nothing is held back
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        Logger logger = Logger.getLogger(Settings.class.getName());
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            reading.run();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        return messages;
    }
}
