package dev.juxta;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts the letters of texts by script, and the runs of digits and the single signs between them. Chinese characters,
 * kana and Hangul count as one script, for which Han stands: texts mix them, and vocabularies treat them alike.
 */
final class Scripts {

    private static final Map<UnicodeScript, List<String>> LANGUAGES = Map.ofEntries(
            Map.entry(
                    UnicodeScript.ARABIC,
                    List.of("ar", "ara", "arz", "fa", "fas", "ur", "ps", "sd", "ug", "ckb", "dv")),
            Map.entry(
                    UnicodeScript.CYRILLIC,
                    List.of("ru", "rus", "uk", "be", "bg", "mk", "sr", "kk", "ky", "mn", "tg", "tt", "ba", "cv", "ce")),
            Map.entry(UnicodeScript.GREEK, List.of("el", "ell", "grc")),
            Map.entry(UnicodeScript.HEBREW, List.of("he", "heb", "yi")),
            Map.entry(UnicodeScript.DEVANAGARI, List.of("hi", "hin", "mr", "ne", "sa", "bho", "mai", "gom", "new")),
            Map.entry(UnicodeScript.BENGALI, List.of("bn", "ben", "as", "bpy")),
            Map.entry(UnicodeScript.TAMIL, List.of("ta", "tam")),
            Map.entry(UnicodeScript.TELUGU, List.of("te", "tel")),
            Map.entry(UnicodeScript.KANNADA, List.of("kn", "kan")),
            Map.entry(UnicodeScript.MALAYALAM, List.of("ml", "mal")),
            Map.entry(UnicodeScript.GUJARATI, List.of("gu", "guj")),
            Map.entry(UnicodeScript.GURMUKHI, List.of("pa", "pan")),
            Map.entry(UnicodeScript.ORIYA, List.of("or", "ori")),
            Map.entry(UnicodeScript.SINHALA, List.of("si", "sin")),
            Map.entry(UnicodeScript.THAI, List.of("th", "tha")),
            Map.entry(UnicodeScript.LAO, List.of("lo", "lao")),
            Map.entry(UnicodeScript.MYANMAR, List.of("my", "mya")),
            Map.entry(UnicodeScript.KHMER, List.of("km", "khm")),
            Map.entry(UnicodeScript.GEORGIAN, List.of("ka", "kat")),
            Map.entry(UnicodeScript.ARMENIAN, List.of("hy", "hye")),
            Map.entry(UnicodeScript.ETHIOPIC, List.of("am", "amh", "ti")),
            Map.entry(UnicodeScript.TIBETAN, List.of("bo", "bod", "dz")),
            Map.entry(UnicodeScript.HAN, List.of("zh", "zho", "cmn", "yue", "wuu", "lzh", "ja", "jpn", "ko", "kor")));

    private final Map<UnicodeScript, Integer> counts = new EnumMap<>(UnicodeScript.class);
    private int latin;
    private int letters;
    private int others;

    /** Counts a text. */
    void add(String text) {
        boolean digits = false;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            boolean digit = Character.isDigit(point);
            if (Character.isLetter(point)) {
                letters++;
                addLetter(point);
            } else if (isMark(point)) {
                letters++;
            } else if (!Character.isWhitespace(point) && !(digit && digits)) {
                others++;
            }
            digits = digit;
        }
    }

    private void addLetter(int point) {
        if (point < 0x250) {
            latin++;
            return;
        }
        UnicodeScript script = UnicodeScript.of(point);
        switch (script) {
            case LATIN -> latin++;
            case HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> counts.merge(UnicodeScript.HAN, 1, Integer::sum);
            case COMMON, INHERITED, UNKNOWN -> {}
            default -> counts.merge(script, 1, Integer::sum);
        }
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    /** Letters, and the marks on them, in any script. */
    int letters() {
        return letters;
    }

    /** Runs of digits, and signs, which tokenizers keep from letters. */
    int others() {
        return others;
    }

    /** The script that most letters are of; empty where there are none. */
    Optional<UnicodeScript> most() {
        Optional<Map.Entry<UnicodeScript, Integer>> most =
                counts.entrySet().stream().max(Map.Entry.comparingByValue());
        if (most.isPresent() && most.get().getValue() > latin) {
            return most.map(Map.Entry::getKey);
        }
        return latin == 0 ? Optional.empty() : Optional.of(UnicodeScript.LATIN);
    }

    /** The scripts other than Latin of languages by their ISO codes; empty where one is no code, as "multilingual". */
    static Set<UnicodeScript> ofLanguages(List<String> languages) {
        Set<UnicodeScript> scripts = EnumSet.noneOf(UnicodeScript.class);
        for (String language : languages) {
            String code = language.toLowerCase(Locale.ROOT).replaceFirst("[-_].*", "");
            if (!code.matches("[a-z]{2,3}") || code.equals("mul")) {
                return Set.of();
            }
            LANGUAGES.forEach((script, codes) -> {
                if (codes.contains(code)) {
                    scripts.add(script);
                }
            });
            scripts.add(UnicodeScript.LATIN);
        }
        return scripts;
    }

    /** The name of a script, for people. */
    static String name(UnicodeScript script) {
        if (script == UnicodeScript.HAN) {
            return "East Asian";
        }
        String name = script.name().replace('_', ' ').toLowerCase(Locale.ROOT);
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
