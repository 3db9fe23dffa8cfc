package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A checkpoint that a test makes up, or makes worse. */
public record MemoryFiles(Map<String, byte[]> contents) implements CheckpointFiles {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final List<String> GOLDEN_ANSWERS = List.of("golden.jsonl", "expected.json");

    public static MemoryFiles empty() {
        return new MemoryFiles(Map.of());
    }

    /** A copy of one of the golden checkpoints. */
    public static MemoryFiles ofGolden(String name) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        Path folder = GOLDEN.resolve(name);
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        GOLDEN_ANSWERS.forEach(contents::remove);
        return new MemoryFiles(contents);
    }

    public MemoryFiles with(String name, byte[] content) {
        Map<String, byte[]> changed = new TreeMap<>(contents);
        changed.put(name, content);
        return new MemoryFiles(changed);
    }

    public MemoryFiles with(String name, String content) {
        return with(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public MemoryFiles without(String name) {
        Map<String, byte[]> changed = new TreeMap<>(contents);
        changed.remove(name);
        return new MemoryFiles(changed);
    }

    /** The same with a JSON object edited, or made if there is none. */
    public MemoryFiles edit(String name, Consumer<ObjectNode> edit) throws IOException {
        ObjectNode root = contents.containsKey(name)
                ? JsonFile.read(this, name).root()
                : JsonMapper.shared().createObjectNode();
        edit.accept(root);
        return with(name, root.toString());
    }

    /** Writes all files into a directory, which is made if it is not there. */
    public Path writeTo(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, byte[]> file : contents.entrySet()) {
            Path target = directory.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        return directory;
    }

    @Override
    public String location() {
        return "memory";
    }

    @Override
    public boolean contains(String name) {
        return contents.containsKey(name);
    }

    @Override
    public String describe(String name) {
        return "memory/" + name;
    }

    @Override
    public byte[] read(String name) throws IOException {
        byte[] content = contents.get(name);
        if (content == null) {
            throw new CheckpointException(describe(name) + " is missing");
        }
        return content;
    }

    @Override
    public WeightsFile openWeights(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(read(name)).asReadOnlyBuffer();
        return new WeightsFile() {
            @Override
            public long size() {
                return bytes.limit();
            }

            @Override
            public ByteBuffer slice(long offset, int length) {
                return bytes.slice(Math.toIntExact(offset), length);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
    }
}
