package dev.juxta.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void doesEveryTaskOnce(int threads) {
        try (Workers workers = new Workers(threads)) {
            AtomicIntegerArray times = new AtomicIntegerArray(1000);
            workers.forEach(times.length(), times::incrementAndGet);
            assertThat(times.toString()).doesNotContain("0", "2");
            workers.forEach(0, i -> times.incrementAndGet(0));
            assertThat(times.get(0)).isEqualTo(1);
        }
    }

    @Test
    void usesNoMoreThreadsThanItHasHoweverManyAsk() throws InterruptedException {
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        try (Workers workers = new Workers(3)) {
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                Thread thread = new Thread(() -> workers.forEach(50, i -> {
                    most.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                    seen.add(Thread.currentThread());
                    Thread.onSpinWait();
                    atWork.decrementAndGet();
                }));
                callers.add(thread);
                thread.start();
            }
            for (Thread thread : callers) {
                thread.join();
            }
        }
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(seen).hasSizeLessThanOrEqualTo(3).doesNotContain(Thread.currentThread());
    }

    /** Parts that wait for each other: they end only if all of them run at the same time. */
    private static final class Meeting implements Workers.Gang {
        private final int most;
        private CyclicBarrier barrier = new CyclicBarrier(1);
        private int parts;
        private boolean ended;

        Meeting(int most) {
            this.most = most;
        }

        @Override
        public int most() {
            return most;
        }

        @Override
        public void begin(int count) {
            parts = count;
            barrier = new CyclicBarrier(count);
        }

        @Override
        public void run(int part, int thread) {
            try {
                barrier.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void breakUp() {
            barrier.reset();
        }

        @Override
        public void end() {
            ended = true;
        }
    }

    @Test
    void runsThePartsOfAGangAtTheSameTime() {
        try (Workers workers = new Workers(4)) {
            for (int i = 0; i < 200; i++) {
                List<Meeting> meetings = List.of(new Meeting(1), new Meeting(9), new Meeting(3));
                workers.runAll(meetings);
                assertThat(meetings).allSatisfy(meeting -> {
                    assertThat(meeting.ended).isTrue();
                    assertThat(meeting.parts).isBetween(1, Math.min(4, meeting.most));
                });
            }
        }
    }

    @Test
    void workThatAsksForWorkDoesNotWaitForItself() {
        try (Workers workers = new Workers(1)) {
            AtomicInteger inner = new AtomicInteger();
            workers.forEach(3, i -> workers.forEach(4, j -> inner.incrementAndGet()));
            assertThat(inner.get()).isEqualTo(12);
            Meeting meeting = new Meeting(2);
            workers.forEach(1, i -> workers.runAll(List.of(meeting)));
            assertThat(meeting.parts).isEqualTo(1);
        }
    }

    @Test
    void aFailureIsTheCallersAndTheThreadsLiveOn() {
        try (Workers workers = new Workers(2)) {
            AtomicInteger done = new AtomicInteger();
            assertThatThrownBy(() -> workers.forEach(1_000_000, i -> {
                        if (done.incrementAndGet() == 10) {
                            throw new IllegalArgumentException("number " + i);
                        }
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("number ");
            assertThat(done.get()).isLessThan(1_000_000);
            assertThatThrownBy(() -> workers.call(() -> {
                                throw new java.io.IOException("no file");
                            })
                            .join())
                    .hasRootCauseMessage("no file");
            assertThat(workers.call(() -> 5).join()).isEqualTo(5);
        }
    }

    @Test
    void doesWhatCanWaitOnceNothingElseIsToDo() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            CountDownLatch done = new CountDownLatch(5);
            for (int i = 0; i < 5; i++) {
                workers.whenIdle(done::countDown);
            }
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void refusesWorkWhenClosed() {
        Workers workers = new Workers(2);
        workers.whenIdle(() -> {
            throw new AssertionError("never done");
        });
        workers.close();
        assertThatThrownBy(() -> workers.forEach(1, i -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
