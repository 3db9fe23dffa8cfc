package dev.juxta.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow.Subscription;
import org.junit.jupiter.api.Test;

/** A body gives every byte that came, in order, and then says how it ended. */
class ResponseBodyTest {

    private final ResponseBody body = new ResponseBody(Duration.ofMillis(50));
    private final Source source = new Source();

    /** Counts what is asked of it. */
    private static final class Source implements Subscription {

        private long wanted;
        private boolean cancelled;

        @Override
        public void request(long parts) {
            wanted += parts;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private static List<ByteBuffer> part(String... buffers) {
        return List.of(buffers).stream()
                .map(text -> ByteBuffer.wrap(text.getBytes(US_ASCII)))
                .toList();
    }

    @Test
    void bytesAreGivenInOrderToTheEnd() throws IOException {
        body.onSubscribe(source);
        body.onNext(part("que", "", "r"));
        body.onNext(part("y"));
        body.onComplete();
        assertThat(body.read()).isEqualTo('q');
        assertThat(new String(body.readAllBytes(), US_ASCII)).isEqualTo("uery");
        assertThat(body.read()).isEqualTo(-1);
        assertThat(body.read(new byte[3])).isEqualTo(-1);
    }

    @Test
    void aPartIsAskedForWhenThePartBeforeIsTaken() throws IOException {
        body.onSubscribe(source);
        assertThat(source.wanted).isEqualTo(1);
        body.onNext(part("query"));
        assertThat(source.wanted).isEqualTo(1);
        body.read();
        assertThat(source.wanted).isEqualTo(2);
    }

    @Test
    void whatCameBeforeACutIsGiven() throws IOException {
        body.onSubscribe(source);
        body.onNext(part("que"));
        body.onError(new EOFException("cut"));
        assertThat(body.readNBytes(3)).asString(US_ASCII).isEqualTo("que");
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(body::read)
                    .isInstanceOf(IOException.class)
                    .hasMessage("cut")
                    .hasCauseInstanceOf(EOFException.class);
        }
    }

    @Test
    void silenceIsSaidAndEndsTheConnection() {
        body.onSubscribe(source);
        assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessage("nothing came for 50 ms");
        assertThat(source.cancelled).isTrue();
    }

    @Test
    void closingBeforeTheBeginningEndsItThere() {
        body.close();
        body.onSubscribe(source);
        assertThat(source.cancelled).isTrue();
        assertThat(source.wanted).isZero();
    }

    @Test
    void anInterruptedReaderIsTold() {
        body.onSubscribe(source);
        Thread.currentThread().interrupt();
        assertThatThrownBy(body::read).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
