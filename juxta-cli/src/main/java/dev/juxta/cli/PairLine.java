package dev.juxta.cli;

import dev.juxta.TextPair;
import dev.juxta.data.InputException;
import dev.juxta.data.JsonLine;
import dev.juxta.data.Place;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pair of texts and where it stood.
 *
 * @param pair the texts, either of which may be empty
 * @param place its line
 */
record PairLine(TextPair pair, Place place) {

    /** Reads lines of two columns with one tab between, and objects with {@code a} and {@code b}. */
    static final LineParser<PairLine> PARSER = new LineParser<>() {
        @Override
        public boolean recognises(ObjectNode object) {
            return object.has("a") || object.has("b");
        }

        @Override
        public PairLine ofObject(ObjectNode object, Place place) throws InputException {
            return new PairLine(
                    new TextPair(JsonLine.text(object, "a", place), JsonLine.text(object, "b", place)), place);
        }

        @Override
        public Optional<PairLine> ofText(String text, Place place) throws InputException {
            int tab = text.indexOf('\t');
            if (tab < 0) {
                String what = text.isBlank() ? " is blank" : " has no tab";
                throw new InputException(place + what + "; a pair is two texts with a tab between (a<TAB>b)");
            }
            if (text.indexOf('\t', tab + 1) >= 0) {
                throw new InputException(
                        place + " has " + (text.chars().filter(c -> c == '\t').count() + 1)
                                + " columns, and a pair has 2 (a<TAB>b); keep two with cut -f, or give texts that hold tabs"
                                + " as .jsonl with \"a\" and \"b\"");
            }
            return Optional.of(new PairLine(new TextPair(text.substring(0, tab), text.substring(tab + 1)), place));
        }
    };

    /**
     * All pairs of a source.
     *
     * @throws InputException if there are none, or a line is not a pair
     */
    static List<PairLine> readAll(Session session, Source source) throws IOException {
        List<PairLine> lines = new LineInput<>(session, PARSER).read(source);
        if (lines.isEmpty()) {
            throw new InputException(
                    source.name() + " has no pairs; give one per line as a<TAB>b, or .jsonl with \"a\" and \"b\"");
        }
        return lines;
    }
}
