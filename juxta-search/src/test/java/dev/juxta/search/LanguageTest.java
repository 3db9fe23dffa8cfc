package dev.juxta.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en | How many people live in the city, and where are they from?",
                "de | Wie viele Menschen leben in der Stadt, und woher kommen sie?",
                "fr | Combien de personnes vivent dans la ville, et qui sont-elles ?",
                "es | ¿Cuántas personas viven en la ciudad y de dónde son?",
                "ru | Сколько людей живёт в городе и откуда они приехали?",
                "ar | كم عدد الناس الذين يعيشون في المدينة؟",
                "el | Πόσοι άνθρωποι ζουν στην πόλη;",
                "hi | शहर में कितने लोग रहते हैं?",
                "th | มีคนอาศัยอยู่ในเมืองกี่คน",
                "zh | 这座城市有多少人口?",
                "ja | この街には何人が住んでいますか。",
                "ko | 이 도시에는 몇 명이 살고 있습니까?",
                "any | 12345 + 67890",
                "any | kubectl nginx postgres redis"
            })
    void guessesByScriptAndStopWords(String code, String text) {
        assertThat(Language.detect(text)).hasToString(code);
    }

    @ParameterizedTest
    @CsvSource({"de, Häuser, das Haus", "ru, городов, город", "zh, 城市, 这座城市有多少人口", "th, เมือง, คนอาศัยอยู่ในเมือง"})
    void findsOtherFormsOfAWord(String code, String query, String text) throws IOException {
        Bm25Options options = Bm25Options.of(Language.of(code));
        try (Bm25 bm25 = Bm25.of(List.of(Passage.document("it", "", text)), options)) {
            assertThat(bm25.retrieve(query, 1)).hasSize(1);
        }
    }

    @Test
    void anUnknownCodeIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Language.of("xx"))
                .withMessageStartingWith("\"xx\" is not one of ar, cs");
    }
}
