package dev.juxta.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.TemplateError.ErrorType;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.juxta.text.ChatTemplate;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chat templates rendered by jinjava, set up as transformers sets up Jinja: {@code trim_blocks}, {@code lstrip_blocks}, one
 * line feed at the end left out, {@code raise_exception}. Texts that go into a template are never read as templates.
 * Templates see maps, lists and texts only, and no files.
 */
public final class JinjavaTemplates implements ChatTemplate.Language {

    private static final int MOST_OUTPUT = 64 << 20;
    private static final int LONGEST_REASON = 200;

    private static final JinjavaConfig CONFIG = JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withKeepTrailingNewline(true)
            .withNestedInterpretationEnabled(false)
            .withMaxOutputSize(MOST_OUTPUT)
            .withLegacyOverrides(LegacyOverrides.newBuilder()
                    .withEvaluateMapKeys(true)
                    .withIterateOverMapKeys(true)
                    .withUsePyishObjectMapper(true)
                    .withUseNaturalOperatorPrecedence(true)
                    .withParseWhitespaceControlStrictly(true)
                    .withAllowAdjacentTextNodes(true)
                    .withUseTrimmingForNotesAndExpressions(true)
                    .withKeepNullableLoopValues(true)
                    .withHandleBackslashInQuotesOnly(true)
                    .build())
            .build();

    private final Jinjava jinjava = new Jinjava(CONFIG);

    /** A reader of templates; {@code ServiceLoader} makes it. */
    public JinjavaTemplates() {
        jinjava.getGlobalContext()
                .registerFunction(new ELFunctionDefinition(
                        "", "raise_exception", JinjavaTemplates.class, "raiseException", String.class));
    }

    /** What templates call where they cannot go on. */
    public static String raiseException(String message) {
        throw new IllegalArgumentException(message);
    }

    @Override
    public ChatTemplate parse(String source) {
        // Jinja leaves out the line feed that ends the template, jinjava one that ends its output
        String read = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
        return variables -> render(read, variables);
    }

    private String render(String source, Map<String, @Nullable Object> variables) {
        RenderResult result = jinjava.renderForResult(source, variables);
        Optional<TemplateError> error = result.getErrors().stream()
                .filter(found -> found.getSeverity() == ErrorType.FATAL)
                .findFirst();
        if (error.isPresent()) {
            String reason = reason(error.get()).replaceAll("\\s+", " ");
            throw new IllegalArgumentException("line " + error.get().getLineno() + ": "
                    + (reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "…" : reason));
        }
        return result.getOutput();
    }

    /** What the template itself gave as the reason, if it did; else jinjava's. */
    private static String reason(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        return String.valueOf(error.getMessage());
    }
}
