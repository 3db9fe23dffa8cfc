package dev.juxta.server.dialect;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What a dialect answers.
 *
 * @param status the HTTP status
 * @param body as JSON; a missing node for none
 * @param headers beside those that every answer has
 */
public record Answer(int status, JsonNode body, Map<String, String> headers) {

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** 200 with a body. */
    public static Answer ok(JsonNode body) {
        return new Answer(200, body, Map.of());
    }

    /** A problem's envelope. */
    public static Answer problem(int status, JsonNode body) {
        return new Answer(status, body, Map.of());
    }
}
