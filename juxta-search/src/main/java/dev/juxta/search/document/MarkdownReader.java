package dev.juxta.search.document;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Markdown: the text as it stands, and its headings (CommonMark 0.31, ATX and setext) outside of code blocks. */
final class MarkdownReader implements DocumentReader {

    private static final Pattern ATX = Pattern.compile(" {0,3}(#{1,6})(?:[ \\t]+(.*?))?(?:[ \\t]+#+)?[ \\t]*");
    private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-+)[ \\t]*");
    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");

    @Override
    public void read(Path file, Sink sink) throws IOException {
        sink.accept(parse(TextReader.text(file)));
    }

    static SourceDocument parse(String text) {
        List<Heading> headings = new ArrayList<>();
        String fence = "";
        int paragraph = -1; // where the line begins that an underline would make a heading of
        for (int begin = 0; begin < text.length(); ) {
            int end = text.indexOf('\n', begin);
            int next = end < 0 ? text.length() : end + 1;
            String line = text.substring(begin, end < 0 ? text.length() : end).stripTrailing();
            Matcher fenced = FENCE.matcher(line);
            Matcher atx = ATX.matcher(line);
            if (!fence.isEmpty()) {
                fence = fenced.matches() && fenced.group(1).startsWith(fence) ? "" : fence;
                paragraph = -1;
            } else if (fenced.matches()) {
                fence = fenced.group(1);
                paragraph = -1;
            } else if (atx.matches()) {
                String title = Optional.ofNullable(atx.group(2)).orElse("").strip();
                headings.add(new Heading(atx.group(1).length(), title, begin, next));
                paragraph = -1;
            } else if (paragraph >= 0 && UNDERLINE.matcher(line).matches()) {
                String title = text.substring(paragraph, begin).strip();
                headings.add(new Heading(line.strip().charAt(0) == '=' ? 1 : 2, title, paragraph, next));
                paragraph = -1;
            } else {
                paragraph = line.isBlank() || isNoParagraph(line) ? -1 : begin;
            }
            begin = next;
        }
        return SourceDocument.file("", text, headings);
    }

    /** Lists, quotes, tables and indented code: a line of dashes under them is no underline. */
    private static boolean isNoParagraph(String line) {
        return line.startsWith("    ") || "-*+>|".indexOf(line.strip().charAt(0)) >= 0;
    }
}
