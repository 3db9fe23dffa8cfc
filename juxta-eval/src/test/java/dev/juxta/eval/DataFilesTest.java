package dev.juxta.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.juxta.TextPair;
import dev.juxta.data.AtomicFile;
import dev.juxta.data.InputException;
import dev.juxta.measure.RankingMeasure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataFilesTest {

    @TempDir
    private Path folder;

    @Test
    void judgementsAreReadInBothForms() throws IOException {
        Path trec = file("a.qrels", "q1 0 d1 2\nq1\t0\td2\t-1\n\nq2 0 d1 0\n");
        assertThat(Qrels.read(trec).judgements())
                .containsExactly(entry("q1", Map.of("d1", 2, "d2", -1)), entry("q2", Map.of("d1", 0)));
        Path beir = file("a.tsv.gz", "query-id\tcorpus-id\tscore\nq1\td 1\t2\n");
        assertThat(Qrels.read(beir).judgements()).containsExactly(entry("q1", Map.of("d 1", 2)));
        Path headless = file("b.tsv", "q1\td1\t1\nq1\td1\t1\n");
        assertThat(Qrels.read(headless).judgements()).containsExactly(entry("q1", Map.of("d1", 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "'q 0 d 1\nq 0 d', 'line 2 has 3 columns'",
        "'q 0 d x', 'line 1: the grade \"x\"'",
        "'q 0 d 1.5', 'grade \"1.5\"'",
        "'q\td\t1\nq\td\t2', 'line 2 gives \"d\" for query \"q\" the grade 2, and an earlier line gave 1'",
        "'query-id\tcorpus-id\tscore', 'has no judgements'"
    })
    void badJudgementsAreNamed(String text, String message) throws IOException {
        Path file = file("bad.qrels", text);
        assertThatThrownBy(() -> Qrels.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("bad.qrels")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "'q Q0 d 1 0.5', 'line 1 has 5 columns'",
        "'q Q0 d 1 NaN t', 'the score \"NaN\" is not a number'",
        "'q Q0 d 1 high t', 'the score \"high\"'",
        "'q Q0 d 1 2 t\nq Q0 d 2 1 t', 'line 2 names \"d\" for query \"q\" a second time'",
        "'', 'has no results'"
    })
    void badRunsAreNamed(String text, String message) throws IOException {
        Path file = file("bad.trec", text);
        assertThatThrownBy(() -> TrecRun.read(file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("bad.trec")
                .hasMessageContaining(message);
    }

    @Test
    void aRunIsReadAsItWasWritten() throws IOException {
        TrecRun run = new TrecRun(Map.of("q1", Map.of("a", 1.0, "b", 1.0, "c", 1e-30, "d", -4.25)));
        for (String name : List.of("out.trec", "out.trec.gz")) {
            Path file = folder.resolve(name);
            run.write(file, "tag");
            assertThat(TrecRun.read(file)).isEqualTo(run);
        }
        assertThat(Files.readAllLines(folder.resolve("out.trec")))
                .containsExactly(
                        "q1 Q0 b 1 1.0 tag", "q1 Q0 a 2 1.0 tag", "q1 Q0 c 3 1.0E-30 tag", "q1 Q0 d 4 -4.25 tag");
        assertThat(run.cut(1).scores()).containsExactly(entry("q1", Map.of("b", 1.0)));
    }

    @Test
    void anIdWithBlanksLeavesNoRun() {
        TrecRun run = new TrecRun(Map.of("q1", Map.of("a b", 1.0)));
        Path file = folder.resolve("out.trec");
        assertThatThrownBy(() -> run.write(file, "tag")).hasMessageContaining("\"a b\"");
        assertThat(file).doesNotExist();
    }

    @Test
    void aBeirFolderIsReadPlainOrPacked() throws IOException {
        file("corpus.jsonl.gz", "{\"_id\":\"d1\",\"title\":\"A\",\"text\":\"b\"}\n{\"_id\":2,\"text\":\"c\"}\n");
        file("queries.jsonl", "{\"_id\":\"q1\",\"text\":\"x\"}\n{\"_id\":\"q2\",\"text\":\"y\"}\n");
        Files.createDirectory(folder.resolve("qrels"));
        file("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n");
        BeirFolder beir = BeirFolder.open(folder);
        assertThat(beir.documents(id -> true)).containsExactly(entry("d1", "A b"), entry("2", "c"));
        assertThat(beir.queries()).containsOnlyKeys("q1", "q2");
        Qrels qrels = beir.qrels("test");
        assertThat(RerankingQuery.of(beir, qrels, new TrecRun(Map.of("q1", Map.of("2", 2.0, "d1", 1.0)))))
                .containsExactly(new RerankingQuery(
                        "q1",
                        "x",
                        List.of(new RerankingQuery.Candidate("2", "c"), new RerankingQuery.Candidate("d1", "A b"))));
        assertThatThrownBy(() -> beir.qrels("dev")).hasMessageContaining("no split \"dev\"; it has test");
        assertThatThrownBy(() -> RerankingQuery.of(beir, qrels, new TrecRun(Map.of("q1", Map.of("d9", 1.0)))))
                .hasMessageContaining("\"d9\"");
        assertThatThrownBy(() -> BeirFolder.open(folder.resolve("qrels"))).hasMessageContaining("has no corpus.jsonl");
    }

    @Test
    void labelledPairsAreReadInEveryForm() throws IOException {
        TextPair pair = new TextPair("a", "b");
        for (Path file : List.of(
                file("1.tsv", "text1\ttext2\tlabel\na\tb\t2.5\n"),
                file("2.tsv.gz", "a\tb\t2.5\n"),
                file("3.tsv", "qid\tquestion\tcandidate\tlabel\n7\ta\tb\t2.5\n"),
                file("4.jsonl", "{\"sentence1\":\"a\",\"sentence2\":\"b\",\"score\":2.5}\n"),
                file("5.jsonl", "{\"a\":\"a\",\"b\":\"b\",\"label\":\"2.5\"}\n"))) {
            List<LabelledPair> pairs = LabelledPair.read(file);
            assertThat(pairs).hasSize(1);
            assertThat(pairs.get(0).pair()).isEqualTo(pair);
            assertThat(pairs.get(0).number()).isEqualTo(2.5);
        }
        assertThatThrownBy(() -> LabelledPair.read(file("6.tsv", "a\tb\n")))
                .hasMessageContaining("6.tsv, line 1 has 2");
        LabelledPair named =
                LabelledPair.read(file("7.tsv", "a\tb\tEntailment\n")).get(0);
        assertThat(named.classOf(List.of("neutral", "entailment"))).isEqualTo(1);
        assertThatThrownBy(() -> named.classOf(List.of("yes", "no")))
                .hasMessageContaining("line 1: the label \"Entailment\" is none of the model's, which are yes, no");
        assertThatThrownBy(named::number).hasMessageContaining("\"Entailment\" is not a number");
    }

    @Test
    void mtebsRerankingFormIsJudgedByItself() throws IOException {
        RerankingQuery.Judged read = RerankingQuery.readMteb(
                file("r.jsonl", "{\"query\":\"x\",\"positive\":[\"p\"],\"negative\":[\"n\",\"m\"]}\n"));
        assertThat(read.queries().get(0).candidates()).hasSize(3);
        assertThat(read.qrels().of("1")).containsOnly(entry("1-hit1", 1), entry("1-miss1", 0), entry("1-miss2", 0));
        assertThatThrownBy(() -> RerankingQuery.readMteb(file("s.jsonl", "{\"query\":\"x\",\"positive\":[1]}\n")))
                .hasMessageContaining("line 1: \"positive\" must be a list of texts");
    }

    @Test
    void queriesThatTheRunLacksCountZero() {
        Qrels qrels = new Qrels(Map.of("q1", Map.of("a", 1), "q2", Map.of("a", 1)));
        TrecRun run = new TrecRun(Map.of("q1", Map.of("a", 1.0), "q9", Map.of("a", 1.0)));
        List<RankingMeasure> measures = List.of(RankingMeasure.parse("RR"));
        RunEvaluation all = RunEvaluation.of(qrels, run, measures);
        assertThat(all.mean(0)).isEqualTo(0.5);
        assertThat(all.missing()).isEqualTo(1);
        assertThat(RunEvaluation.of(qrels, run, measures, List.of("q1")).mean(0))
                .isEqualTo(1);
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        AtomicFile.write(file, writer -> writer.write(text));
        return file;
    }
}
