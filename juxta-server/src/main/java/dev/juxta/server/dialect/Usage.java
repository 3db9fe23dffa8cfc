package dev.juxta.server.dialect;

import tools.jackson.databind.node.ObjectNode;

/** How many tokens were read, as most APIs tell it. */
final class Usage {

    private Usage() {}

    static ObjectNode of(long tokens) {
        return Json.object().put("prompt_tokens", tokens).put("total_tokens", tokens);
    }
}
