package dev.juxta.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Options from the environment where the command line has none: {@code --max-length} from {@code JUXTA_MAX_LENGTH}. */
record EnvironmentDefaults(Map<String, String> environment) implements IDefaultValueProvider {

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
            return null; // picocli's way of saying that there is none
        }
        String value = environment.getOrDefault(variable(option.longestName()), "");
        return value.isEmpty() ? null : value;
    }

    /** The variable of an option. */
    static String variable(String option) {
        return "JUXTA_" + option.substring("--".length()).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
