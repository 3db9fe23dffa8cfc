package dev.juxta.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads lines of UTF-8. Lines end with LF or CRLF; a byte order mark at the start is passed over; NUL is a character
 * like any other. A line may have {@link #LONGEST} bytes, so that a file without line ends does not fill the memory.
 */
final class LineReader implements AutoCloseable {

    /** The most bytes of a line. */
    static final int LONGEST = 16 << 20;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int FIRST_CAPACITY = 256;

    private final InputStream stream;
    private final String name;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long number;

    /**
     * @param stream is closed with this reader
     * @param name how messages name the input
     */
    LineReader(InputStream stream, String name) {
        this.stream = stream;
        this.name = name;
    }

    /**
     * A line without its end.
     *
     * @param text what it says
     * @param place where it stood
     */
    record Line(String text, Place place) {}

    /**
     * The next line, or empty at the end.
     *
     * @throws InputException if it is not UTF-8, or too long
     */
    Optional<Line> next() throws IOException {
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
            limit = Math.max(0, stream.read(buffer));
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
                + " -t UTF-8 " + (name.equals(Source.STDIN_NAME) ? "FILE" : name));
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
