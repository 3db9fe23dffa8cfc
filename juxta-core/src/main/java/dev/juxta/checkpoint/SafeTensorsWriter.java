package dev.juxta.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes what {@link SafeTensors} reads. */
public final class SafeTensorsWriter {

    /** The header is filled up with blanks to a multiple of this, so that the numbers lie where processors like them. */
    private static final int ALIGNMENT = 8;

    private SafeTensorsWriter() {}

    /**
     * Writes a new file, and has it on the disk when it returns.
     *
     * @param weights in the order in which they will lie in the file
     * @throws IOException if it cannot be written; what there is of it is left for the caller to remove
     */
    public static void write(Path file, List<Weight> weights) throws IOException {
        byte[] header = header(weights);
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(header.length).put(header).flip();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writeAll(channel, start);
            for (Weight weight : weights) {
                writeAll(channel, weight.bytes());
            }
            channel.force(true);
        }
    }

    private static byte[] header(List<Weight> weights) {
        ObjectNode header = JsonMapper.shared().createObjectNode();
        header.putObject("__metadata__").put("format", "pt"); // transformers asks for it
        long begin = 0;
        for (Weight weight : weights) {
            if (header.has(weight.name())) {
                throw new IllegalArgumentException("Two weights are called \"" + weight.name() + "\"");
            }
            long end = begin + weight.bytes().remaining();
            ObjectNode entry = header.putObject(weight.name());
            entry.put("dtype", weight.format().safetensorsName());
            ArrayNode shape = entry.putArray("shape");
            weight.shape().forEach(shape::add);
            entry.putArray("data_offsets").add(begin).add(end);
            begin = end;
        }
        String json = header.toString();
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        int blanks = Math.floorMod(-length, ALIGNMENT);
        return (json + " ".repeat(blanks)).getBytes(StandardCharsets.UTF_8);
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
