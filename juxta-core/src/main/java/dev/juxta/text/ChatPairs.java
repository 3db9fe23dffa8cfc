package dev.juxta.text;

import dev.juxta.checkpoint.ChatTemplateFile;
import dev.juxta.checkpoint.CheckpointException;
import dev.juxta.text.Tokenizer.TokenSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pairs that a chat template makes one text of: a message of the role "query" and one of the role "document", after one of
 * the role "system" where there is a prompt. The text is tokenized as it stands. Where it is too long it is cut at the end,
 * and what the template puts after the texts is written back over the last tokens, as sentence-transformers does: there
 * the model is asked for its answer.
 */
final class ChatPairs implements PairTokenizer {

    /** Prompts whose tails are remembered; a program has a few of them. */
    private static final int MOST_TAILS = 256;

    /** Tokens that texts may take more within the template than alone. */
    private static final int SLACK = 8;

    /** Tokens of the second text below which a window tells nothing. */
    private static final int LEAST_WINDOW = 16;

    private final Tokenizer tokenizer;
    private final ChatTemplateFile file;
    private final ChatTemplate template;
    private final Map<String, int[]> tails = new ConcurrentHashMap<>(); // by prompt
    private final int specials;

    private ChatPairs(Tokenizer tokenizer, ChatTemplateFile file, ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.file = file;
        this.template = template;
        this.specials = tokenizer.encode(render("", "", "")).length;
    }

    /**
     * Pairs by the template of a checkpoint.
     *
     * @throws CheckpointException if nothing is there that reads templates, or it cannot read this one, or the template
     *     has no place for one of the texts
     */
    static ChatPairs of(Tokenizer tokenizer, ChatTemplateFile file) throws CheckpointException {
        ChatTemplate.Language language = ServiceLoader.load(ChatTemplate.Language.class)
                .findFirst()
                .orElseThrow(() -> new CheckpointException(file.file()
                        + " has a chat template, through which the model reads its pairs; add dev.juxta:juxta-chat, which"
                        + " renders it"));
        try {
            ChatPairs pairs = new ChatPairs(tokenizer, file, language.parse(file.source()));
            String base = pairs.render("", "a", "a");
            if (base.equals(pairs.render("", "b", "a")) || base.equals(pairs.render("", "a", "b"))) {
                throw new CheckpointException(file.file()
                        + ": the chat template has no place for messages of the roles \"query\" and \"document\", so it is"
                        + " not one of a reranker");
            }
            return pairs;
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(file.file() + ": the chat template cannot be rendered: " + e.getMessage(), e);
        }
    }

    @Override
    public int specials() {
        return specials;
    }

    @Override
    public First first(String prompt, String text) {
        return new First() {
            @Override
            public TokenizedPair with(String second, int maxLength) {
                return pair(prompt, text, second, maxLength);
            }

            @Override
            public Window read(String second, int maxLength) {
                return ChatPairs.this.read(prompt, text, second, maxLength);
            }

            @Override
            public List<Window> windows(String second, int maxLength) {
                return ChatPairs.this.windows(prompt, text, second, maxLength);
            }
        };
    }

    private TokenizedPair pair(String prompt, String first, String second, int maxLength) {
        int[] whole = tokenizer.encode(render(prompt, first, second));
        if (whole.length < maxLength) {
            return new TokenizedPair(whole, new int[whole.length], whole.length);
        }
        int[] ids = file.cutsLeft()
                ? Arrays.copyOfRange(whole, whole.length - maxLength, whole.length)
                : Arrays.copyOf(whole, maxLength);
        if (file.restoresTail()) {
            int[] tail = tail(prompt);
            int kept = Math.min(tail.length, maxLength);
            System.arraycopy(tail, tail.length - kept, ids, maxLength - kept, kept);
        }
        return new TokenizedPair(ids, new int[maxLength], whole.length);
    }

    /** What is left of the second text is told where the template has it word for word. */
    private Window read(String prompt, String first, String second, int maxLength) {
        TokenizedPair pair = pair(prompt, first, second, maxLength);
        String rendered = pair.truncated() == 0 ? "" : render(prompt, first, second);
        int place = rendered.lastIndexOf(second);
        if (pair.truncated() == 0 || second.isEmpty() || place < 0) {
            return new Window(pair, 0, second.length());
        }
        List<TokenSpan> spans = tokenizer.encodeWithSpans(rendered);
        int from = file.cutsLeft() ? pair.truncated() : 0;
        int last = from + maxLength - 1 - (file.restoresTail() ? Math.min(tail(prompt).length, maxLength - 1) : 0);
        int begin = clamp(spans.get(from).begin() - place, second.length());
        int end = clamp(spans.get(last).end() - place, second.length());
        return new Window(pair, begin, Math.max(begin, end));
    }

    private static int clamp(int index, int most) {
        return Math.max(0, Math.min(index, most));
    }

    /** Windows over the second text, in tokens of it alone, each rendered with the whole first text. */
    private List<Window> windows(String prompt, String first, String second, int maxLength) {
        TokenizedPair whole = pair(prompt, first, second, maxLength);
        if (whole.truncated() == 0) {
            return List.of(new Window(whole, 0, second.length()));
        }
        List<TokenSpan> spans = tokenizer.encodeWithSpans(second);
        int around = tokenizer.encode(render(prompt, first, "")).length;
        int size = maxLength - around - SLACK;
        if (size < LEAST_WINDOW) {
            return List.of(new Window(whole, 0, second.length())); // the first text leaves no room to move in
        }
        List<Window> windows = new ArrayList<>();
        for (TokenRun run : TokenRun.windows(spans.size(), size)) {
            int begin = run.length() == 0 ? 0 : spans.get(run.from()).begin();
            int end = run.length() == 0
                    ? 0
                    : spans.get(run.from() + run.length() - 1).end();
            windows.add(new Window(pair(prompt, first, second.substring(begin, end), maxLength), begin, end));
        }
        return windows;
    }

    private int[] tail(String prompt) {
        int[] known = tails.get(prompt);
        if (known != null) {
            return known;
        }
        int[] tail = commonEnd(
                tokenizer.encode(render(prompt, "0", "0")), tokenizer.encode(render(prompt, "1 2 3 4", "1 2 3 4")));
        if (tails.size() < MOST_TAILS) {
            tails.put(prompt, tail);
        }
        return tail;
    }

    /** The tokens at the end of both, which are the template's; none where the texts do not differ at all. */
    private static int[] commonEnd(int[] one, int[] other) {
        int shorter = Math.min(one.length, other.length);
        int count = 0;
        while (count < shorter && one[one.length - 1 - count] == other[other.length - 1 - count]) {
            count++;
        }
        return count == shorter ? new int[0] : Arrays.copyOfRange(one, one.length - count, one.length);
    }

    private String render(String prompt, String first, String second) {
        List<Map<String, Object>> messages = new ArrayList<>();
        if (!prompt.isEmpty()) {
            messages.add(message("system", prompt));
        }
        messages.add(message("query", first));
        messages.add(message("document", second));
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(file.variables());
        variables.put("messages", messages);
        return template.render(variables);
    }

    private Map<String, Object> message(String role, String text) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", file.structured() ? List.of(Map.of("type", "text", "text", text)) : text);
        return message;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
