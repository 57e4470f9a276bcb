package dev.thaw.sdk.runtime;

import dev.thaw.sdk.Context;

/** A handler of whatever kind, from the bytes of an event to those of its response. */
@FunctionalInterface
interface EventFunction {
    byte[] apply(byte[] event, Context context) throws Exception;
}
