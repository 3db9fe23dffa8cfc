package dev.juxta.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class HttpListenerTest {

    private static final int ROUNDS = 60;

    private static final HttpHandler NOTHING_HERE = new HttpHandler() {
        @Override
        public CompletionStage<Reply> handle(Request request) {
            return CompletableFuture.completedFuture(Reply.empty(404));
        }

        @Override
        public Reply refuse(Refusal refusal, Request head) {
            return Reply.empty(400);
        }
    };

    /** A client that connects as the server ends is answered or sent away, whichever moment it comes at. */
    @Test
    void leavesNoConnectionOpen() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            HttpListener listener = HttpListener.start(
                    new Endpoint(Endpoint.LOOPBACK, 0, Optional.empty(), List.of()),
                    HttpLimits.defaults(),
                    NOTHING_HERE);
            int port = listener.port();
            Queue<Socket> clients = new ConcurrentLinkedQueue<>();
            CompletableFuture<Void> connecting = CompletableFuture.runAsync(() -> connect(port, clients));
            Thread.sleep(round % 7);
            listener.close();
            connecting.join();
            for (Socket client : clients) {
                assertThat(ends(client)).as("round %d", round).isTrue();
            }
        }
    }

    /** Connects until nobody listens. */
    private static void connect(int port, Queue<Socket> clients) {
        try {
            while (true) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
        } catch (IOException e) {
            return; // the server has ended
        }
    }

    private static boolean ends(Socket client) throws IOException {
        try (client) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write('G'); // what the server never took is only then reset
            return client.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true; // it is reset
        }
    }
}
