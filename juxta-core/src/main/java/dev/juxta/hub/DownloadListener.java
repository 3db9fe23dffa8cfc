package dev.juxta.hub;

/** Hears how a download gets on. Calls come from several threads, but never two at a time; each should return soon. */
public interface DownloadListener {

    /**
     * What will be downloaded is known.
     *
     * @param files how many files
     * @param bytes of all of them together, those left by an earlier try included
     */
    default void started(int files, long bytes) {}

    /**
     * A part of a file has arrived.
     *
     * @param file its name in the model
     * @param bytes how much of it is here; less than before when it has to begin again
     * @param size how much it will be
     */
    default void progressed(String file, long bytes, long size) {}

    /** A file has come whole and has been checked. */
    default void finished(String file) {}

    /**
     * A file was here already, so nothing of it will come.
     *
     * @param size its bytes
     */
    default void present(String file, long size) {}

    /** Hears nothing. */
    static DownloadListener silent() {
        return new DownloadListener() {};
    }
}
