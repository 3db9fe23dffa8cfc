package dev.juxta.cli.train;

import dev.juxta.cli.Session;
import dev.juxta.train.Trainer;
import java.util.Locale;
import java.util.function.Consumer;

/** How far a training is, on standard error: a bar where that is a terminal, else a line every minute. */
final class TrainingView implements Consumer<Trainer.Progress>, AutoCloseable {

    private static final long BAR_NANOS = 200_000_000L;
    private static final long LINE_NANOS = 60_000_000_000L;

    private final Session session;
    private final boolean bar;
    private long lastShown = System.nanoTime();
    private boolean shown;

    TrainingView(Session session) {
        this.session = session;
        this.bar = session.terminal().err();
    }

    @Override
    public void accept(Trainer.Progress progress) {
        long now = System.nanoTime();
        if (now - lastShown < (bar ? BAR_NANOS : LINE_NANOS)) {
            return;
        }
        lastShown = now;
        if (bar) {
            shown = true;
            session.redraw(
                    dev.juxta.cli.Progress.bar(Math.round(1000 * progress.part()), 1000) + "  " + line(progress));
        } else {
            session.tell(line(progress));
        }
    }

    private static String line(Trainer.Progress progress) {
        return String.format(
                Locale.ROOT,
                "step %d, loss %.4f,%s rate %.1e, %.1f pairs/s, %s left",
                progress.step(),
                progress.loss(),
                progress.standing()
                        .map(standing -> String.format(Locale.ROOT, " best %.4f,", standing.bestValue()))
                        .orElse(""),
                progress.rate(),
                progress.pairs() / progress.seconds(),
                dev.juxta.cli.Progress.minutes(progress.seconds() * (1 / Math.max(1e-9, progress.part()) - 1)));
    }

    @Override
    public void close() {
        if (shown) {
            session.redraw("");
        }
    }
}
