package dev.juxta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The README's example prints what the README says. */
class ReadmeTest {

    @Test
    void exampleGivesTheNumbersThatItShows() throws IOException {
        List<String> passages = List.of(
                "git commit records changes to the repository.",
                "git reset --soft HEAD~1 takes back the last commit and keeps its changes staged.",
                "To undo a purchase, write to support within 14 days.",
                "git log shows the history of commits.");
        StringBuilder printed = new StringBuilder();
        try (CrossEncoder model = CrossEncoder.embedded()) {
            for (Ranked hit : model.rank("How do I undo my last commit?", passages, RankOptions.topK(2))) {
                printed.append(
                        "%d. %.3f  %s\n".formatted(hit.rank(), hit.score().value(), passages.get(hit.index())));
            }
        }
        String readme = Files.readString(Path.of("../README.md"));
        assertThat(readme).contains(printed).contains(passages);
    }
}
