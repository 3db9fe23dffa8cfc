package dev.juxta.cli.train;

import dev.juxta.checkpoint.CheckpointFiles;
import dev.juxta.cli.HubOptions;
import dev.juxta.cli.Session;
import dev.juxta.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a model's files come from, and where those of the one that is made of it go. */
class CheckpointOptions {

    @Mixin
    private final HubOptions source = new HubOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "The model's directory, made if need be.")
    private Path out = Path.of("");

    @Option(names = "--json", description = "End with one JSON object.")
    private boolean json;

    /**
     * Checks what can be checked before anything is read.
     *
     * @param option what names the model
     * @throws UsageException if it is blank, or the output a file
     */
    void check(String option, String name) {
        if (name.isBlank()) {
            throw new UsageException(option + " is blank; give a directory or a hub id such as owner/name");
        }
        if (Files.exists(out) && !Files.isDirectory(out)) {
            throw new UsageException("--out \"" + out + "\" is a file; name a directory");
        }
    }

    /** The files of a model, a hub's in the revision asked for. */
    CheckpointFiles files(Session session, String name) throws IOException {
        return source.files(session, name);
    }

    /** The files of a model, a hub's as they are there now, or in the cache. */
    CheckpointFiles latest(Session session, String name) throws IOException {
        return source.latest(session, name);
    }

    Path out() {
        return out;
    }

    boolean json() {
        return json;
    }
}
