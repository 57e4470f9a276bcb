package dev.thaw.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** WebAssembly modules for tests. */
final class Modules {
    /** A module that does what its event says; its source lies beside it. */
    private static final Path BEHAVES = Path.of("../invoker/src/test/resources/dev/thaw/invoker/behaves.wasm");
    private static final int HEADER = 8;

    private Modules() {}

    static byte[] behaves() throws IOException {
        return Files.readAllBytes(BEHAVES);
    }

    /** A module with one to four places changed in one of many ways; the header mostly stays, so that what follows is read. */
    static byte[] mutated(byte[] module, RandomGenerator random) {
        if (random.nextBoolean()) {
            // Of these a good part is valid, and runs.
            return sameLength(module.clone(), random.nextInt(HEADER, module.length), random);
        }
        byte[] changed = module;
        for (int i = random.nextInt(4); i >= 0; i--) {
            changed = once(changed, random);
        }
        return changed;
    }

    private static byte[] once(byte[] module, RandomGenerator random) {
        if (module.length <= HEADER + 1) {
            return module;
        }
        int at = random.nextInt(random.nextInt(200) == 0 ? 0 : HEADER, module.length);
        byte[] changed = module.clone();
        switch (random.nextInt(3, 9)) {
            case 3 -> sameLength(changed, at, random);
            case 4 -> changed = Arrays.copyOf(module, at);
            case 5 -> changed = spliced(module, at, at + 1 + random.nextInt(8), new byte[0]);
            case 6 -> {
                byte[] more = new byte[1 + random.nextInt(8)];
                random.nextBytes(more);
                changed = spliced(module, at, at, more);
            }
            case 7 -> {
                int from = random.nextInt(HEADER, module.length);
                changed = spliced(module, at, at, Arrays.copyOfRange(module, from, Math.min(module.length, from + random.nextInt(1, 64))));
            }
            case 8 -> changed = spliced(module, at, at + 5, new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f});
            default -> throw new IllegalStateException("nextInt(3, 9)");
        }
        return changed;
    }

    private static byte[] sameLength(byte[] module, int at, RandomGenerator random) {
        module[at] = switch (random.nextInt(4)) {
            case 0 -> (byte) (module[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) random.nextInt();
            case 2 -> interesting(random);
            default -> (byte) (module[at] + (random.nextBoolean() ? 1 : -1));
        };
        return module;
    }

    /** Ends of LEB128 numbers, and codes that begin or end something. */
    private static byte interesting(RandomGenerator random) {
        int[] bytes = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0e, 0x10, 0x11, 0x1a, 0x20, 0x28, 0x36, 0x40, 0x41, 0x60, 0x6f, 0x70, 0x7c,
            0x7f, 0x80, 0xfc, 0xfd, 0xfe, 0xff};
        return (byte) bytes[random.nextInt(bytes.length)];
    }

    private static byte[] spliced(byte[] module, int from, int to, byte[] instead) {
        int end = Math.min(to, module.length);
        byte[] all = new byte[from + instead.length + module.length - end];
        System.arraycopy(module, 0, all, 0, from);
        System.arraycopy(instead, 0, all, from, instead.length);
        System.arraycopy(module, end, all, from + instead.length, module.length - end);
        return all;
    }
}
