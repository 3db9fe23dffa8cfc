package dev.juxta.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.cors.CorsConfig;
import io.netty.handler.codec.http.cors.CorsConfigBuilder;
import io.netty.handler.codec.http.cors.CorsHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Listens on a port, and hands whole requests to an {@link HttpHandler}. */
public final class HttpListener implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int BACKLOG = 1024;
    private static final long POLL_MILLIS = 20;

    /** How long connections without a request stay open at the end. */
    private static final Duration LATE = Duration.ofMillis(500);

    /** How much a decompressor takes at a time. */
    private static final int INFLATED_AT_ONCE = 1 << 20;

    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup("juxta", GlobalEventExecutor.INSTANCE);
    private final Shared shared;
    private final Channel channel;

    /** What all connections share. */
    record Shared(HttpHandler handler, HttpLimits limits, ByteBudget bodies, Activity activity) {}

    private HttpListener(EventLoopGroup loops, Endpoint endpoint, HttpLimits limits, HttpHandler handler)
            throws IOException {
        this.loops = loops;
        this.shared = new Shared(handler, limits, new ByteBudget(limits.allBodyBytes()), new Activity());
        Optional<SslContext> tls =
                endpoint.tls().isPresent() ? Optional.of(tls(endpoint.tls().get())) : Optional.empty();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Setup(tls, cors(endpoint.origins())));
        this.channel = bind(bootstrap, endpoint);
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the port cannot be had, or the certificate cannot be read
     */
    public static HttpListener start(Endpoint endpoint, HttpLimits limits, HttpHandler handler) throws IOException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("juxta-http", true), NioIoHandler.newFactory());
        try {
            return new HttpListener(loops, endpoint, limits, handler);
        } catch (IOException | RuntimeException e) {
            var unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static Channel bind(ServerBootstrap bootstrap, Endpoint endpoint) throws IOException {
        var bound = bootstrap.bind(endpoint.host(), endpoint.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + endpoint.host() + ":" + endpoint.port() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }

    private static SslContext tls(Endpoint.Tls tls) throws IOException {
        Certificate certificate = Certificate.read(tls);
        return SslContextBuilder.forServer(certificate.key(), certificate.chain())
                .protocols("TLSv1.3", "TLSv1.2")
                .build();
    }

    private static Optional<CorsConfig> cors(List<String> origins) {
        if (origins.isEmpty()) {
            return Optional.empty();
        }
        CorsConfigBuilder builder = origins.contains("*")
                ? CorsConfigBuilder.forAnyOrigin()
                : CorsConfigBuilder.forOrigins(origins.toArray(String[]::new));
        return Optional.of(builder.allowedRequestMethods(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE)
                .allowedRequestHeaders(
                        "authorization",
                        "content-type",
                        "traceparent",
                        "x-juxta-detail",
                        "x-juxta-dialect",
                        "x-juxta-explain",
                        "x-juxta-on-long",
                        "x-request-id",
                        "x-request-timeout")
                .exposeHeaders("retry-after", "x-juxta-model", "x-juxta-truncated", "x-request-id", "traceparent")
                .maxAge(3600)
                .build());
    }

    /** The handlers of a new connection. */
    private final class Setup extends ChannelInitializer<SocketChannel> {

        private final Optional<SslContext> tls;
        private final Optional<CorsConfig> cors;

        Setup(Optional<SslContext> tls, Optional<CorsConfig> cors) {
            this.tls = tls;
            this.cors = cors;
        }

        @Override
        protected void initChannel(SocketChannel connection) {
            if (connections.size() >= shared.limits().connections()) {
                var unused = connection.close();
                return;
            }
            connections.add(connection);
            ChannelPipeline pipeline = connection.pipeline();
            tls.ifPresent(context -> pipeline.addLast(context.newHandler(connection.alloc())));
            pipeline.addLast(new HttpServerCodec());
            pipeline.addLast(new HttpContentDecompressor(INFLATED_AT_ONCE));
            cors.ifPresent(config -> pipeline.addLast(new CorsHandler(config)));
            pipeline.addLast(new Connection(shared));
        }
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Connections that are open. */
    public int connections() {
        return connections.size();
    }

    /** Bytes of bodies whose requests are under way. */
    public long bodyBytes() {
        return shared.bodies().held();
    }

    /**
     * Ends every connection after the answer under way, and waits until there is none. Requests that come meanwhile are
     * handed on too; once the others are answered it listens no more, and gives the connections that are open a moment:
     * some have a request on its way.
     *
     * @param limit the longest to wait
     * @return whether all that was under way when this was called was answered
     */
    public boolean drain(Duration limit) {
        Activity activity = shared.activity();
        activity.end();
        boolean answered = await(() -> activity.underWay() == 0, limit);
        stopListening();
        if (answered) {
            await(connections::isEmpty, LATE);
        }
        return answered;
    }

    /**
     * Takes no more connections, and waits until those that were taken are known: each is handed to its loop as a task,
     * and would outlive a loop that ends first, unanswered and open.
     */
    private void stopListening() {
        channel.close().awaitUninterruptibly();
        if (!loops.isShuttingDown()) {
            for (EventExecutor loop : loops) {
                loop.submit(() -> {}).awaitUninterruptibly();
            }
        }
    }

    private static boolean await(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return condition.getAsBoolean();
    }

    @Override
    public void close() {
        stopListening();
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
