package dev.juxta.cli;

import dev.juxta.data.InputException;
import dev.juxta.data.Place;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Reads things of one kind from lines of text or of JSON. */
interface LineParser<T> {

    /** Whether an object on a first line shows that the lines are JSON, where nothing else says so. */
    boolean recognises(ObjectNode object);

    /** Reads an object. */
    T ofObject(ObjectNode object, Place place) throws InputException;

    /** Reads a line of text; empty if there is nothing on it. */
    Optional<T> ofText(String text, Place place) throws InputException;
}
