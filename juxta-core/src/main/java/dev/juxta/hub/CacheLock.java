package dev.juxta.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps others, threads and processes, from fetching the same content at the same time. The file is the one that
 * Python's client locks; on Linux it does so by {@code flock}, which the JDK's locks do not see, so against Python this
 * only saves nothing: each writes into a file of its own, and the whole is put in place at once.
 */
final class CacheLock implements AutoCloseable {

    private static final Map<Path, ReentrantLock> IN_THIS_PROCESS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final Optional<FileChannel> processes;

    private CacheLock(ReentrantLock threads, Optional<FileChannel> processes) {
        this.threads = threads;
        this.processes = processes;
    }

    static CacheLock hold(Path file) throws IOException {
        ReentrantLock threads = IN_THIS_PROCESS.computeIfAbsent(file.toAbsolutePath(), path -> new ReentrantLock());
        try {
            threads.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The download was interrupted");
        }
        try {
            return new CacheLock(threads, lock(file));
        } catch (IOException | RuntimeException e) {
            threads.unlock();
            throw e;
        }
    }

    private static Optional<FileChannel> lock(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.lock().isValid()) {
                return Optional.of(channel);
            }
        } catch (FileLockInterruptionException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("The download was interrupted");
        } catch (IOException e) {
            // some network file systems have no locks; see isExclusive
        }
        channel.close();
        return Optional.empty();
    }

    /** Whether other processes are kept out too. */
    boolean isExclusive() {
        return processes.isPresent();
    }

    @Override
    public void close() throws IOException {
        try {
            if (processes.isPresent()) {
                processes.get().close();
            }
        } finally {
            threads.unlock();
        }
    }
}
