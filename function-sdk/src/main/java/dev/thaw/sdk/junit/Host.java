package dev.thaw.sdk.junit;

import java.io.IOException;

/** Where a function under test runs. Closing it ends the function. */
interface Host extends AutoCloseable {
    /** One event at a time. */
    Reply invoke(byte[] event) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
