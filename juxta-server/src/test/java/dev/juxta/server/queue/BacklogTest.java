package dev.juxta.server.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.juxta.server.queue.Job.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final int BATCH = 10;

    private static final QueueObserver NOBODY = new QueueObserver() {
        @Override
        public void read(int pieces, long nanos) {}

        @Override
        public void ran(int pieces, long tokens, long nanos) {}

        @Override
        public void waited(long nanos) {}

        @Override
        public void abandoned() {}
    };

    private final Backlog backlog = new Backlog(new QueueLimits(BATCH, 100_000, 1, 1));

    /** A piece of so many tokens. */
    private record Words(int tokens) implements Piece {}

    /** So many equal pieces. */
    private record Pieces(int size, int tokens) implements Work<Words, Integer> {

        @Override
        public long estimatedTokens() {
            return (long) size * tokens;
        }

        @Override
        public List<Words> read(int from, int to) {
            return Collections.nCopies(to - from, new Words(tokens));
        }

        @Override
        public Computation<Words, Integer> computation() {
            return pieces -> pieces.stream().map(Words::tokens).toList();
        }
    }

    /** Work whose pieces have all been read. */
    private Job<Words, Integer> add(String caller, int size, int tokens) {
        Pieces work = new Pieces(size, tokens);
        Job<Words, Integer> job = backlog.add(caller, work, LONG);
        job.beginReading();
        backlog.read(job, work.read(0, size), 1);
        return job;
    }

    /** Computes a batch; who its pieces were from. */
    private List<String> compute() {
        List<String> callers = new ArrayList<>();
        for (Slot<?, ?> slot : backlog.takeBatch(NOBODY)) {
            callers.add(slot.job().flow().key());
            deliver(slot);
        }
        return callers;
    }

    @SuppressWarnings("unchecked") // all pieces are words
    private void deliver(Slot<?, ?> slot) {
        Job<Words, Integer> job = (Job<Words, Integer>) slot.job();
        if (job.deliver(slot.index(), slot.piece().tokens())) {
            backlog.remove(job);
        }
    }

    @Test
    void callersTakeTurnsByTokens() {
        add("many", 100, 5);
        add("few", 10, 5);
        for (int i = 0; i < 10; i++) {
            assertThat(compute()).containsExactlyInAnyOrder("many", "few");
        }
        assertThat(compute()).containsExactly("many", "many");
        assertThat(backlog.waitingTokens()).isEqualTo(88 * 5);
        assertThat(backlog.works()).isEqualTo(1);
    }

    @Test
    void aShortWorkOfACallerDoesNotWaitForItsLongOne() {
        add("one", 100, 5);
        compute();
        Job<Words, Integer> later = add("one", 2, 5);
        compute();
        compute();
        assertThat(later.isOver()).isTrue();
    }

    /** Where all took turns, all would be done at the end. */
    @Test
    void equalWorksOfACallerFollowEachOther() {
        Job<Words, Integer> first = add("one", 4, 5);
        Job<Words, Integer> second = add("one", 4, 5);
        compute();
        compute();
        assertThat(first.isOver()).isTrue();
        assertThat(second.isFresh()).isTrue();
    }

    /** A stream of short works delays a long one to when it would end if all shared alike, and no further. */
    @Test
    void aLongWorkIsDoneThoughShortOnesKeepComing() {
        Job<Words, Integer> longOne = add("one", 50, 10);
        int batches = 0;
        while (!longOne.isOver() && batches < 200) {
            add("one", 1, 10);
            compute();
            batches++;
        }
        assertThat(batches).isLessThan(200);
    }

    /** Who asked for less than its share has no right to the whole machine later. */
    @Test
    void whatWasNotAskedForIsNotSaved() {
        add("heavy", 1000, 10);
        Job<Words, Integer> light = add("light", 1, 1);
        for (int i = 0; i < 200; i++) {
            compute();
            if (light.waiting() == 0) {
                light = add("light", 1, 1); // it is never without work for long
            }
        }
        add("light", 100, 10);
        List<String> next = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            next.addAll(compute());
        }
        assertThat(Collections.frequency(next, "heavy")).isBetween(17, 23);
    }

    @Test
    void whoComesLaterBeginsLevel() {
        add("first", 1000, 10);
        for (int i = 0; i < 100; i++) {
            compute();
        }
        add("second", 1000, 10);
        List<String> next = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            next.addAll(compute());
        }
        assertThat(Collections.frequency(next, "first")).isBetween(9, 11);
    }

    @Test
    void nobodyMayHoldAllOfTheQueue() {
        add("greedy", 8_000, 10);
        assertThatThrownBy(() -> add("greedy", 1_000, 10)).isInstanceOf(RejectedException.class);
        assertThat(add("modest", 1_000, 10).waiting()).isEqualTo(10_000);
    }
}
