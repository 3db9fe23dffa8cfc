package dev.juxta.cli;

import dev.juxta.CrossEncoder;
import dev.juxta.cli.Table.Column;
import dev.juxta.cli.Table.Kind;
import dev.juxta.text.TokenizedPair;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code juxta tokenize}: the token ids of each pair, as the model would read them. */
@Command(
        name = "tokenize",
        description = "Show the token ids of pairs of texts, as the model reads them.",
        footer = {
            "",
            "Pairs are lines a<TAB>b, or .jsonl with \"a\" and \"b\".",
            "",
            "Example: printf 'how big is Berlin\\tBerlin is big\\n' | juxta tokenize --json"
        })
final class TokenizeCommand implements Subcommand {

    private final Session session;

    @Option(names = "--json", description = "One JSON object per pair.")
    private boolean json;

    @Mixin
    private final ModelOptions model = new ModelOptions();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Pairs; default, or by -: stdin.")
    private Optional<String> file = Optional.empty();

    TokenizeCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() throws IOException {
        model.check();
        List<PairLine> lines = PairLine.readAll(session, Source.of(file.orElse("-")));
        List<TokenizedPair> pairs;
        try (CrossEncoder encoder = model.open(session)) {
            model.requireShort(encoder, lines);
            pairs = encoder.tokenize(lines.stream().map(PairLine::pair).toList(), model.prompt());
        }
        if (json) {
            for (TokenizedPair pair : pairs) {
                session.out().line(Json.line(object(pair)));
            }
        } else {
            session.print(table(pairs));
        }
        session.out().flush();
    }

    private static ObjectNode object(TokenizedPair pair) {
        ObjectNode object = Json.object();
        object.set("ids", Json.integers(pair.ids()));
        object.set("type_ids", Json.integers(pair.segments()));
        object.put("length", pair.lengthBefore());
        return object;
    }

    private static Table table(List<TokenizedPair> pairs) {
        Table table = new Table(List.of(
                new Column("tokens", Kind.NUMBER), new Column("cut", Kind.NUMBER), new Column("ids", Kind.TEXT)));
        for (TokenizedPair pair : pairs) {
            table.row(List.of(
                    Integer.toString(pair.length()),
                    Integer.toString(pair.truncated()),
                    Arrays.stream(pair.ids()).mapToObj(Integer::toString).collect(Collectors.joining(" "))));
        }
        return table;
    }
}
