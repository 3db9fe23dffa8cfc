package dev.juxta.cli.train;

import dev.juxta.Goldens;
import dev.juxta.cli.Main;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command, within the test or in a process of its own. */
final class Cli {

    private Cli() {}

    /** A tiny checkpoint of random weights; its scores mean nothing. */
    static String golden(String name) {
        return Goldens.folder(name).toString();
    }

    /** Runs it with nothing on stdin. */
    static Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                arguments,
                new ByteArrayInputStream(new byte[0]),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of());
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Starts it in another process, which can be killed; what it says goes to {@code log}. */
    static Process start(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.juxta.cli.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /**
     * What became of it.
     *
     * @param code the exit code
     * @param out what stdout got
     * @param err what stderr got
     */
    record Result(int code, String out, String err) {

        /** The last line of stdout, as JSON. */
        JsonNode json() {
            List<String> lines = out.lines().toList();
            return JsonMapper.shared().readTree(lines.get(lines.size() - 1));
        }
    }
}
