package dev.juxta.onednn;

/** Memory for the rows of one value; where it lies is settled when the whole plan is known. */
final class Place {

    /** How long the rows are kept. */
    enum Scope {
        /** for all tokens of a chunk */
        TOKENS,
        /** for all sequences of a chunk */
        SEQUENCES,
        /** for the rows of one tile, while a chain of steps passes over them */
        TILE
    }

    private final boolean ofTokens;
    private final NumberType type;
    private final int width;
    private Scope scope;
    private long offset;

    Place(boolean ofTokens, NumberType type, int width) {
        this.ofTokens = ofTokens;
        this.type = type;
        this.width = width;
        this.scope = ofTokens ? Scope.TOKENS : Scope.SEQUENCES;
    }

    boolean ofTokens() {
        return ofTokens;
    }

    NumberType type() {
        return type;
    }

    /** Columns; its rows lie directly behind each other. */
    int width() {
        return width;
    }

    long rowBytes() {
        return (long) width * type.bytes();
    }

    Scope scope() {
        return scope;
    }

    /** The sum of the bytes per row of all places before it in its scope. */
    long offset() {
        return offset;
    }

    void settle(Scope where, long bytesPerRowBefore) {
        this.scope = where;
        this.offset = bytesPerRowBefore;
    }

    /**
     * Some columns of a place.
     *
     * @param column the first of them
     * @param width how many
     */
    record View(Place place, int column, int width) {
        static View of(Place place) {
            return new View(place, 0, place.width());
        }

        NumberType type() {
            return place.type();
        }

        boolean isWhole() {
            return width == place.width();
        }
    }
}
