package dev.juxta.cli;

import java.util.List;
import java.util.Locale;

/**
 * Text as a terminal shows it: on one line, without characters that would move the cursor, and measured in columns, of
 * which most East Asian characters and emoji take two and combining marks none.
 */
final class DisplayText {

    private static final int LONGEST_LINE = 2000;
    private static final String ELLIPSIS = "…";
    private static final List<String> UNITS = List.of("kB", "MB", "GB", "TB");

    /** First and last of the ranges whose characters take two columns (Unicode's East Asian Width W and F, and emoji). */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE,
        0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE,
        0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA,
        0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755,
        0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55,
        0x2E80, 0x303E, 0x3041, 0x33FF, 0x3400, 0x4DBF, 0x4E00, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF,
        0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1AFF0, 0x1B2FF, 0x1F004,
        0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F320, 0x1F32D, 0x1F335, 0x1F337,
        0x1F37C, 0x1F37E, 0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8,
        0x1F43E, 0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595,
        0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6DF, 0x1F6EB,
        0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7F0, 0x1F90C, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private DisplayText() {}

    /** All of a text on one line; what is beyond two thousand columns is cut. */
    static String line(String text) {
        return fit(text, LONGEST_LINE);
    }

    /** As much of a text on one line as fits into {@code columns}; an ellipsis stands for the rest. */
    static String fit(String text, int columns) {
        StringBuilder shown = new StringBuilder();
        int width = 0;
        int cut = 0; // length of shown that leaves a column for the ellipsis
        boolean space = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            if (Character.isWhitespace(point) || Character.isSpaceChar(point)) {
                space = shown.length() > 0;
                continue;
            }
            int visible = visible(point);
            int needed = width(visible) + (space ? 1 : 0);
            if (width + needed > columns) {
                shown.setLength(cut);
                return shown.append(ELLIPSIS).toString();
            }
            if (space) {
                shown.append(' ');
                space = false;
            }
            if (visible >= 0) {
                shown.appendCodePoint(visible);
            }
            width += needed;
            if (width < columns) {
                cut = shown.length();
            }
        }
        return shown.toString();
    }

    /** What is shown for a character: a picture of a control, nothing (−1) for invisible signs, U+FFFD for a half one. */
    private static int visible(int point) {
        if (point < 0x20) {
            return 0x2400 + point;
        }
        if (point == 0x7F) {
            return 0x2421;
        }
        int type = Character.getType(point);
        if (type == Character.CONTROL || type == Character.SURROGATE) {
            return 0xFFFD;
        }
        boolean joiner = point == 0x200D || point == 0x200C;
        return type == Character.FORMAT && !joiner ? -1 : point;
    }

    /** A number of bytes in thousands or millions, as hubs and disks count. */
    static String bytes(long bytes) {
        if (bytes < 1000) {
            return bytes + " bytes";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 999.5 && unit < UNITS.size() - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS.get(unit));
    }

    /** The columns that a text takes. */
    static int columns(String text) {
        return text.codePoints().map(DisplayText::width).sum();
    }

    private static int width(int point) {
        if (point < 0x300) {
            return point < 0 ? 0 : 1;
        }
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return isWide(point) ? 2 : 1;
    }

    private static boolean isWide(int point) {
        if (point < WIDE[0]) {
            return false;
        }
        int low = 0;
        int high = WIDE.length / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (point < WIDE[2 * middle]) {
                high = middle - 1;
            } else if (point > WIDE[2 * middle + 1]) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }
}
