package dev.thaw.controlplane.data;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.Optional;

/**
 * What strerror(3) says of an error of the operating system, here and now: an {@code IOException} has these words and no number, and they are
 * in the language that the process was started in.
 */
final class ErrorText {
    /** The longest text that is looked at, bytes; glibc's have some 60. */
    private static final int MOST_BYTES = 1_024;

    private ErrorText() {}

    /** @param errno as in errno(3); empty where the C library cannot be asked */
    static Optional<String> of(int errno) {
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle strerror = linker.downcallHandle(linker.defaultLookup().findOrThrow("strerror"),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            // The C library's own memory, which a later call may use again: read at once, and copied.
            MemorySegment text = ((MemorySegment) strerror.invokeExact(errno)).reinterpret(MOST_BYTES, Arena.global(), _ -> { });
            // The same decoding as the JDK's own.
            return Optional.of(text.getString(0, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"))));
        } catch (Throwable e) {
            System.getLogger(ErrorText.class.getName()).log(System.Logger.Level.WARNING, "the words of error " + errno + " are not known: " + e);
            return Optional.empty();
        }
    }
}
