package dev.juxta.onednn;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The processor time that each kind of work takes, summed over all threads of the process; counts only while switched on.
 */
final class Profile {

    /** There is one, as a benchmark sees models from outside. */
    static final Profile OF_PROCESS = new Profile();

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Map<String, LongAdder> nanos = new ConcurrentHashMap<>();
    private volatile boolean on;

    private Profile() {}

    void switchTo(boolean counting) {
        on = counting;
        nanos.clear();
    }

    /** The moment when something begins, for {@link #end}. */
    long begin() {
        return on ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    void end(String kind, long begin) {
        if (on) {
            nanos.computeIfAbsent(kind, k -> new LongAdder()).add(THREADS.getCurrentThreadCpuTime() - begin);
        }
    }

    /** Nanoseconds by kind. */
    Map<String, Long> nanos() {
        Map<String, Long> sums = new TreeMap<>();
        nanos.forEach((kind, sum) -> sums.put(kind, sum.sum()));
        return sums;
    }
}
