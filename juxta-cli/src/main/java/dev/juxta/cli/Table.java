package dev.juxta.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * An aligned table for people. Columns of texts share the width that the others leave and are cut to it; without a width
 * they stay whole.
 */
final class Table {

    private static final String GAP = "  ";
    private static final int LEAST_TEXT = 8;
    private static final int WIDEST_PADDING = 40;

    /** Columns at which names are cut. */
    static final int WIDEST_NAME = 32;

    private static final String BOLD = "\u001b[1m";
    private static final String RESET = "\u001b[0m";

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /** How a column is set. */
    enum Kind {
        /** to the right, never cut */
        NUMBER(""),
        /** to the right and coloured, never cut */
        SCORE("\u001b[36m"),
        /** to the left, at most 32 columns */
        NAME("\u001b[33m"),
        /** to the left, cut to the width there is */
        TEXT("");

        private final String colour;

        Kind(String colour) {
            this.colour = colour;
        }
    }

    /**
     * A column.
     *
     * @param header its first line
     * @param kind how it is set
     */
    record Column(String header, Kind kind) {}

    /** Adds a row with one cell per column. */
    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /** The lines of the table. */
    List<String> lines(OptionalInt width, boolean colours) {
        List<Layout> layouts = width.isPresent() ? fitted(width.getAsInt()) : whole();
        List<String> lines = new ArrayList<>();
        String titles = line(columns.stream().map(Column::header).toList(), layouts, false);
        lines.add(colours ? BOLD + titles + RESET : titles);
        for (List<String> row : rows) {
            lines.add(line(row, layouts, colours));
        }
        return lines;
    }

    /**
     * How wide a column is set.
     *
     * @param cut columns at which a cell is cut
     * @param padded columns to which a cell is padded
     */
    private record Layout(int cut, int padded) {}

    /** Without a width nothing is cut but names, and long texts do not push the next column out of sight. */
    private List<Layout> whole() {
        List<Layout> layouts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            boolean text = columns.get(i).kind() == Kind.TEXT;
            layouts.add(new Layout(
                    text ? Integer.MAX_VALUE : WIDEST_NAME, natural(i, text ? WIDEST_PADDING : WIDEST_NAME)));
        }
        return layouts;
    }

    private List<Layout> fitted(int width) {
        int[] widths = new int[columns.size()];
        List<Integer> texts = new ArrayList<>();
        int left = width - GAP.length() * (columns.size() - 1);
        for (int i = 0; i < widths.length; i++) {
            boolean text = columns.get(i).kind() == Kind.TEXT;
            widths[i] = natural(i, text ? width : WIDEST_NAME);
            if (text) {
                texts.add(i);
            } else {
                left -= widths[i];
            }
        }
        share(left, texts, widths);
        return Arrays.stream(widths).mapToObj(w -> new Layout(w, w)).toList();
    }

    /** Gives each text column its even share of the room, or less where it needs less; the others get the rest. */
    private static void share(int room, List<Integer> texts, int[] widths) {
        int left = room;
        List<Integer> open = new ArrayList<>(texts);
        open.sort(Comparator.comparingInt(column -> widths[column]));
        while (!open.isEmpty()) {
            int column = open.remove(0);
            widths[column] = Math.min(widths[column], Math.max(LEAST_TEXT, left / (open.size() + 1)));
            left -= widths[column];
        }
    }

    private int natural(int column, int most) {
        int widest = DisplayText.columns(columns.get(column).header());
        for (List<String> row : rows) {
            widest = Math.max(widest, DisplayText.columns(DisplayText.fit(row.get(column), most)));
        }
        return widest;
    }

    private String line(List<String> cells, List<Layout> layouts, boolean colours) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            Kind kind = columns.get(i).kind();
            String cell = DisplayText.fit(cells.get(i), layouts.get(i).cut());
            String padding = " ".repeat(Math.max(0, layouts.get(i).padded() - DisplayText.columns(cell)));
            String coloured = colours && !kind.colour.isEmpty() ? kind.colour + cell + RESET : cell;
            boolean right = kind == Kind.NUMBER || kind == Kind.SCORE;
            line.append(i == 0 ? "" : GAP).append(right ? padding + coloured : coloured + padding);
        }
        return line.toString().stripTrailing();
    }
}
