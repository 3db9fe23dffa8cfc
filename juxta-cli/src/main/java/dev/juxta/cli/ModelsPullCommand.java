package dev.juxta.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta models pull}: fetches models into the cache that Python's client keeps too. */
@Command(
        name = "pull",
        description = "Fetch the newest state of models from the hub, or what is missing of it.",
        footer = {
            "",
            "HF_TOKEN, HF_ENDPOINT, HF_HOME and HF_HUB_OFFLINE count as for Python's client.",
            "",
            "Example: juxta models pull cross-encoder/ms-marco-MiniLM-L6-v2"
        })
final class ModelsPullCommand implements Subcommand {

    private final Session session;

    @Option(names = "--json", description = "One JSON object per model.")
    private boolean json;

    @Option(names = "--revision", paramLabel = "REV", description = "Branch, tag or commit; default: main.")
    private String revision = "main";

    @Parameters(paramLabel = "ID", arity = "1..*", description = "Hub ids, such as owner/name.")
    private List<String> ids = new ArrayList<>();

    ModelsPullCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        Hub hub = Hub.of(session, false);
        for (String id : ids) {
            Path folder = hub.pull(id, revision);
            String commit = String.valueOf(folder.getFileName());
            if (json) {
                ObjectNode object = Json.object();
                object.put("model", id);
                object.put("revision", revision);
                object.put("commit", commit);
                object.put("path", folder.toString());
                session.out().line(Json.line(object));
            } else {
                session.out().line(id + " at " + commit + " is in " + DisplayText.line(folder.toString()));
            }
            session.out().flush();
        }
    }
}
