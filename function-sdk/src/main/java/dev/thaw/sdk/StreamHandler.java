package dev.thaw.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Answers an event as bytes. */
@FunctionalInterface
public interface StreamHandler {
    /**
     * @param event ends with the event; need not be closed
     * @param response what is written to it until this returns is the response; need not be closed
     */
    void handle(InputStream event, OutputStream response, Context context) throws IOException;
}
