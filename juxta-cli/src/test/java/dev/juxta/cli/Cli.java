package dev.juxta.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The command, run within the test.
 *
 * @param input what stdin holds
 * @param environment the environment variables
 */
record Cli(byte[] input, Map<String, String> environment) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** Without input or environment. */
    static final Cli PLAIN = new Cli(new byte[0], Map.of());

    /** A tiny checkpoint of random weights; its scores mean nothing. */
    static String golden(String name) {
        return Path.of(
                        System.getProperty("basedir", "."),
                        "..",
                        "juxta-core",
                        "src",
                        "test",
                        "resources",
                        "golden",
                        name)
                .toString();
    }

    /** With this on stdin. */
    Cli with(String text) {
        return with(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With this on stdin. */
    Cli with(byte[] bytes) {
        return new Cli(bytes, environment);
    }

    /** With this environment variable. */
    Cli with(String name, String value) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(name, value);
        return new Cli(input, changed);
    }

    /** Runs it. */
    Result run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                arguments,
                new ByteArrayInputStream(input),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /**
     * What became of it.
     *
     * @param code the exit code
     * @param out what stdout got
     * @param err what stderr got
     */
    record Result(int code, String out, String err) {

        /** The lines of stdout. */
        List<String> lines() {
            return out.lines().toList();
        }

        /** The lines of stdout, as JSON. */
        List<JsonNode> json() {
            return lines().stream().map(MAPPER::readTree).toList();
        }

        /** The keys of an object, in their order. */
        static List<String> keys(JsonNode object) {
            return List.copyOf(object.propertyNames());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cli cli && Arrays.equals(input, cli.input) && environment.equals(cli.environment);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(input) + environment.hashCode();
    }
}
