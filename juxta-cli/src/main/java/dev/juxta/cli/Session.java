package dev.juxta.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command touches of the world.
 *
 * @param in standard input
 * @param out standard output, which reports errors
 * @param err standard error, which keeps them to itself
 * @param environment the environment variables
 * @param terminal which of the three are terminals, and how wide they are
 */
public record Session(InputStream in, Output out, PrintStream err, Map<String, String> environment, Terminal terminal) {

    private static final String CLEAR_LINE = "\r\u001b[K";

    static Session of(InputStream in, OutputStream out, PrintStream err, Map<String, String> environment) {
        return new Session(in, new Output(out), err, Map.copyOf(environment), Terminal.of(environment));
    }

    /** Prints a table, cut to the terminal where there is one. */
    void print(Table table) throws IOException {
        for (String line : table.lines(terminal.tableWidth(), terminal.colours())) {
            out.line(line);
        }
    }

    /** Writes over the line of standard error that the cursor is in; for a terminal. */
    public void redraw(String line) {
        err.print(CLEAR_LINE + DisplayText.fit(line, terminal.columns() - 1));
        err.flush();
    }

    /** Tells the user something on one line of standard error. */
    public void tell(String message) {
        err.println("juxta: " + DisplayText.line(message));
        err.flush();
    }
}
