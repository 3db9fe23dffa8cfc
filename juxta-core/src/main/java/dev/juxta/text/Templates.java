package dev.juxta.text;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The post-processors of a {@code tokenizer.json}, for tokenizers that have none. */
final class Templates {

    private Templates() {}

    /** A special token and its id. */
    record Token(String content, int id) {}

    /** {@code cls A sep sep B sep} in one segment. */
    static ObjectNode roberta(ObjectNode factory, Token cls, Token sep) {
        ObjectNode processor = factory.objectNode().put("type", "RobertaProcessing");
        processor.putArray("sep").add(sep.content).add(sep.id);
        processor.putArray("cls").add(cls.content).add(cls.id);
        return processor.put("trim_offsets", true).put("add_prefix_space", false);
    }

    /** {@code cls A sep B sep} in two segments. */
    static ObjectNode bert(ObjectNode factory, Token cls, Token sep) {
        ObjectNode processor = factory.objectNode().put("type", "BertProcessing");
        processor.putArray("sep").add(sep.content).add(sep.id);
        processor.putArray("cls").add(cls.content).add(cls.id);
        return processor;
    }

    /** {@code A end B end}. */
    static ObjectNode t5(ObjectNode factory, Token end) {
        ObjectNode processor = factory.objectNode().put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        sequence(single, "A", 0);
        special(single, end, 0);
        ArrayNode pair = processor.putArray("pair");
        sequence(pair, "A", 0);
        special(pair, end, 0);
        sequence(pair, "B", 0);
        special(pair, end, 0);
        describe(processor.putObject("special_tokens"), end);
        return processor;
    }

    /** {@code begin A end begin B end}, the second text in a segment of its own; either token may be missing. */
    static ObjectNode decoder(ObjectNode factory, Optional<Token> begin, Optional<Token> end) {
        ObjectNode processor = factory.objectNode().put("type", "TemplateProcessing");
        ArrayNode single = processor.putArray("single");
        ArrayNode pair = processor.putArray("pair");
        for (int segment = 0; segment < 2; segment++) {
            for (ArrayNode parts : segment == 0 ? List.of(single, pair) : List.of(pair)) {
                int type = segment;
                begin.ifPresent(token -> special(parts, token, type));
                sequence(parts, segment == 0 ? "A" : "B", segment);
                end.ifPresent(token -> special(parts, token, type));
            }
        }
        ObjectNode tokens = processor.putObject("special_tokens");
        begin.ifPresent(token -> describe(tokens, token));
        end.ifPresent(token -> describe(tokens, token));
        return processor;
    }

    private static void describe(ObjectNode tokens, Token token) {
        ObjectNode node = tokens.putObject(token.content).put("id", token.content);
        node.putArray("ids").add(token.id);
        node.putArray("tokens").add(token.content);
    }

    private static void sequence(ArrayNode to, String id, int segment) {
        to.addObject().putObject("Sequence").put("id", id).put("type_id", segment);
    }

    private static void special(ArrayNode to, Token token, int segment) {
        to.addObject().putObject("SpecialToken").put("id", token.content).put("type_id", segment);
    }
}
