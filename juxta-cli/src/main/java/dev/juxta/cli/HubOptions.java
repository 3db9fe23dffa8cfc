package dev.juxta.cli;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.checkpoint.CheckpointSource;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a model comes from that is named by a hub id. */
public final class HubOptions {

    private static final String LATEST = "main";

    @Option(names = "--revision", paramLabel = "REV", description = "Branch, tag or commit of a hub id.")
    private Optional<String> revision = Optional.empty();

    @Option(names = "--offline", description = "Fetch nothing: a hub id must be in the cache.")
    private boolean offline;

    /** Where a model that is no directory comes from. */
    Hub hub(Session session) throws IOException {
        return Hub.of(session, offline);
    }

    /** The revision of a hub id. */
    String revision() {
        return revision.orElse(LATEST);
    }

    /** The files of a model, a hub's in the revision asked for. */
    public CheckpointFiles files(Session session, String name) throws IOException {
        return files(session, name, revision());
    }

    /** The files of a model, a hub's as they are there now, or in the cache. */
    public CheckpointFiles latest(Session session, String name) throws IOException {
        return files(session, name, LATEST);
    }

    private CheckpointFiles files(Session session, String name, String wanted) throws IOException {
        return CheckpointSource.find(name, id -> hub(session).find(id, wanted));
    }
}
