package dev.juxta.cli;

import dev.juxta.LongInput;
import dev.juxta.TextRole;
import dev.juxta.engine.Precision;
import dev.juxta.measure.RankingMeasure;
import dev.juxta.model.OutputActivation;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, with errors that quote the value and say what would work. */
public final class OptionValues {

    private OptionValues() {}

    /** A whole number from 1 on. */
    public static final class Count implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int count = Integer.parseInt(value);
                if (count >= 1) {
                    return count;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw wrong(value, "a whole number from 1 to " + Integer.MAX_VALUE);
        }
    }

    /** A finite number. */
    public static final class Real implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            try {
                double number = Double.parseDouble(value);
                if (Double.isFinite(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw wrong(value, "a number such as 0.5");
        }
    }

    /** A whole number from 0 on. */
    public static final class Whole implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw wrong(value, "a whole number from 0 to " + Integer.MAX_VALUE);
        }
    }

    /** A finite number above 0. */
    public static final class Positive implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double number = new Real().convert(value);
            if (number > 0) {
                return number;
            }
            throw wrong(value, "a number above 0");
        }
    }

    /** A number from 0 to 1. */
    public static final class Part implements ITypeConverter<Double> {
        @Override
        public Double convert(String value) {
            double number = new Real().convert(value);
            if (number >= 0 && number <= 1) {
                return number;
            }
            throw wrong(value, "a number from 0 to 1");
        }
    }

    /** A time such as {@code 200ms}, {@code 1.5s} or {@code 2m}. */
    public static final class Time implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m)");
        private static final Map<String, Double> NANOS = Map.of("ms", 1e6, "s", 1e9, "m", 60e9);

        @Override
        public Duration convert(String value) {
            Matcher form = FORM.matcher(value);
            if (form.matches()) {
                double nanos = Double.parseDouble(form.group(1)) * NANOS.getOrDefault(form.group(2), 1e9);
                if (nanos >= 1 && nanos < Long.MAX_VALUE) {
                    return Duration.ofNanos((long) nanos);
                }
            }
            throw wrong(value, "a time above 0, such as 200ms, 1.5s or 2m");
        }
    }

    /** What to do with long pairs. */
    static final class OnLong implements ITypeConverter<LongInput> {
        @Override
        public LongInput convert(String value) {
            try {
                return LongInput.parse(value);
            } catch (IllegalArgumentException e) {
                throw wrong(value, "one of truncate, chunk, fail");
            }
        }
    }

    /** What a text is embedded as. */
    static final class Role implements ITypeConverter<TextRole> {
        @Override
        public TextRole convert(String value) {
            try {
                return TextRole.parse(value);
            } catch (IllegalArgumentException e) {
                throw wrong(value, "one of query, document, text");
            }
        }
    }

    /** A number format. */
    static final class NumberFormat implements ITypeConverter<Precision> {
        @Override
        public Precision convert(String value) {
            try {
                return Precision.parse(value);
            } catch (IllegalArgumentException e) {
                throw wrong(value, "one of auto, fp32, bf16, int8");
            }
        }
    }

    /** An activation by its name. */
    static final class Activation implements ITypeConverter<OutputActivation> {
        @Override
        public OutputActivation convert(String value) {
            try {
                return OutputActivation.named(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A measure of rankings by its name. */
    static final class Ranking implements ITypeConverter<RankingMeasure> {
        @Override
        public RankingMeasure convert(String value) {
            try {
                return RankingMeasure.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** What the labels of pairs are. */
    static final class PairTask implements ITypeConverter<EvaluatePairsCommand.Task> {
        @Override
        public EvaluatePairsCommand.Task convert(String value) {
            return switch (value) {
                case "similarity" -> EvaluatePairsCommand.Task.SIMILARITY;
                case "classification" -> EvaluatePairsCommand.Task.CLASSIFICATION;
                default -> throw wrong(value, "similarity or classification");
            };
        }
    }

    /** Refuses a value, and says what was wanted. */
    public static TypeConversionException wrong(String value, String wanted) {
        return new TypeConversionException("\"" + value + "\" is not " + wanted);
    }
}
