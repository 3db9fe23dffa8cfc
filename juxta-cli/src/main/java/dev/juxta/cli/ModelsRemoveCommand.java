package dev.juxta.cli;

import dev.juxta.hub.ModelStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta models remove}: frees the space that models take in the hub's cache. */
@Command(
        name = "remove",
        description = "Remove models, all revisions of them, from the hub cache.",
        footer = {"", "Example: juxta models remove cross-encoder/ms-marco-MiniLM-L6-v2"})
final class ModelsRemoveCommand implements Subcommand {

    private final Session session;

    @Option(names = "--json", description = "One JSON object per model.")
    private boolean json;

    @Parameters(paramLabel = "ID", arity = "1..*", description = "Hub ids, such as owner/name.")
    private List<String> ids = new ArrayList<>();

    ModelsRemoveCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        ModelStore store = Hub.of(session, true).store();
        for (String id : ids) {
            long bytes = store.remove(id);
            if (json) {
                ObjectNode object = Json.object();
                object.put("model", id);
                object.put("bytes", bytes);
                session.out().line(Json.line(object));
            } else {
                session.out().line(id + " is removed, " + DisplayText.bytes(bytes) + " freed");
            }
            session.out().flush();
        }
    }
}
