package dev.juxta;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Lets any number of calls run until it is closed, which waits for them. */
final class Lifetime {

    private final String what;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed; // guarded by the lock

    /** @param what how the message of a late call names what is closed */
    Lifetime(String what) {
        this.what = what;
    }

    /**
     * Makes a call.
     *
     * @throws IllegalStateException after {@link #close}
     */
    <T> T whileOpen(Supplier<T> call) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("This model (" + what + ") is closed; load it again");
            }
            return call.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits for the calls under way, then frees what they used; does nothing the second time. */
    void close(Runnable free) {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                free.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
