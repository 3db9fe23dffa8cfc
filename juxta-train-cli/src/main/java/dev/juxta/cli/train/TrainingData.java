package dev.juxta.cli.train;

import dev.juxta.cli.OptionValues;
import dev.juxta.data.InputException;
import dev.juxta.train.BeirFolder;
import dev.juxta.train.Example;
import dev.juxta.train.ExampleFile;
import dev.juxta.train.ExampleSource;
import dev.juxta.train.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** What a training learns from. */
final class TrainingData {

    /** Random documents for each query of a BEIR folder, unless told otherwise. */
    private static final int RANDOM_NEGATIVES = 4;

    @Option(
            names = "--data",
            paramLabel = "D",
            required = true,
            description =
                    "BEIR folder (qrels/train.tsv), or .tsv or .jsonl of pairs, triplets or lists, each maybe .gz;"
                            + " several may be given.")
    private List<Path> sources = List.of();

    @Option(
            names = "--negatives",
            paramLabel = "N",
            converter = OptionValues.Count.class,
            description =
                    "Per query: the most that are kept of those in a file (by chance; default: all), and the random"
                            + " documents that a BEIR folder's queries get (default: " + RANDOM_NEGATIVES + ").")
    private int negatives = Integer.MAX_VALUE;

    List<Path> sources() {
        return sources;
    }

    /**
     * Opens all of it. A single file is read as it is needed, so that it may be larger than the memory; several sources,
     * folders, and files of which a part is kept by chance are read at once.
     *
     * @param loss what it is for
     * @throws InputException if something cannot be read, or teaches nothing by this loss
     */
    ExampleSource open(Loss loss, long seed) throws IOException {
        Path first = sources.get(0);
        if (sources.size() > 1 || negatives < Integer.MAX_VALUE || Files.isDirectory(first)) {
            return ExampleSource.of(read(loss, seed));
        }
        ExampleSource file = ExampleFile.open(first);
        return new ExampleSource() {
            @Override
            public int size() {
                return file.size();
            }

            @Override
            public Example get(int number) throws IOException {
                return arranged(
                        file.get(number), Integer.MAX_VALUE, new Random(seed)); // which leaves nothing to chance
            }

            @Override
            public String place(int number) {
                return file.place(number);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    /**
     * Reads all of it; the most relevant documents of each query come first.
     *
     * @param loss what it is for
     * @throws InputException if something cannot be read, or teaches nothing by this loss
     */
    List<Example> read(Loss loss, long seed) throws IOException {
        List<Example> examples = new ArrayList<>();
        Random random = new Random(seed);
        for (Path source : sources) {
            if (Files.isDirectory(source)) {
                int added = negatives == Integer.MAX_VALUE ? RANDOM_NEGATIVES : negatives;
                BeirFolder.read(source, added, seed)
                        .forEach(example -> examples.add(arranged(example, Integer.MAX_VALUE, random)));
            } else {
                ExampleFile.read(source).forEach(example -> examples.add(arranged(example, negatives, random)));
            }
        }
        if (loss.comparesDocuments()
                && examples.stream().allMatch(example -> example.documents().size() == 1)) {
            throw new InputException("the loss " + loss.name() + " compares the documents of a query, and in "
                    + sources.get(0) + " each has one; use bce or mse, or data with negatives or lists");
        }
        return examples;
    }

    /** With the best first, as some losses want, and by chance no more than {@code most} that are not the best. */
    private static Example arranged(Example example, int most, Random random) {
        float[] labels = example.labels();
        List<Integer> order = new ArrayList<>(IntStream.range(0, labels.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> -labels[i]))
                .toList());
        List<Integer> others = new ArrayList<>(
                order.stream().filter(i -> labels[i] < labels[order.get(0)]).toList());
        while (others.size() > most) {
            order.remove(others.remove(random.nextInt(others.size())));
        }
        float[] ordered = new float[order.size()];
        for (int i = 0; i < ordered.length; i++) {
            ordered[i] = labels[order.get(i)];
        }
        return new Example(
                example.query(), order.stream().map(example.documents()::get).toList(), ordered);
    }
}
