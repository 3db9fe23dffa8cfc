package dev.juxta.train.labelling;

import dev.juxta.Score;
import dev.juxta.Scorer;
import dev.juxta.TextPair;
import java.util.ArrayList;
import java.util.List;

/** Models that label together. None is closed. */
public abstract class Teachers {

    private final List<Scorer> members;

    Teachers(List<? extends Scorer> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("There is no teacher");
        }
        this.members = List.copyOf(members);
    }

    /** A label for each pair, in their order. */
    public abstract List<SilverLabel> label(List<TextPair> pairs);

    int size() {
        return members.size();
    }

    /** What each teacher says, [teachers][pairs]. */
    List<List<Score>> scores(List<TextPair> pairs) {
        List<List<Score>> scores = new ArrayList<>();
        for (Scorer member : members) {
            scores.add(member.score(pairs));
        }
        return scores;
    }
}
