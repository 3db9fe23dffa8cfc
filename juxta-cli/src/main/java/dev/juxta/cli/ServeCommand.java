package dev.juxta.cli;

import dev.juxta.data.InputException;
import dev.juxta.server.Server;
import dev.juxta.server.ServerOptions;
import dev.juxta.server.ServerOptions.ModelSource;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code juxta serve}: every rerank API on one port. */
@Command(
        name = "serve",
        description = "Serve models by the rerank APIs of Cohere, Jina, Voyage, TEI, vLLM, llama.cpp and Xinference.",
        footer = {
            "",
            "Every option is also an environment variable: --max-length is JUXTA_MAX_LENGTH; where an option may be"
                    + " given several times, its variable has blanks between. SIGTERM ends the server after the requests"
                    + " under way.",
            "",
            "Example: juxta serve --model embedded --port 8080"
        })
final class ServeCommand implements Subcommand {

    private final Session session;

    @Mixin
    private final ServingOptions serving = new ServingOptions();

    @Mixin
    private final LoadingOptions loading = new LoadingOptions();

    @Option(
            names = "--drain-time",
            paramLabel = "TIME",
            converter = OptionValues.Time.class,
            description = "How long requests under way may take to end after SIGTERM; default: 30s.")
    private Duration drainTime = Duration.ofSeconds(30);

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description = "A line of JSON for each request: a file, - for standard output, none; default: -.")
    private String accessLog = "-";

    ServeCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        ServerOptions options = serving.options(loading);
        for (ModelSource model : options.models()) {
            loading.check("--model", model.source());
        }
        CountDownLatch ended = new CountDownLatch(1);
        try (Log log = Log.open(accessLog, session)) {
            Server server = Server.start(options, source -> loading.openScorer(session, source), log);
            Thread drain = new Thread(
                    () -> {
                        boolean complete = server.drain(drainTime);
                        session.tell(complete ? "ended" : "ended before all requests were answered");
                        ended.countDown();
                    },
                    "juxta-drain");
            Runtime.getRuntime().addShutdownHook(drain);
            serving.describe(session, loading, server);
            try {
                ended.await();
            } catch (InterruptedException e) { // whoever runs the command within a program ends it so
                Runtime.getRuntime().removeShutdownHook(drain);
                server.close();
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Where the access log goes. */
    private record Log(Optional<BufferedWriter> file, Session session, boolean silent)
            implements Consumer<String>, AutoCloseable {

        static Log open(String target, Session session) throws IOException {
            if (target.equals("none") || target.equals("-")) {
                return new Log(Optional.empty(), session, target.equals("none"));
            }
            Path path = Path.of(target);
            if (Files.isDirectory(path)) {
                throw new InputException("--access-log \"" + target + "\" is a directory; name a file, - or none");
            }
            return new Log(
                    Optional.of(Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)),
                    session,
                    false);
        }

        @Override
        public synchronized void accept(String line) {
            if (silent) {
                return;
            }
            try {
                if (file.isPresent()) {
                    file.get().write(line);
                    file.get().newLine();
                    file.get().flush();
                } else {
                    session.out().line(line);
                    session.out().flush();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            if (file.isPresent()) {
                file.get().close();
            }
        }
    }
}
