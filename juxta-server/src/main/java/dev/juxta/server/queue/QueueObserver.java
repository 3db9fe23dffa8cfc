package dev.juxta.server.queue;

/** Is told what a queue does, by the threads that do it. */
public interface QueueObserver {

    /** Pieces were read. */
    void read(int pieces, long nanos);

    /** A batch was computed. */
    void ran(int pieces, long tokens, long nanos);

    /** Work was begun after it had waited. */
    void waited(long nanos);

    /** Work was given up before its end: its caller went, or its time was over. */
    void abandoned();
}
