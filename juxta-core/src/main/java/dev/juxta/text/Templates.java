package dev.juxta.text;

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
        sequence(single, "A");
        special(single, end);
        ArrayNode pair = processor.putArray("pair");
        sequence(pair, "A");
        special(pair, end);
        sequence(pair, "B");
        special(pair, end);
        ObjectNode token = processor.putObject("special_tokens").putObject(end.content);
        token.put("id", end.content);
        token.putArray("ids").add(end.id);
        token.putArray("tokens").add(end.content);
        return processor;
    }

    private static void sequence(ArrayNode to, String id) {
        to.addObject().putObject("Sequence").put("id", id).put("type_id", 0);
    }

    private static void special(ArrayNode to, Token token) {
        to.addObject().putObject("SpecialToken").put("id", token.content).put("type_id", 0);
    }
}
