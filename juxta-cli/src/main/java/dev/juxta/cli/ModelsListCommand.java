package dev.juxta.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code juxta models list}: what is in the hub's cache. */
@Command(
        name = "list",
        description = "List the models in the hub cache.",
        footer = {"", "Example: juxta models list --json"})
final class ModelsListCommand implements Subcommand {

    private final Session session;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    ModelsListCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        CacheListing listing = CacheListing.of(Hub.of(session, true).store());
        if (json) {
            session.out().line(Json.line(listing.json()));
        } else {
            listing.print(session);
        }
        session.out().flush();
    }
}
