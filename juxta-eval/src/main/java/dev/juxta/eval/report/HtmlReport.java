package dev.juxta.eval.report;

import java.util.List;

/** A page of tables and plots, in one piece: style and pictures are in it, and it has no scripts. */
final class HtmlReport {

    /** Colours and lines of plots. */
    static final String PLOT_STYLE = """
            :root{--ink:#1c2430;--soft:#5d6b7d;--grid:#e3e8ef;--page:#fff;--a:#0b6e99;--b:#c2571a;--c:#5b8c2a;--good:#2e8b57;--bad:#c0392b}
            @media(prefers-color-scheme:dark){:root{--ink:#e6ebf2;--soft:#9aa7b8;--grid:#313a48;--page:#161b22;--a:#58b7e0;--b:#f0a070;--c:#a5d26a;--good:#5fc98b;--bad:#f0776a}}
            svg text{fill:var(--soft);font:12px system-ui,sans-serif} svg .title,svg .label{fill:var(--ink)}
            .grid{stroke:var(--grid);fill:none} .guide{stroke:var(--soft);stroke-dasharray:5 4;fill:none} .line{fill:none;stroke-width:2}
            .s0{stroke:var(--a);fill:var(--a)} .s1{stroke:var(--b);fill:var(--b)} .s2{stroke:var(--c);fill:var(--c)} .line.s0,.line.s1,.line.s2{fill:none}
            .dot{stroke:none} .gain{fill:var(--good)} .loss{fill:var(--bad)} .page{fill:var(--page)}
            """;

    private static final String STYLE = PLOT_STYLE + """
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:1120px;margin:2em auto;padding:0 1em}
            h1{font-size:1.5em;margin-bottom:.2em} h2{font-size:1.1em;margin:0 0 .3em} p{color:var(--soft);margin:.3em 0}
            table{border-collapse:collapse;margin:1.2em 0;font-variant-numeric:tabular-nums}
            th,td{padding:.3em .9em;text-align:right;border-bottom:1px solid var(--grid)} th:first-child,td:first-child{text-align:left}
            .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:2em;margin-top:1.5em}
            figure{margin:0} svg{width:100%;height:auto;display:block} details{margin-top:2em}
            """;

    private final StringBuilder body = new StringBuilder();
    private final StringBuilder figures = new StringBuilder();
    private final String title;

    HtmlReport(String title) {
        this.title = title;
        body.append("<h1>").append(escape(title)).append("</h1>\n");
    }

    /** Adds a line of text. */
    HtmlReport text(String text) {
        body.append("<p>").append(escape(text)).append("</p>\n");
        return this;
    }

    /** Adds a table. */
    HtmlReport table(List<String> headers, List<List<String>> rows) {
        body.append(rows(headers, rows));
        return this;
    }

    /** Adds a plot with a heading above and what to read from it below. */
    HtmlReport figure(String heading, String svg, String caption) {
        figures.append("<figure><h2>")
                .append(escape(heading))
                .append("</h2>\n")
                .append(svg)
                .append("\n<figcaption><p>")
                .append(escape(caption))
                .append("</p></figcaption></figure>\n");
        return this;
    }

    /** The page. */
    String html(String detailsHeading, List<String> headers, List<List<String>> details) {
        return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\"><title>" + escape(title) + "</title>\n<style>"
                + STYLE + "</style></head>\n<body>\n" + body + "<div class=\"figures\">\n" + figures + "</div>\n"
                + (details.isEmpty()
                        ? ""
                        : "<details><summary>" + escape(detailsHeading) + "</summary>\n" + rows(headers, details)
                                + "</details>\n")
                + "</body></html>\n";
    }

    private static String rows(List<String> headers, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<table><thead><tr>");
        headers.forEach(header -> table.append("<th>").append(escape(header)).append("</th>"));
        table.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            table.append("<tr>");
            row.forEach(cell -> table.append("<td>").append(escape(cell)).append("</td>"));
            table.append("</tr>\n");
        }
        return table.append("</tbody></table>\n").toString();
    }

    /** Text that HTML shows as it is. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
