package dev.juxta.onednn;

import java.util.ArrayList;
import java.util.List;

/** Row-wise steps, all of them done for one tile of rows before the next, so that what passes between stays in cache. */
final class RowStage implements Stage {

    private final boolean ofTokens;
    private final List<RowStep> steps = new ArrayList<>();

    RowStage(boolean ofTokens) {
        this.ofTokens = ofTokens;
    }

    boolean ofTokens() {
        return ofTokens;
    }

    void add(RowStep step) {
        steps.add(step);
    }

    @Override
    public boolean readsAcrossRows() {
        return false;
    }

    @Override
    public void run(Share share) {
        int end = ofTokens ? share.endToken() : share.endSequence();
        int from = ofTokens ? share.firstToken() : share.firstSequence();
        while (from < end) {
            int rows = Math.min(Rows.TILE, end - from);
            RowStep.Tile tile = new RowStep.Tile(from, rows, Rows.padded(rows));
            for (RowStep step : steps) {
                step.run(share, tile);
            }
            from += rows;
        }
    }
}
