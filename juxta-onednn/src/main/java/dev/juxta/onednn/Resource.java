package dev.juxta.onednn;

/** Something in native memory, which the garbage collector does not free. Closing it twice does nothing more. */
interface Resource extends AutoCloseable {

    @Override
    void close();
}
