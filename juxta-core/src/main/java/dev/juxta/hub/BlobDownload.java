package dev.juxta.hub;

import dev.juxta.hub.HubException.Reason;
import dev.juxta.hub.HubHttp.Answer;
import dev.juxta.hub.HubHttp.Request;
import dev.juxta.hub.HubHttp.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/**
 * Brings the content of one file into the cache. It grows under a name of its own, survives a cut there, and gets its
 * final name only when its size and its hash are right.
 */
final class BlobDownload {

    /** Not the name that Python's client uses, which writes into its own without asking whether somebody else does. */
    private static final String INCOMPLETE = ".juxta.incomplete";

    private static final int CHUNK = 1 << 16;
    private static final int HTTP_PARTIAL = 206;
    private static final int HTTP_RANGE_REFUSED = 416;

    private final HubHttp http;
    private final HubSettings settings;
    private final Subject model;
    private final RemoteFile file;
    private final Path incomplete;
    private final Path blob;

    /**
     * @param blobs where contents lie
     * @param part under which name it grows there
     */
    BlobDownload(HubHttp http, HubSettings settings, Subject model, RemoteFile file, Path blobs, String part) {
        this.http = http;
        this.settings = settings;
        this.model = model;
        this.file = file;
        this.blob = blobs.resolve(file.etag());
        this.incomplete = blobs.resolve(part + INCOMPLETE);
    }

    /** A part that came is not as announced; it has been thrown away. */
    private static final class WrongContent extends IOException {
        private static final long serialVersionUID = 1;

        WrongContent(String message) {
            super(message);
        }
    }

    /** Whether the content is in the cache. */
    boolean isHere() {
        return Files.isRegularFile(blob);
    }

    /** Where the content lies when it is here. */
    Path blob() {
        return blob;
    }

    /**
     * Fetches the file.
     *
     * @param arrived is told how many bytes are here
     */
    Path fetch(LongConsumer arrived) throws IOException {
        requireSpace();
        int attempt = 1;
        boolean wrongBefore = false;
        while (true) {
            long before = length();
            try {
                append(arrived);
                verify();
                Files.move(incomplete, blob, StandardCopyOption.ATOMIC_MOVE);
                return blob;
            } catch (HubException | InterruptedIOException e) {
                throw e;
            } catch (WrongContent e) {
                Files.deleteIfExists(incomplete);
                if (wrongBefore) {
                    throw new HubException(
                            Reason.DAMAGED, e.getMessage() + "; try again later, or check HF_ENDPOINT", e);
                }
                wrongBefore = true;
            } catch (FileSystemException e) {
                throw unwritable(e);
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted(e);
                }
                requireSpace();
                attempt = length() > before ? 1 : attempt + 1; // a cut after some progress is no failed attempt
                if (attempt > settings.attempts()) {
                    throw new HubException(
                            Reason.UNREACHABLE,
                            file.name() + " of \"" + model.id() + "\" breaks off at byte " + length() + " ("
                                    + e.getMessage() + "); check the network, and try again to go on from there",
                            e);
                }
                http.pause(attempt, OptionalLong.empty());
            }
        }
    }

    private static InterruptedIOException interrupted(IOException cause) {
        InterruptedIOException interrupted = HubHttp.interrupted();
        interrupted.initCause(cause);
        return interrupted;
    }

    private long length() throws IOException {
        return Files.isRegularFile(incomplete) ? Files.size(incomplete) : 0;
    }

    private void requireSpace() throws IOException {
        Path folder = blob.getParent();
        if (folder == null || file.size().isEmpty()) {
            return;
        }
        long needed = file.size().getAsLong() - length();
        long free = settings.space().free(folder);
        if (needed > free) {
            throw new HubException(
                    Reason.NO_SPACE,
                    file.name() + " of \"" + model.id() + "\" needs " + needed + " bytes more, and " + folder + " has "
                            + free + " free; make room, or set HF_HOME to a larger disk");
        }
    }

    private void append(LongConsumer arrived) throws IOException {
        long here = length();
        if (file.size().isPresent() && here >= file.size().getAsLong() && Files.exists(incomplete)) {
            if (here > file.size().getAsLong()) {
                throw wrong("is longer than the " + file.size().getAsLong() + " bytes that were announced");
            }
            return;
        }
        Answer answer = http.send(new Request(false, file.address(), here, model));
        try (InputStream body = answer.body()) {
            if (answer.status() == HTTP_RANGE_REFUSED) {
                throw wrong("cannot be continued from byte " + here);
            }
            boolean resumed = answer.status() == HTTP_PARTIAL
                    && answer.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + here + "-");
            if (answer.status() == HTTP_PARTIAL && !resumed) {
                throw wrong("comes from another byte than " + here + ", which was asked for");
            }
            try (FileChannel to = FileChannel.open(incomplete, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                to.truncate(resumed ? here : 0);
                to.position(resumed ? here : 0);
                copy(body, to, arrived);
                to.force(false);
            }
        }
        if (file.size().isPresent() && length() < file.size().getAsLong()) {
            throw new IOException("the connection was cut at byte " + length() + " of "
                    + file.size().getAsLong());
        }
    }

    private void copy(InputStream from, FileChannel to, LongConsumer arrived) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int count = from.read(chunk); count >= 0; count = from.read(chunk)) {
            ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
            while (bytes.hasRemaining()) {
                write(bytes, to);
            }
            if (file.size().isPresent() && to.position() > file.size().getAsLong()) {
                throw wrong("is longer than the " + file.size().getAsLong() + " bytes that were announced");
            }
            arrived.accept(to.position());
        }
    }

    private void write(ByteBuffer bytes, FileChannel to) throws IOException {
        try {
            to.write(bytes);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private HubException unwritable(IOException e) {
        return new HubException(
                Reason.NO_SPACE,
                incomplete + " cannot be written (" + e.getMessage()
                        + "); make room and check its permissions, or set HF_HOME to another disk",
                e);
    }

    private void verify() throws IOException {
        String found;
        if (file.hasSha256()) {
            found = ContentHash.sha256(incomplete);
        } else if (file.hasGitSha1()) {
            found = ContentHash.gitSha1(incomplete);
        } else {
            return; // an ETag of another kind says nothing about the content
        }
        if (!found.equals(file.etag())) {
            throw wrong("has the hash " + found + " and should have " + file.etag());
        }
    }

    private WrongContent wrong(String how) {
        return new WrongContent(file.name() + " of \"" + model.id() + "\" " + how);
    }
}
