package dev.juxta.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads lines of UTF-8. Lines end with LF or CRLF; a byte order mark at the start is passed over; NUL is a character
 * like any other. A line may have {@link #LONGEST} bytes, so that a file without line ends does not fill the memory.
 */
public final class LineReader implements AutoCloseable {

    /** The most bytes of a line. */
    public static final int LONGEST = 16 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int BUFFER = 1 << 16;
    private static final int FIRST_CAPACITY = 256;

    private final InputStream stream;
    private final String name;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long number;

    /**
     * @param stream is closed with this reader
     * @param name how messages name the input
     */
    public LineReader(InputStream stream, String name) {
        this.stream = stream;
        this.name = name;
    }

    /**
     * Opens a file; one whose name ends in {@code .gz} is unpacked.
     *
     * @throws InputException if there is no such file, it is a directory, or it may not be read
     */
    public static LineReader open(Path file) throws IOException {
        if (file.toString().isEmpty() || !Files.exists(file)) {
            throw new InputException("there is no file \"" + file + "\"");
        }
        if (Files.isDirectory(file)) {
            throw new InputException("\"" + file + "\" is a directory; name a file in it");
        }
        try {
            InputStream stream = Files.newInputStream(file);
            return new LineReader(isGzip(file) ? unpacked(stream, file) : stream, file.toString());
        } catch (AccessDeniedException e) {
            throw new InputException("\"" + file + "\" may not be read by this user");
        }
    }

    /** Whether a file is packed, by its name. */
    public static boolean isGzip(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    private static InputStream unpacked(InputStream stream, Path file) throws IOException {
        try {
            return new GZIPInputStream(stream, BUFFER);
        } catch (ZipException | EOFException e) {
            stream.close();
            throw new InputException("\"" + file + "\" is not gzip, as its name says: " + e.getMessage());
        }
    }

    /**
     * A line without its end.
     *
     * @param text what it says
     * @param place where it stood
     */
    public record Line(String text, Place place) {}

    /**
     * The next line, or empty at the end.
     *
     * @throws InputException if it is not UTF-8, or too long
     */
    public Optional<Line> next() throws IOException {
        if (!fill()) {
            return Optional.empty();
        }
        number++;
        Place place = new Place(name, number);
        byte[] line = new byte[FIRST_CAPACITY];
        int length = 0;
        boolean ended = false;
        while (!ended && fill()) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            int chunk = end - position;
            if (chunk > LONGEST - length) {
                throw new InputException(place + " is longer than 16 MiB; is it text with one item per line?");
            }
            if (length + chunk > line.length) {
                line = Arrays.copyOf(line, Math.max(length + chunk, Math.min(LONGEST, 2 * line.length)));
            }
            System.arraycopy(buffer, position, line, length, chunk);
            length += chunk;
            ended = end < limit;
            position = ended ? end + 1 : end;
        }
        if (ended && length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return Optional.of(new Line(decode(line, length, place), place));
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            try {
                limit = Math.max(0, stream.read(buffer));
            } catch (ZipException | EOFException e) {
                throw new InputException(name + " is damaged after line " + number + ": " + e.getMessage());
            }
        }
        return limit > 0;
    }

    private String decode(byte[] line, int length, Place place) throws InputException {
        int start = number == 1
                        && length >= BYTE_ORDER_MARK.length
                        && Arrays.equals(line, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)
                ? BYTE_ORDER_MARK.length
                : 0;
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer bytes = ByteBuffer.wrap(line, start, length - start);
        CharBuffer chars = CharBuffer.allocate(length - start);
        CoderResult result = decoder.decode(bytes, chars, true);
        if (result.isError()) {
            throw notUtf8(line, length, bytes.position(), place);
        }
        return chars.flip().toString();
    }

    private InputException notUtf8(byte[] line, int length, int at, Place place) {
        boolean wide = number == 1 && length >= 2 && (line[0] & line[1] & 0xFE) == 0xFE;
        String encoding = wide ? "UTF-16" : "ISO-8859-1";
        String hexadecimal = String.format(Locale.ROOT, "0x%02X", line[at] & 0xFF);
        return new InputException(place + ", byte " + (at + 1) + " (" + hexadecimal
                + ") is not UTF-8; if the text is " + encoding + ", convert it with: iconv -f " + encoding
                + " -t UTF-8 " + (name.equals(Place.STDIN) ? "FILE" : name));
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
