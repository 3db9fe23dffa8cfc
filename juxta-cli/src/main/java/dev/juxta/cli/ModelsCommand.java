package dev.juxta.cli;

import dev.juxta.CrossEncoder;
import dev.juxta.ModelInfo;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.HubCache;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.model.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta models}: what a checkpoint is, or which there are. */
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
        HubCache cache = HubCache.ofEnvironment(session.environment());
        List<Cached> cached = all ? cached(cache) : List.of();
        if (json) {
            ObjectNode object = described.json();
            if (all) {
                object = Json.object();
                object.set("embedded", described.json());
                object.set("cache", cacheJson(cache, cached));
            }
            session.out().line(Json.line(object));
        } else {
            int columns = session.terminal().tableWidth().orElse(Integer.MAX_VALUE);
            for (String line : described.lines(columns)) {
                session.out().line(line);
            }
            if (all) {
                printCache(cache, cached);
            }
        }
        session.out().flush();
    }

    private ModelDescription describe(String name) throws IOException {
        try (CrossEncoder encoder = options.open(name)) {
            ModelInfo info = encoder.info();
            return new ModelDescription(name, info);
        }
    }

    /**
     * A model in the cache.
     *
     * @param entry its name and place
     * @param what what it is, or why it cannot be used
     * @param usable whether its configuration is one that can be loaded
     */
    private record Cached(HubCache.Entry entry, String what, boolean usable) {}

    private static List<Cached> cached(HubCache cache) throws IOException {
        return cache.entries().stream().map(ModelsCommand::cached).toList();
    }

    private static Cached cached(HubCache.Entry entry) {
        try {
            Settings settings = Settings.read(CheckpointSource.directory(entry.snapshot()), Optional.empty());
            String labels = settings.labels().size() == 1
                    ? "1 label"
                    : settings.labels().size() + " labels";
            return new Cached(entry, settings.architecture().modelType() + ", " + labels, true);
        } catch (IOException e) {
            return new Cached(entry, "cannot be used: " + e.getMessage(), false);
        }
    }

    private static ObjectNode cacheJson(HubCache cache, List<Cached> cached) {
        ObjectNode object = Json.object();
        object.put("path", cache.root().toString());
        ArrayNode models = object.putArray("models");
        for (Cached one : cached) {
            models.addObject()
                    .put("id", one.entry().id())
                    .put("path", one.entry().snapshot().toString())
                    .put("usable", one.usable())
                    .put("what", one.what());
        }
        return object;
    }

    private void printCache(HubCache cache, List<Cached> cached) throws IOException {
        session.out().line("");
        if (cached.isEmpty()) {
            session.out()
                    .line("No models in the hub cache "
                            + DisplayText.line(cache.root().toString()));
            return;
        }
        session.out().line("In the hub cache " + DisplayText.line(cache.root().toString()));
        Table table = new Table(List.of(new Column("model", Kind.TEXT), new Column("what it is", Kind.TEXT)));
        cached.forEach(one -> table.row(List.of(one.entry().id(), one.what())));
        session.print(table);
    }
}
