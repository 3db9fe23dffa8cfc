package dev.juxta.cli;

import dev.juxta.ModelInfo;
import dev.juxta.ScoringModel;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta models}: what a checkpoint is, or which there are; its own commands fetch, list and remove. */
@Command(
        name = "models",
        description = "Show what a checkpoint is; without one, the embedded model and those in the hub cache.",
        footer = {"", "Example: juxta models cross-encoder/ms-marco-MiniLM-L6-v2"})
final class ModelsCommand implements Subcommand {

    private final Session session;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Mixin
    private final ModelOptions options = new ModelOptions();

    @Parameters(paramLabel = "M", arity = "0..1", description = "Directory or hub id; embedded for the default model.")
    private Optional<String> model = Optional.empty();

    ModelsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        options.check();
        if (model.isPresent() && (options.namesModel() || model.get().isBlank())) {
            throw new UsageException(
                    model.get().isBlank()
                            ? "the name of the model is blank; give a directory or a hub id such as owner/name"
                            : "models takes one model, and \"" + model.get() + "\" and --model \"" + options.name()
                                    + "\" are two");
        }
        ModelDescription described = describe(model.orElse(options.name()));
        boolean all = model.isEmpty() && !options.namesModel();
        Optional<CacheListing> cache =
                all ? Optional.of(CacheListing.of(options.hub(session).store())) : Optional.empty();
        if (json) {
            ObjectNode object = described.json();
            if (cache.isPresent()) {
                object = Json.object();
                object.set("embedded", described.json());
                object.set("cache", cache.get().json());
            }
            session.out().line(Json.line(object));
        } else {
            int columns = session.terminal().tableWidth().orElse(Integer.MAX_VALUE);
            for (String line : described.lines(columns)) {
                session.out().line(line);
            }
            if (cache.isPresent()) {
                session.out().line("");
                cache.get().print(session);
            }
        }
        session.out().flush();
    }

    private ModelDescription describe(String name) throws IOException {
        try (ScoringModel scorer = options.openScorer(session, name)) {
            ModelInfo info = scorer.info();
            return new ModelDescription(name, info);
        }
    }
}
