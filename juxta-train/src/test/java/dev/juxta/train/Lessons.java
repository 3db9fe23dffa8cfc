package dev.juxta.train;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.juxta.Goldens;
import dev.juxta.checkpoint.CheckpointSource;
import dev.juxta.torch.TorchEngine;
import dev.juxta.train.Trainer.Progress;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a tiny model can learn in a few steps, and how it is taught. */
final class Lessons {

    private static final List<String> WORDS = List.of("river", "stone", "cloud", "bread", "glass", "horse");

    private Lessons() {}

    /** An example of a word, another word, and something that makes texts of different lengths. */
    interface Lesson {
        Example of(String word, String other, String more);
    }

    static List<Example> of(int count, long seed, Lesson lesson) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String word = WORDS.get(random.nextInt(WORDS.size()));
            String other = WORDS.get((WORDS.indexOf(word) + 1 + random.nextInt(WORDS.size() - 1)) % WORDS.size());
            examples.add(lesson.of(word, other, " a".repeat(random.nextInt(9))));
        }
        return examples;
    }

    /** Documents with the query's word are relevant, those without are not. */
    static List<Example> words(int count, long seed) {
        return of(
                count,
                seed,
                (word, other, more) ->
                        new Example(word, List.of("the " + word + more, "the " + other), new float[] {1, 0}));
    }

    static TrainingOptions options(long steps, int batchTokens) {
        return TrainingOptions.builder()
                .steps(steps)
                .batch(8)
                .batchTokens(batchTokens)
                .maxLength(64)
                .learningRate(2e-3)
                .headFactor(1)
                .schedule(Schedule.COSINE)
                .threads(1)
                .seed(3)
                .checkpointSeconds(1e9)
                .build();
    }

    /** Skips the test where libtorch does not load, and says why. */
    static void assumeLibtorch() {
        Optional<String> obstacle = new TorchEngine().obstacle();
        assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    }

    /** Trains a golden checkpoint by {@link #words}. */
    static Progress train(String base, Loss loss, TrainingOptions options, Path out) throws IOException {
        try (BaseModel model = BaseModel.open(CheckpointSource.directory(Goldens.folder(base)), 5)) {
            return new Trainer(model, loss, options).train(words(64, 1), out, false, progress -> {});
        }
    }
}
