package dev.juxta.search;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.id.IndonesianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.th.ThaiAnalyzer;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/**
 * How a text is taken apart into words that are compared: by Lucene's analyzer of its language, with its stop words and
 * stems; Chinese, Japanese and Korean by pairs of neighbouring characters.
 */
public enum Language {
    AR(ArabicAnalyzer::new, ArabicAnalyzer::getDefaultStopSet),
    CS(CzechAnalyzer::new, CzechAnalyzer::getDefaultStopSet),
    DA(DanishAnalyzer::new, DanishAnalyzer::getDefaultStopSet),
    DE(GermanAnalyzer::new, GermanAnalyzer::getDefaultStopSet),
    EL(GreekAnalyzer::new, GreekAnalyzer::getDefaultStopSet),
    EN(EnglishAnalyzer::new, EnglishAnalyzer::getDefaultStopSet),
    ES(SpanishAnalyzer::new, SpanishAnalyzer::getDefaultStopSet),
    FI(FinnishAnalyzer::new, FinnishAnalyzer::getDefaultStopSet),
    FR(FrenchAnalyzer::new, FrenchAnalyzer::getDefaultStopSet),
    HI(HindiAnalyzer::new, HindiAnalyzer::getDefaultStopSet),
    HU(HungarianAnalyzer::new, HungarianAnalyzer::getDefaultStopSet),
    ID(IndonesianAnalyzer::new, IndonesianAnalyzer::getDefaultStopSet),
    IT(ItalianAnalyzer::new, ItalianAnalyzer::getDefaultStopSet),
    JA(CJKAnalyzer::new, () -> CharArraySet.EMPTY_SET),
    KO(CJKAnalyzer::new, () -> CharArraySet.EMPTY_SET),
    NL(DutchAnalyzer::new, DutchAnalyzer::getDefaultStopSet),
    NO(NorwegianAnalyzer::new, NorwegianAnalyzer::getDefaultStopSet),
    PT(PortugueseAnalyzer::new, PortugueseAnalyzer::getDefaultStopSet),
    RO(RomanianAnalyzer::new, RomanianAnalyzer::getDefaultStopSet),
    RU(RussianAnalyzer::new, RussianAnalyzer::getDefaultStopSet),
    SV(SwedishAnalyzer::new, SwedishAnalyzer::getDefaultStopSet),
    TH(ThaiAnalyzer::new, ThaiAnalyzer::getDefaultStopSet),
    TR(TurkishAnalyzer::new, TurkishAnalyzer::getDefaultStopSet),
    ZH(CJKAnalyzer::new, () -> CharArraySet.EMPTY_SET),
    /** Any other language: words by Unicode's rules (UAX 29), in lower case. */
    ANY(StandardAnalyzer::new, () -> CharArraySet.EMPTY_SET);

    @SuppressWarnings("ImmutableEnumChecker") // constructors
    private final Supplier<Analyzer> analyzer;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Supplier<CharArraySet> stopWords;

    Language(Supplier<Analyzer> analyzer, Supplier<CharArraySet> stopWords) {
        this.analyzer = analyzer;
        this.stopWords = stopWords;
    }

    /** A new analyzer, which is the caller's to close. */
    Analyzer analyzer() {
        return analyzer.get();
    }

    /** Words so common that they are not searched for. */
    CharArraySet stopWords() {
        return stopWords.get();
    }

    /**
     * Reads an ISO 639-1 code such as {@code de}, or {@code any}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Language of(String code) {
        return Arrays.stream(values())
                .filter(language -> language.toString().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + code + "\" is not one of "
                        + Arrays.stream(values()).map(Language::toString).collect(Collectors.joining(", "))));
    }

    /** The language of a text, by its script and its most common words; {@link #ANY} where they say nothing. */
    public static Language detect(String text) {
        return LanguageGuess.of(text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
