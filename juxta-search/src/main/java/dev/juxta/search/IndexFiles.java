package dev.juxta.search;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;

/** The files of an index on disk: opening them, and saying what is wrong with them. */
final class IndexFiles {

    /** Indexes up to this size have all their checksums read on opening. */
    private static final long CHECKED_BYTES = 128L << 20;

    private IndexFiles() {}

    /** Opens what was committed last. */
    static DirectoryReader open(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IndexException(
                    "There is no index in \"" + folder + "\"; make one with juxta index DIR --out " + folder);
        }
        Directory directory = FSDirectory.open(folder);
        try {
            DirectoryReader reader = DirectoryReader.open(directory);
            try {
                if (size(reader) <= CHECKED_BYTES) {
                    check(reader);
                }
                return reader;
            } catch (IOException | RuntimeException e) {
                reader.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw explained(e, folder);
        }
    }

    /** The size of a commit. Files that a writer has replaced meanwhile, which the reader still has open, do not count. */
    private static long size(DirectoryReader reader) throws IOException {
        long size = 0;
        for (String name : reader.getIndexCommit().getFileNames()) {
            size += length(reader.directory(), name);
        }
        return size;
    }

    private static long length(Directory directory, String name) throws IOException {
        try {
            return directory.fileLength(name);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static void check(DirectoryReader reader) throws IOException {
        for (LeafReaderContext leaf : reader.leaves()) {
            leaf.reader().checkIntegrity();
        }
    }

    /** Says in one sentence why an index cannot be read or written. */
    static IOException explained(Exception e, Path folder) {
        String index = "\"" + folder + "\"";
        if (e instanceof IndexException known) {
            return known;
        }
        if (e instanceof LockObtainFailedException) {
            return new IndexException("Another process is writing to " + index + "; wait until it is done", e);
        }
        if (e instanceof IndexNotFoundException) {
            return new IndexException(index + " holds no index; make one with juxta index DIR --out " + folder, e);
        }
        if (e instanceof IndexFormatTooOldException || e instanceof IndexFormatTooNewException) {
            return new IndexException(index + " was written by another version; make a new index", e);
        }
        if (e instanceof AccessDeniedException) {
            return new IndexException(index + " may not be read or written by this user", e);
        }
        if (isFull(e)) {
            return new IndexException(
                    "The disk of " + index
                            + " is full; what was committed before is kept, so make room and run the same command again",
                    e);
        }
        if (e instanceof CorruptIndexException
                || e instanceof EOFException
                || e instanceof FileNotFoundException
                || e instanceof NoSuchFileException
                || e instanceof RuntimeException) {
            return new IndexException(
                    "The index " + index + " is damaged (" + reason(e)
                            + "); delete it and make it anew with juxta index",
                    e);
        }
        return new IndexException("The index " + index + " cannot be used: " + reason(e), e);
    }

    private static boolean isFull(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left")
                    || message.contains("disk quota")
                    || message.contains("not enough space")) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        int detail = message.indexOf(" (resource=");
        return e.getClass().getSimpleName() + ": " + (detail < 0 ? message : message.substring(0, detail));
    }
}
