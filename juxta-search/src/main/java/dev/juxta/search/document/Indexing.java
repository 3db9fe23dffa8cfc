package dev.juxta.search.document;

import dev.juxta.data.InputException;
import dev.juxta.search.IndexException;
import dev.juxta.search.IndexedFile;
import dev.juxta.search.Language;
import dev.juxta.search.Passage;
import dev.juxta.search.PassageIndexWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings an index up to date with files and folders: new files are added, changed ones replaced, and those that are gone
 * from the named folders removed. It commits every few seconds, so that being killed costs these; the same call goes on
 * from there, within a long file too.
 */
public final class Indexing {

    private static final long COMMIT_NANOS = 5_000_000_000L; // five seconds
    private static final int LANGUAGE_SAMPLE = 20_000;

    private final PassageIndexWriter index;
    private final Splitting splitting;
    private final Consumer<Progress> listener;
    private final long commitNanos;
    private final Counts counts = new Counts();
    private final List<String> problems = new ArrayList<>();
    private long committed = System.nanoTime();

    /**
     * @param index is left open
     * @param splitting how documents are split
     * @param listener told, from the calling thread, after each document
     */
    public Indexing(PassageIndexWriter index, Splitting splitting, Consumer<Progress> listener) {
        this(index, splitting, listener, COMMIT_NANOS);
    }

    Indexing(PassageIndexWriter index, Splitting splitting, Consumer<Progress> listener, long commitNanos) {
        this.index = index;
        this.splitting = splitting;
        this.listener = listener;
        this.commitNanos = commitNanos;
    }

    /**
     * How far it is.
     *
     * @param file being read
     * @param files done
     * @param total of files
     * @param passages added
     */
    public record Progress(String file, int files, int total, long passages) {}

    /**
     * What was done.
     *
     * @param added files that were not in the index
     * @param changed files that were, with other contents
     * @param unchanged files
     * @param removed files that are gone
     * @param resumed files of which an earlier call had read a part
     * @param documents read
     * @param passages added
     * @param problems files that could not be read, and why, in a sentence each
     */
    public record Report(
            int added,
            int changed,
            int unchanged,
            int removed,
            int resumed,
            long documents,
            long passages,
            List<String> problems) {

        public Report {
            problems = List.copyOf(problems);
        }
    }

    /** How an index names a file. */
    public static String name(Path file) {
        return DocumentFiles.name(file.normalize());
    }

    private static final class Counts {
        private int added;
        private int changed;
        private int unchanged;
        private int removed;
        private int resumed;
        private long documents;
        private long passages;
    }

    /**
     * Indexes files, and the files in folders.
     *
     * @throws InputException if a named file cannot be read; one within a folder is passed over, and reported
     * @throws IOException if the index cannot be written
     */
    public Report update(List<Path> arguments) throws IOException {
        DocumentFiles found = DocumentFiles.find(arguments);
        Set<String> present = new LinkedHashSet<>();
        found.files().forEach(file -> present.add(DocumentFiles.name(file)));
        found.unread().forEach((folder, why) -> problems.add("\"" + folder + "\" cannot be read: " + why));
        int done = 0;
        for (Path file : found.files()) {
            try {
                update(file, done, found.files().size());
            } catch (InputException e) {
                if (found.isNamed(file)) {
                    throw e;
                }
                problems.add(e.getMessage());
            }
            done++;
            commitWhenDue();
        }
        for (String known : List.copyOf(index.files().keySet())) {
            if (!present.contains(known) && found.covers(known)) {
                index.remove(known);
                counts.removed++;
            }
        }
        index.commit();
        return new Report(
                counts.added,
                counts.changed,
                counts.unchanged,
                counts.removed,
                counts.resumed,
                counts.documents,
                counts.passages,
                problems);
    }

    private void update(Path file, int done, int total) throws IOException {
        try {
            updateReadable(file, done, total);
        } catch (InputException | IndexException e) {
            throw e;
        } catch (IOException e) {
            throw new InputException("\"" + file + "\" cannot be read: " + DocumentFiles.reason(e));
        }
    }

    private void updateReadable(Path file, int done, int total) throws IOException {
        String name = DocumentFiles.name(file);
        Optional<IndexedFile> known = Optional.ofNullable(index.files().get(name));
        long size = Files.size(file);
        long modified = Files.getLastModifiedTime(file).toMillis();
        boolean sameStamp =
                known.isPresent() && known.get().size() == size && known.get().modified() == modified;
        if (sameStamp && known.get().complete()) {
            counts.unchanged++;
            return;
        }
        String hash = hash(file);
        boolean same = known.isPresent() && known.get().hash().equals(hash);
        if (same && known.get().complete()) {
            index.record(new IndexedFile(name, size, modified, hash, known.get().documents(), true));
            counts.unchanged++;
            return;
        }
        int skipped = same ? known.get().documents() : 0;
        if (known.isPresent() && !same) {
            index.remove(name);
        }
        int[] documents = {0};
        try {
            DocumentFormat format = DocumentFormat.of(file).orElseThrow(() -> DocumentFiles.unknown(file));
            format.read(file, document -> {
                if (documents[0]++ >= skipped) {
                    add(document, name);
                    listener.accept(new Progress(name, done, total, counts.passages));
                    if (isDue()) {
                        index.record(new IndexedFile(name, size, modified, hash, documents[0], false));
                        commitWhenDue();
                    }
                }
            });
        } catch (IndexException e) {
            throw e;
        } catch (IOException e) {
            index.remove(name); // half a file would look like all of it
            throw e;
        }
        index.record(new IndexedFile(name, size, modified, hash, documents[0], true));
        if (skipped > 0) {
            counts.resumed++;
        } else if (known.isPresent()) {
            counts.changed++;
        } else {
            counts.added++;
        }
    }

    private void add(SourceDocument document, String file) throws IOException {
        List<Passage> passages = splitting.split(document, file);
        index.add(passages);
        counts.documents++;
        counts.passages += passages.size();
    }

    private boolean isDue() {
        return System.nanoTime() - committed > commitNanos;
    }

    private void commitWhenDue() throws IOException {
        if (isDue()) {
            index.commit();
            committed = System.nanoTime();
        }
    }

    /** SHA-256 of a file's bytes. */
    static String hash(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }

    /**
     * The language that the first documents are in.
     *
     * @throws InputException if a named file cannot be read
     */
    public static Language language(List<Path> arguments) throws IOException {
        StringBuilder sample = new StringBuilder();
        for (Path file : DocumentFiles.find(arguments).files()) {
            try {
                DocumentFormat.of(file)
                        .orElseThrow(() -> DocumentFiles.unknown(file))
                        .read(file, document -> {
                            sample.append(
                                    document.text(), 0, Math.min(document.text().length(), LANGUAGE_SAMPLE / 4));
                            sample.append('\n');
                            if (sample.length() >= LANGUAGE_SAMPLE) {
                                throw new EnoughException();
                            }
                        });
            } catch (EnoughException e) {
                break;
            } catch (IOException e) {
                // told when it is indexed
            }
        }
        return Language.detect(sample.toString());
    }

    /** Ends the reading of a long file early. */
    private static final class EnoughException extends IOException {

        private static final long serialVersionUID = 1;
    }
}
