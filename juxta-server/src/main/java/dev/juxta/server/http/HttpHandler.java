package dev.juxta.server.http;

import java.util.concurrent.CompletionStage;

/** Answers requests. */
public interface HttpHandler {

    /** What a request that is not whole was refused for. */
    enum Refusal {
        /** it is not HTTP */
        MALFORMED,
        /** its line or its headers are too long */
        HEAD_TOO_LARGE,
        /** its body is longer than one may be */
        BODY_TOO_LARGE,
        /** its body did not come in time */
        BODY_TOO_SLOW,
        /** the bodies of all requests together would take more memory than they may */
        NO_MEMORY
    }

    /**
     * Answers a request. It is called from a thread that serves many connections, and must not block it.
     *
     * @return the answer; one that fails closes the connection
     */
    CompletionStage<Reply> handle(Request request);

    /**
     * Answers a request that was refused before it was whole.
     *
     * @param head the request without its body, as far as it is known
     */
    Reply refuse(Refusal refusal, Request head);
}
