package dev.juxta.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second writer, of this process or another, from a place that one is at work on. The operating system gives it up
 * when the process ends, however that ends. On file systems without locks it keeps nobody away.
 */
public final class WriteLock implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    private WriteLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param file is made for it, in a folder that exists, and removed with it
     * @param place what is written, as its user named it
     * @throws InputException if somebody has it; the message quotes the place
     */
    public static WriteLock take(Path file, Path place) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isFree(channel)) {
            channel.close();
            throw new InputException(
                    "\"" + place + "\" is being written by another run; wait for its end, or name another place");
        }
        return new WriteLock(file, channel);
    }

    private static boolean isFree(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            return true; // the file system has no locks
        }
    }

    /** Removes the file while the lock still holds, so that nobody's lock but this one's goes with it. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
