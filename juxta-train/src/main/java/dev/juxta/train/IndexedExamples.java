package dev.juxta.train;

import dev.juxta.data.InputException;
import dev.juxta.data.LineReader;
import dev.juxta.data.LineReader.Line;
import dev.juxta.data.Place;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The examples of a file that need not fit into memory: in it is where each line begins, 16 bytes a line, and a line is
 * read when its example is asked for.
 */
final class IndexedExamples implements ExampleSource {

    private static final int BUFFER = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Path file;
    private final boolean json;
    private final FileChannel channel;
    private long[] starts = new long[1 << 10]; // [size] and more
    private int[] lengths = new int[1 << 10];
    private int[] lines = new int[1 << 10]; // from 1
    private int size;

    private IndexedExamples(Path file, boolean json, FileChannel channel) {
        this.file = file;
        this.json = json;
        this.channel = channel;
    }

    /**
     * Finds the lines of an unpacked file; blank ones are passed over.
     *
     * @throws InputException if there are none, or one is too long
     */
    static IndexedExamples open(Path file, boolean json) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            IndexedExamples examples = new IndexedExamples(file, json, channel);
            examples.index();
            if (examples.size == 0) {
                throw new InputException("\"" + file + "\" has no examples");
            }
            return examples;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void index() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long offset = 0;
        long start = 0;
        int line = 1;
        boolean blank = true;
        while (channel.read(buffer.clear(), offset) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                offset++;
                if (next == '\n') {
                    add(start, offset - 1, line, blank);
                    start = offset;
                    line = Math.incrementExact(line);
                    blank = true;
                } else if (next != ' ' && next != '\t' && next != '\r') {
                    blank = false;
                }
            }
        }
        add(start, offset, line, blank);
    }

    private void add(long start, long end, int line, boolean blank) throws InputException {
        if (end - start > LineReader.LONGEST) {
            throw new InputException(
                    new Place(file.toString(), line) + " is longer than 16 MiB; is it text with one item per line?");
        }
        if (blank) {
            return;
        }
        if (size == starts.length) {
            int capacity = Math.multiplyExact(size, 2);
            starts = Arrays.copyOf(starts, capacity);
            lengths = Arrays.copyOf(lengths, capacity);
            lines = Arrays.copyOf(lines, capacity);
        }
        starts[size] = start;
        lengths[size] = (int) (end - start);
        lines[size] = line;
        size++;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Example get(int number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(lengths[number]);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, starts[number] + bytes.position()) < 0) {
                throw new EOFException(place(number) + " is gone; the file became shorter while it was read");
            }
        }
        return ExampleFile.example(new Line(text(number, bytes.flip()), line(number)), json);
    }

    private String text(int number, ByteBuffer bytes) throws InputException {
        if (starts[number] == 0
                && bytes.slice().limit(Math.min(3, bytes.limit())).equals(ByteBuffer.wrap(BYTE_ORDER_MARK))) {
            bytes.position(BYTE_ORDER_MARK.length);
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            throw new InputException(place(number) + " is not UTF-8; convert the file with iconv -t UTF-8");
        }
    }

    private Place line(int number) {
        return new Place(file.toString(), lines[number]);
    }

    @Override
    public String place(int number) {
        return line(number).toString();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
