package dev.juxta;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/** Data and checkpoints beside the project, which not everybody has: tests that need them are skipped without. */
public final class Shared {

    private static final Path ROOT = Path.of(System.getProperty("juxta.shared", "../../shared"));

    private Shared() {}

    /** A file or folder of the shared data; skips the test, saying so, where it is not there. */
    public static Path require(String name) {
        Path path = ROOT.resolve(name);
        Assumptions.assumeTrue(
                Files.exists(path), () -> "skipped: " + ROOT.normalize() + " has no " + name + " on this machine");
        return path;
    }

    /** The lines of a gzipped text, split at line feeds and nothing else. */
    public static List<String> gzippedLines(Path file) throws IOException {
        try (InputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            List<String> lines = List.of(text.split("\n", -1));
            return lines.get(lines.size() - 1).isEmpty() ? lines.subList(0, lines.size() - 1) : lines;
        }
    }
}
