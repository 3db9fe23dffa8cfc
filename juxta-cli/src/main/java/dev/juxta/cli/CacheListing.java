package dev.juxta.cli;

import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.checkpoint.HubCache;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.hub.CachedModel;
import dev.juxta.hub.ModelStore;
import dev.juxta.model.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the hub's cache holds.
 *
 * @param root where it is
 * @param models its models, in alphabetical order
 */
record CacheListing(Path root, List<Entry> models) {

    /**
     * A model in the cache.
     *
     * @param model its name and what was fetched of it
     * @param snapshot the folder of its files, where there is one
     * @param what what it is, or why it cannot be used
     * @param usable whether its configuration is one that can be loaded
     */
    private record Entry(CachedModel model, Optional<Path> snapshot, String what, boolean usable) {}

    static CacheListing of(ModelStore store) throws IOException {
        HubCache cache = store.settings().cache();
        List<Entry> entries = new ArrayList<>();
        for (CachedModel model : store.list()) {
            entries.add(entry(cache, model));
        }
        return new CacheListing(cache.root(), entries);
    }

    private static Entry entry(HubCache cache, CachedModel model) {
        Optional<Path> snapshot = Optional.empty();
        try {
            boolean main = model.revisions().isEmpty() || model.revisions().containsKey("main");
            snapshot = cache.find(
                    model.id(),
                    main ? "main" : model.revisions().keySet().iterator().next());
            if (snapshot.isEmpty()) {
                return new Entry(model, snapshot, "cannot be used: no revision of it is here whole", false);
            }
            Settings settings = Settings.read(CheckpointSource.directory(snapshot.get()), Optional.empty());
            int labels = settings.labels().size();
            String what = settings.architecture().modelType() + ", " + (labels == 1 ? "1 label" : labels + " labels");
            return new Entry(model, snapshot, what, true);
        } catch (IOException e) {
            return new Entry(model, snapshot, "cannot be used: " + e.getMessage(), false);
        }
    }

    /** For programs. */
    ObjectNode json() {
        ObjectNode object = Json.object();
        object.put("path", root.toString());
        ArrayNode array = object.putArray("models");
        for (Entry entry : models) {
            ObjectNode listed = array.addObject().put("id", entry.model.id());
            entry.snapshot.ifPresent(path -> listed.put("path", path.toString()));
            ObjectNode revisions = listed.putObject("revisions");
            entry.model.revisions().forEach(revisions::put);
            listed.put("bytes", entry.model.bytes()).put("usable", entry.usable).put("what", entry.what);
        }
        return object;
    }

    /** For people. */
    void print(Session session) throws IOException {
        String place = DisplayText.line(root.toString());
        if (models.isEmpty()) {
            session.out().line("No models in the hub cache " + place);
            return;
        }
        session.out().line("In the hub cache " + place);
        Table table = new Table(List.of(
                new Column("model", Kind.TEXT),
                new Column("size", Kind.NUMBER),
                new Column("revisions", Kind.NAME),
                new Column("what it is", Kind.TEXT)));
        for (Entry entry : models) {
            table.row(List.of(
                    entry.model.id(),
                    DisplayText.bytes(entry.model.bytes()),
                    String.join(", ", entry.model.revisions().keySet()),
                    entry.what));
        }
        session.print(table);
    }
}
