package dev.juxta.onednn;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processor time that each kind of work takes, summed over all threads of the process; counts only while switched on.
 */
final class Profile {

    /** There is one, as a benchmark sees models from outside. */
    static final Profile OF_PROCESS = new Profile();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<String, Work> work = new ConcurrentHashMap<>();
    private volatile boolean on;

    private Profile() {}

    /**
     * What was done of one kind.
     *
     * @param nanos processor time
     * @param operations multiplications and additions of products, rows that round a length up included
     * @param multiplies the type of what was multiplied, if it is a product
     */
    record Work(long calls, long nanos, long operations, Optional<NumberType> multiplies) {
        private Work plus(Work other) {
            return new Work(calls + other.calls, nanos + other.nanos, operations + other.operations, multiplies);
        }
    }

    void switchTo(boolean counting) {
        on = counting;
        work.clear();
    }

    /** The moment when something begins, for {@link #end}. */
    long begin() {
        return on ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    void end(String kind, long begin) {
        if (on) {
            count(kind, new Work(1, THREADS.getCurrentThreadCpuTime() - begin, 0, Optional.empty()));
        }
    }

    void end(KernelSpec spec, long begin) {
        if (on) {
            long nanos = THREADS.getCurrentThreadCpuTime() - begin;
            count(spec.kind(), new Work(1, nanos, spec.operations(), spec.multiplies()));
        }
    }

    private void count(String kind, Work done) {
        work.merge(kind, done, Work::plus);
    }

    /** What was done since it was switched on, by kind. */
    Map<String, Work> work() {
        return new TreeMap<>(work);
    }
}
