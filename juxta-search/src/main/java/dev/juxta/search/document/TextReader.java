package dev.juxta.search.document;

import dev.juxta.data.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file of plain text. */
final class TextReader implements DocumentReader {

    /** The most bytes of a file that is one document. */
    private static final long LARGEST = 256L << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    @Override
    public void read(Path file, Sink sink) throws IOException {
        sink.accept(SourceDocument.plain(text(file)));
    }

    /** A file's text, without a byte order mark. */
    static String text(Path file) throws IOException {
        requireSize(file);
        byte[] bytes = Files.readAllBytes(file);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new InputException("\"" + file + "\" is not UTF-8; convert it, or leave it out");
        }
    }

    /** Refuses a file that cannot be held as one text. */
    static void requireSize(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new InputException("\"" + file + "\" has " + (Files.size(file) >> 20)
                    + " MiB, and a document may have 256; split it, or give it as .jsonl");
        }
    }
}
