package dev.juxta.cli;

import java.util.List;

/** Commands from another artifact, found as a service: who does not use them need not have what they depend on. */
public interface CommandModule {

    /** Its commands, annotated for picocli; each is a {@link Subcommand}. */
    List<? extends Subcommand> commands(Session session);
}
