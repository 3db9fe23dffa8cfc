package dev.juxta.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, read as it comes. The JDK's own stream forgets what came before a cut and was not read yet,
 * and waits without end for more; this one gives all that came, and then says why no more does.
 */
final class ResponseBody extends InputStream implements BodySubscriber<InputStream> {

    private final Duration timeout;
    private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private Iterator<ByteBuffer> buffers = Collections.emptyIterator();
    private ByteBuffer current = ByteBuffer.allocate(0);

    /** @param timeout how long a reader waits for the next bytes */
    ResponseBody(Duration timeout) {
        this.timeout = timeout;
    }

    /** What comes next: some bytes, or the end. */
    private sealed interface Arrival {}

    private record Part(List<ByteBuffer> buffers) implements Arrival {}

    private record End() implements Arrival {}

    private record Cut(Throwable cause) implements Arrival {}

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this); // the headers are enough to begin
    }

    @Override
    public void onSubscribe(Subscription given) {
        if (subscription.complete(given)) {
            given.request(1);
        } else {
            given.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        arrivals.add(new Part(part));
    }

    @Override
    public void onError(Throwable cause) {
        arrivals.add(new Cut(cause));
    }

    @Override
    public void onComplete() {
        arrivals.add(new End());
    }

    @Override
    public int read() throws IOException {
        return hasMore() ? Byte.toUnsignedInt(current.get()) : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int count = Math.min(length, current.remaining());
        current.get(to, offset, count);
        return count;
    }

    private boolean hasMore() throws IOException {
        while (!current.hasRemaining()) {
            if (buffers.hasNext()) {
                current = buffers.next();
                continue;
            }
            Arrival next = await();
            if (next instanceof Part part) {
                buffers = part.buffers().iterator();
                subscription.join().request(1);
                continue;
            }
            arrivals.add(next); // for whoever reads on after the end
            if (next instanceof Cut cut) {
                throw new IOException(cut.cause().getMessage(), cut.cause());
            }
            return false;
        }
        return true;
    }

    private Arrival await() throws IOException {
        Arrival next;
        try {
            next = arrivals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw HubHttp.interrupted();
        }
        if (next == null) {
            close();
            throw new IOException("nothing came for " + timeout.toMillis() + " ms");
        }
        return next;
    }

    /** Lets the connection go; what comes later is not wanted. */
    @Override
    public void close() {
        if (!subscription.cancel(false)) {
            subscription.join().cancel();
        }
    }
}
