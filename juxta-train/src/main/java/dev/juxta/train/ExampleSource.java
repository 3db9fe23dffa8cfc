package dev.juxta.train;

import java.io.IOException;
import java.util.List;

/** Examples by their number: in memory, or read when they are needed. They stay the same as long as it is used. */
public interface ExampleSource extends AutoCloseable {

    /** How many there are. */
    int size();

    /**
     * The example of a number, from 0.
     *
     * @throws IOException if it cannot be read any more
     */
    Example get(int number) throws IOException;

    /** What an error calls the example: its file and line, where it has one. */
    default String place(int number) {
        return "example " + (number + 1);
    }

    @Override
    default void close() throws IOException {}

    /** Examples in memory. */
    static ExampleSource of(List<Example> examples) {
        List<Example> all = List.copyOf(examples);
        return new ExampleSource() {
            @Override
            public int size() {
                return all.size();
            }

            @Override
            public Example get(int number) {
                return all.get(number);
            }
        };
    }
}
