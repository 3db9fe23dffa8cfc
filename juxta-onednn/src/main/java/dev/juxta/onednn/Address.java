package dev.juxta.onednn;

import org.bytedeco.javacpp.Pointer;

/** A native address as the preset's calls take it; it owns nothing and can be pointed elsewhere. */
final class Address extends Pointer {

    Address(long address) {
        this.address = address;
    }

    Address at(long elsewhere) {
        this.address = elsewhere;
        return this;
    }
}
