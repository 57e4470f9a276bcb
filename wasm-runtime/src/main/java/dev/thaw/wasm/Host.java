package dev.thaw.wasm;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * What a module can reach outside itself: the seam through which the imports of a request are supplied. Immutable, shared by all
 * instances of an image; all that changes lives in the {@link HostCall}.
 *
 * @param <S> the state of a request
 */
public interface Host<S extends HostCall> {
    /** Every function on offer; a module that imports another is refused by name. */
    List<HostFunction<S>> functions();

    /** Fresh state for a request. */
    S open(WasmCall call);

    /** Fresh state for the preparation of an image: the input of {@code call} is empty, and there is nothing to answer. */
    default S openForPreparation(WasmCall call) {
        return open(call);
    }

    /**
     * The host for requests of an image: their state begins where the preparation's ended. Called once, after the initialisation.
     *
     * @param prepared what {@link #openForPreparation} gave; it is not used any more
     */
    default Host<S> at(S prepared) {
        return this;
    }

    /** Writes where the state of requests begins, for {@link #restored}; a host without state writes nothing. */
    default void save(DataOutputStream out) throws IOException {
        // no state
    }

    /**
     * The host for requests of an image that was stored: what {@link #at} gave, read back.
     *
     * @throws BadImageException when it is not what this host's {@link #save} wrote
     */
    default Host<S> restored(DataInputStream in) throws IOException, BadImageException {
        return this;
    }
}
