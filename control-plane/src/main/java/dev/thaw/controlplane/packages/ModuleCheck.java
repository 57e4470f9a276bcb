package dev.thaw.controlplane.packages;

import dev.thaw.wasm.Components;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;

/** Looks whether a package's WebAssembly module is there and is one, before anything of it is compiled. */
final class ModuleCheck {
    /** WebAssembly core specification, 5.5.16: the magic and version 1; the component model has layer 1 in the last two bytes. */
    private static final byte[] MAGIC = {0, 'a', 's', 'm'};
    private static final byte[] CORE_1 = {1, 0, 0, 0};
    private static final int COMPONENT_LAYER = 1;
    /** Far more than any toolchain's output for one function; what the compiler makes of it is several times larger. */
    private static final long MAX_BYTES = 64L << 20;

    private ModuleCheck() {}

    /** @param handler the module's path in the package, of the form that the manifest allows */
    static void check(String handler, Path folder) throws PackageException, IOException {
        Path file = folder.resolve(handler);
        for (Path at = file; !at.equals(folder); at = at.getParent()) {
            if (Files.isSymbolicLink(at)) {
                throw new PackageException(named(handler) + "a symbolic link: pack the module itself");
            }
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new PackageException(PackageCheck.MANIFEST + " names handler '" + handler + "' but the package has no such file");
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            head = in.readNBytes(MAGIC.length + CORE_1.length);
            if (isComponent(head)) {
                throw new PackageException(named(handler) + Components.refusal(in.readNBytes(Components.LOOKED_THROUGH)));
            }
        }
        if (head.length < MAGIC.length || !Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new PackageException(named(handler) + "no WebAssembly module: it does not begin with \\0asm. Text format (.wat) is "
                    + "made one by wat2wasm");
        }
        if (!Arrays.equals(head, MAGIC.length, head.length, CORE_1, 0, CORE_1.length)) {
            throw new PackageException(named(handler) + "a WebAssembly module of another version than 1, which is the one there is");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new PackageException(named(handler) + "larger than " + (MAX_BYTES >> 20) + " MB, the most that runtime wasi compiles");
        }
    }

    private static boolean isComponent(byte[] head) {
        return head.length == MAGIC.length + CORE_1.length && Arrays.equals(head, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && head[6] == COMPONENT_LAYER && head[7] == 0;
    }

    private static String named(String handler) {
        return PackageCheck.MANIFEST + " names handler '" + handler + "', which is ";
    }
}
