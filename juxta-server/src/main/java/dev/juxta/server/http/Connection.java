package dev.juxta.server.http;

import dev.juxta.server.http.HttpHandler.Refusal;
import dev.juxta.server.http.HttpListener.Shared;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * One connection: collects a request, hands it on, writes its answer, and goes on to the next. While an answer is under
 * way it keeps reading, so that it notices when the client goes; a client that has sent its next request already has to
 * wait for that. All its methods run on the connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {

    /** How long the rest of a refused body is read and thrown away, so that the client gets to see the answer. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private enum State {
        IDLE,
        BODY,
        ANSWERING,
        DISCARDING
    }

    private final Shared shared;
    private final Queue<Object> early = new ArrayDeque<>();
    private State state = State.IDLE;
    private Optional<Exchange> exchange = Optional.empty();
    private Optional<Future<?>> timer = Optional.empty();

    /** A request and what has come of its body. */
    private static final class Exchange {
        private final Request head;
        private final boolean isHead;
        private final boolean counts; // among those that the end waits for
        private ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int held; // bytes taken from the budget, which are given back at the end
        private boolean answered;
        private boolean ended; // there is no more of the body to come

        Exchange(Request head, boolean counts) {
            this.head = head;
            this.counts = counts;
            this.isHead = head.method().equals(HttpMethod.HEAD.name());
        }

        /** To be called once: the body is handed on, and not kept beside. */
        Request whole() {
            byte[] bytes = body.toByteArray();
            body = new ByteArrayOutputStream(0);
            return new Request(
                    head.method(),
                    head.path(),
                    head.headers(),
                    bytes,
                    head.remote(),
                    head.keepsAlive(),
                    head.abandoned());
        }
    }

    Connection(Shared shared) {
        this.shared = shared;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        waitForRequest(ctx);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        if (state == State.ANSWERING) { // the next request, ahead of its turn
            early.add(message);
            ctx.channel().config().setAutoRead(false);
            return;
        }
        try {
            if (message instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (message instanceof HttpContent content) {
                continueBody(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        Exchange begun = new Exchange(head(ctx, request), shared.activity().begin());
        exchange = Optional.of(begun);
        state = State.BODY;
        DecoderResult decoded = request.decoderResult();
        if (decoded.isFailure()) {
            boolean tooLong = decoded.cause() instanceof TooLongFrameException;
            refuse(ctx, begun, tooLong ? Refusal.HEAD_TOO_LARGE : Refusal.MALFORMED);
            return;
        }
        if (HttpUtil.getContentLength(request, 0L) > shared.limits().bodyBytes()) {
            refuse(ctx, begun, Refusal.BODY_TOO_LARGE);
            return;
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            var unused = ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
        startTimer(ctx, shared.limits().body(), () -> refuse(ctx, begun, Refusal.BODY_TOO_SLOW));
    }

    private static Request head(ChannelHandlerContext ctx, HttpRequest request) {
        Map<String, String> headers = new HashMap<>();
        request.headers()
                .forEach(header -> headers.putIfAbsent(
                        header.getKey().toLowerCase(Locale.ROOT), String.valueOf(header.getValue())));
        return new Request(
                request.method().name(),
                path(request.uri()),
                headers,
                new byte[0],
                address(ctx.channel().remoteAddress()),
                HttpUtil.isKeepAlive(request),
                new Abandonment());
    }

    private static String path(String uri) {
        try {
            return new QueryStringDecoder(uri).path();
        } catch (IllegalArgumentException e) { // an escape that is none
            return uri;
        }
    }

    private static String address(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "unknown";
    }

    private void continueBody(ChannelHandlerContext ctx, HttpContent content) throws IOException {
        if (state == State.DISCARDING) {
            if (content instanceof LastHttpContent) {
                exchange.ifPresentOrElse(current -> current.ended = true, () -> end(ctx));
            }
            return;
        }
        if (state != State.BODY || exchange.isEmpty()) {
            return; // the end of a request that another handler has answered
        }
        Exchange current = exchange.get();
        int size = content.content().readableBytes();
        if (content.decoderResult().isFailure()) {
            refuse(ctx, current, Refusal.MALFORMED);
        } else if (current.body.size() + (long) size > shared.limits().bodyBytes()) {
            refuse(ctx, current, Refusal.BODY_TOO_LARGE);
        } else if (!shared.bodies().take(size)) {
            refuse(ctx, current, Refusal.NO_MEMORY);
        } else {
            current.held += size;
            content.content().readBytes(current.body, size);
            if (content instanceof LastHttpContent) {
                answer(ctx, current);
            }
        }
    }

    private void answer(ChannelHandlerContext ctx, Exchange current) {
        state = State.ANSWERING;
        stopTimer();
        var unused = shared.handler().handle(current.whole()).handle((reply, failure) -> {
            ctx.executor().execute(() -> {
                if (failure != null || reply == null) {
                    end(ctx);
                } else {
                    write(ctx, current, reply, current.head.keepsAlive());
                }
            });
            return true;
        });
    }

    /** Answers at once, and reads what is left of the body without keeping it. */
    private void refuse(ChannelHandlerContext ctx, Exchange current, Refusal refusal) {
        state = State.DISCARDING;
        stopTimer();
        write(ctx, current, shared.handler().refuse(refusal, current.head), false);
    }

    private void write(ChannelHandlerContext ctx, Exchange current, Reply reply, boolean keepAlive) {
        if (current.answered || !ctx.channel().isActive()) {
            return;
        }
        current.answered = true;
        boolean stays = keepAlive && !shared.activity().ending();
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status()),
                current.isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body()));
        reply.headers().forEach(response.headers()::set);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
        HttpUtil.setKeepAlive(response, stays);
        startTimer(ctx, shared.limits().write(), () -> end(ctx));
        var unused = ctx.writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            finish(current);
            if (!written.isSuccess()) {
                end(ctx);
            } else if (state == State.DISCARDING && !current.ended) {
                startTimer(ctx, LINGER, () -> end(ctx));
            } else if (stays) {
                waitForRequest(ctx);
                replay(ctx);
            } else {
                end(ctx);
            }
        });
    }

    /** Gives back what the exchange held. */
    private void finish(Exchange current) {
        if (exchange.isPresent() && exchange.get() == current) {
            exchange = Optional.empty();
            shared.bodies().give(current.held);
            shared.activity().finish(current.counts);
        }
    }

    private void waitForRequest(ChannelHandlerContext ctx) {
        state = State.IDLE;
        startTimer(ctx, shared.limits().idle(), () -> end(ctx));
    }

    /** Goes on with what came ahead of its turn. */
    private void replay(ChannelHandlerContext ctx) throws IOException {
        while (!early.isEmpty() && state != State.ANSWERING) {
            channelRead(ctx, early.remove());
        }
        if (early.isEmpty()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private static void end(ChannelHandlerContext ctx) {
        var unused = ctx.close();
    }

    private void startTimer(ChannelHandlerContext ctx, Duration time, Runnable task) {
        stopTimer();
        timer = Optional.of(ctx.executor().schedule(task, time.toNanos(), TimeUnit.NANOSECONDS));
    }

    private void stopTimer() {
        timer.ifPresent(pending -> pending.cancel(false));
        timer = Optional.empty();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stopTimer();
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        exchange.ifPresent(current -> {
            current.head.abandoned().tell();
            finish(current);
        });
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(ctx); // a connection that broke, or bytes that are no TLS or no gzip
    }
}
