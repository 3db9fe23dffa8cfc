package dev.juxta.cli;

import dev.juxta.cli.Output.OutputException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The {@code juxta} command. Exit codes are 0, 1 where something failed, and 2 where the command line means nothing; an
 * error is one sentence on standard error.
 */
public final class Main {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        System.exit(run(args, System.in, out, err, System.getenv()));
    }

    /**
     * Runs a command.
     *
     * @param environment the environment variables
     * @return the exit code
     */
    public static int run(
            String[] args, InputStream in, OutputStream out, PrintStream err, Map<String, String> environment) {
        Session session = Session.of(in, out, err, environment);
        try {
            run(JuxtaCommand.create(session), args, session);
            session.out().flush();
            return OK;
        } catch (ParameterException e) {
            session.tell(sentence(e) + "; see juxta" + subcommand(e.getCommandLine()) + " --help");
            return USAGE;
        } catch (UsageException e) {
            session.tell(String.valueOf(e.getMessage()));
            return USAGE;
        } catch (OutputException e) {
            if (e.readerIsGone()) {
                return OK;
            }
            session.tell(String.valueOf(e.getMessage()));
            return FAILED;
        } catch (IOException e) {
            session.tell(sentence(e));
            return FAILED;
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            trace(e, session);
            session.tell(e.getMessage() == null ? internal(e) : e.getMessage());
            return FAILED;
        } catch (OutOfMemoryError e) {
            session.tell("the memory is not enough; give less text at a time, a smaller --batch-tokens,"
                    + " or more memory with JUXTA_JAVA_OPTS=-Xmx8g");
            return FAILED;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            trace(e, session);
            session.tell(internal(e));
            return FAILED;
        }
    }

    private static void run(CommandLine juxta, String[] args, Session session) throws IOException {
        ParseResult parsed = juxta.parseArgs(args);
        List<CommandLine> commands = parsed.asCommandLineList();
        CommandLine last = commands.get(commands.size() - 1);
        if (last.isUsageHelpRequested()) {
            Ansi ansi = session.terminal().colours() ? Ansi.ON : Ansi.OFF;
            session.out().line(last.getUsageMessage(ansi).stripTrailing());
        } else if (last.isVersionHelpRequested()) {
            session.out().line(new Version().getVersion()[0]);
        } else if (last.getCommand() instanceof Subcommand command) {
            command.run();
        } else {
            throw new UsageException("there is no command; give one of "
                    + String.join(", ", last.getSubcommands().keySet()) + ", or --help");
        }
    }

    private static String subcommand(CommandLine command) {
        return command.getCommandSpec().qualifiedName().substring("juxta".length());
    }

    private static String sentence(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            String kind = "there is no place for the argument \"";
            if (unmatched.isUnknownOption()) {
                kind = "there is no option \"";
            } else if (unmatched.getCommandLine().getParent() == null) {
                kind = "there is no command \"";
            }
            String hint = unmatched.getSuggestions().isEmpty()
                    ? ""
                    : " (did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?)";
            return kind + unmatched.getUnmatched().get(0) + "\"" + hint;
        }
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String sentence(IOException e) {
        if (e instanceof FileSystemException file) {
            String reason = file.getReason();
            return "\"" + file.getFile() + "\" cannot be read: "
                    + (reason == null ? file.getClass().getSimpleName() : reason);
        }
        return e.getMessage() == null ? internal(e) : e.getMessage();
    }

    private static String internal(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "this should not happen, please report it with the output under JUXTA_DEBUG=1: " + cause;
    }

    private static void trace(Throwable e, Session session) {
        if (!session.environment().getOrDefault("JUXTA_DEBUG", "").isEmpty()) {
            e.printStackTrace(session.err());
        }
    }
}
