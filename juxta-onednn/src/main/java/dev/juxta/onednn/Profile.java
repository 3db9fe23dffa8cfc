package dev.juxta.onednn;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The time that each kind of work takes, summed over all workers; counts only while switched on. */
final class Profile {

    private final Map<String, LongAdder> nanos = new ConcurrentHashMap<>();
    private volatile boolean on;

    void switchTo(boolean counting) {
        on = counting;
        nanos.clear();
    }

    /** The moment when something begins, for {@link #end}. */
    long begin() {
        return on ? System.nanoTime() : 0;
    }

    void end(String kind, long begin) {
        if (on) {
            nanos.computeIfAbsent(kind, k -> new LongAdder()).add(System.nanoTime() - begin);
        }
    }

    /** Nanoseconds by kind. */
    Map<String, Long> nanos() {
        Map<String, Long> sums = new TreeMap<>();
        nanos.forEach((kind, sum) -> sums.put(kind, sum.sum()));
        return sums;
    }
}
