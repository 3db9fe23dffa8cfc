package dev.juxta.search;

import java.lang.Character.UnicodeScript;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Guesses the language of a text: by its script where that has one language, else by how many stop words it has. */
final class LanguageGuess {

    /** Chars that are looked at. */
    private static final int SAMPLE = 20_000;

    /** The least part of a text's words that are stop words of its language. */
    private static final double LEAST_SHARE = 0.12;

    /** Scripts that are read by one of the languages. Arabic script is Persian's and Urdu's too, which have no stems here. */
    private static final Map<UnicodeScript, Language> BY_SCRIPT = Map.of(
            UnicodeScript.ARABIC, Language.AR,
            UnicodeScript.GREEK, Language.EL,
            UnicodeScript.DEVANAGARI, Language.HI,
            UnicodeScript.HANGUL, Language.KO,
            UnicodeScript.HIRAGANA, Language.JA,
            UnicodeScript.KATAKANA, Language.JA,
            UnicodeScript.HAN, Language.ZH,
            UnicodeScript.THAI, Language.TH);

    private static final List<Language> LATIN = List.of(
            Language.EN,
            Language.DE,
            Language.FR,
            Language.ES,
            Language.IT,
            Language.PT,
            Language.NL,
            Language.SV,
            Language.DA,
            Language.NO,
            Language.FI,
            Language.HU,
            Language.RO,
            Language.CS,
            Language.TR,
            Language.ID);

    /** Japanese mixes Chinese characters with a share of its own above this. */
    private static final double LEAST_KANA = 0.1;

    private LanguageGuess() {}

    static Language of(String text) {
        String sample = text.length() <= SAMPLE ? text : text.substring(0, SAMPLE);
        Map<UnicodeScript, Integer> letters = new EnumMap<>(UnicodeScript.class);
        sample.codePoints()
                .filter(Character::isLetter)
                .forEach(point -> letters.merge(UnicodeScript.of(point), 1, Integer::sum));
        Optional<UnicodeScript> script = letters.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
        if (script.isEmpty()) {
            return Language.ANY;
        }
        return switch (script.get()) {
            case LATIN -> byStopWords(words(sample), LATIN);
            case CYRILLIC -> byStopWords(words(sample), List.of(Language.RU));
            case HAN -> kana(letters) > LEAST_KANA ? Language.JA : Language.ZH;
            default -> BY_SCRIPT.getOrDefault(script.get(), Language.ANY);
        };
    }

    private static double kana(Map<UnicodeScript, Integer> letters) {
        int kana = letters.getOrDefault(UnicodeScript.HIRAGANA, 0) + letters.getOrDefault(UnicodeScript.KATAKANA, 0);
        return (double) kana / (kana + letters.getOrDefault(UnicodeScript.HAN, 0));
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getWordInstance(Locale.ROOT);
        breaks.setText(text);
        int begin = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; begin = end, end = breaks.next()) {
            if (Character.isLetter(text.codePointAt(begin))) {
                words.add(text.substring(begin, end).toLowerCase(Locale.ROOT));
            }
        }
        return words;
    }

    private static Language byStopWords(List<String> words, List<Language> languages) {
        Language best = Language.ANY;
        double most = LEAST_SHARE * words.size();
        for (Language language : languages) {
            long stops = words.stream()
                    .filter(word -> language.stopWords().contains(word))
                    .count();
            if (stops > most) {
                most = stops;
                best = language;
            }
        }
        return best;
    }
}
