package dev.juxta.search.document;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;

/** Reads HTML: what a browser would show as text, a line for each block, without navigation and scripts. */
final class HtmlReader implements DocumentReader {

    private static final Set<String> LEFT_OUT =
            Set.of("script", "style", "nav", "noscript", "template", "svg", "head", "iframe", "button", "select");

    private static final Set<String> CELLS = Set.of("td", "th");

    private static final Pattern HEADING = Pattern.compile("h[1-6]");

    @Override
    public void read(Path file, Sink sink) throws IOException {
        TextReader.requireSize(file);
        Document html = Jsoup.parse(file.toFile(), null); // the charset that it names, else UTF-8
        Text text = new Text();
        html.body().filter(text);
        sink.accept(SourceDocument.file(html.title().strip(), text.written.toString(), text.headings));
    }

    /** Collects text on the way through the tree. */
    private static final class Text implements NodeFilter {

        private final StringBuilder written = new StringBuilder();
        private final List<Heading> headings = new ArrayList<>();
        private int headingBegin;

        @Override
        public FilterResult head(Node node, int depth) {
            if (node instanceof TextNode words) {
                append(words);
            } else if (node instanceof Element element) {
                if (LEFT_OUT.contains(element.normalName())) {
                    return FilterResult.SKIP_ENTIRELY;
                }
                if (isLine(element) || element.normalName().equals("br")) {
                    endLine();
                }
                if (isHeading(element)) {
                    headingBegin = written.length();
                }
            }
            return FilterResult.CONTINUE;
        }

        @Override
        public FilterResult tail(Node node, int depth) {
            if (node instanceof Element element && isLine(element)) {
                endLine();
                if (isHeading(element)) {
                    int level = element.normalName().charAt(1) - '0';
                    headings.add(new Heading(level, element.text(), headingBegin, written.length()));
                }
            } else if (node instanceof Element element && CELLS.contains(element.normalName())) {
                written.append(' ');
            }
            return FilterResult.CONTINUE;
        }

        private static boolean isLine(Element element) {
            return element.isBlock() && !CELLS.contains(element.normalName());
        }

        private static boolean isHeading(Element element) {
            return HEADING.matcher(element.normalName()).matches();
        }

        private void append(TextNode node) {
            String words = node.text(); // white space is one space
            boolean afterSpace = written.length() == 0 || Character.isWhitespace(written.charAt(written.length() - 1));
            written.append(afterSpace ? words.stripLeading() : words);
        }

        private void endLine() {
            int last = written.length() - 1;
            if (last >= 0 && written.charAt(last) == ' ') {
                written.setCharAt(last, '\n');
            } else if (last >= 0 && written.charAt(last) != '\n') {
                written.append('\n');
            }
        }
    }
}
