package dev.thaw.vmm.linux;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes an strace-like line a call: name(arguments) = result. Arguments are shown by the words of the {@link SyscallTable}. */
final class SyscallTrace {
    /** How much of a buffer or a string is shown, as strace's default. */
    private static final int SHOWN = 32;
    private static final int MAX_PATH = 4096;
    private static final int AT_FDCWD = -100;

    private final Consumer<String> out;

    SyscallTrace(Consumer<String> out) {
        this.out = out;
    }

    void line(Task task, Optional<Syscall> entry, long answer) {
        StringBuilder line = new StringBuilder();
        if (task.kernel().scheduler().severalTasks()) {
            line.append("[pid ").append(task.id()).append("] ");
        }
        Call call = task.call();
        if (entry.isEmpty()) {
            line.append("syscall_").append(call.number()).append('(');
            for (int i = 0; i < 6; i++) {
                line.append(i == 0 ? "" : ", ").append("0x").append(Long.toHexString(call.arg(i)));
            }
        } else {
            line.append(entry.get().name()).append('(');
            String[] kinds = entry.get().arguments().isBlank() ? new String[0] : entry.get().arguments().split(" ");
            for (int i = 0; i < Math.min(6, kinds.length); i++) {
                line.append(i == 0 ? "" : ", ");
                argument(line, task, kinds, i, answer);
            }
        }
        line.append(") = ");
        answer(line, task, answer);
        out.accept(line.toString());
    }

    private static void answer(StringBuilder line, Task task, long answer) {
        if (answer == Syscall.REGISTERS_SET) {
            line.append("? (registers set)");
        } else if (answer < 0 && answer > -4096) {
            line.append("-1 ").append(Errno.name((int) -answer));
        } else if (answer >= 4096 * 16 || answer < 0) {
            line.append("0x").append(Long.toHexString(answer));
        } else {
            line.append(answer);
        }
        task.kernel().end().ifPresent(outcome -> line.append(" <").append(outcome).append('>'));
    }

    private static void argument(StringBuilder line, Task task, String[] kinds, int i, long answer) {
        long value = task.call().arg(i);
        switch (kinds[i]) {
            case "fd", "int", "sig" -> line.append((int) value);
            case "dirfd" -> line.append((int) value == AT_FDCWD ? "AT_FDCWD" : String.valueOf((int) value));
            case "size" -> line.append(value);
            case "oct" -> line.append('0').append(Long.toOctalString(value & 0xffff_ffffL));
            case "path", "str" -> string(line, task, value);
            case "buf" -> buffer(line, task, value, i + 1 < 6 ? task.call().arg(i + 1) : 0);
            case "out" -> {
                if (answer > 0) {
                    buffer(line, task, value, answer);
                } else {
                    pointer(line, value);
                }
            }
            case "prot" -> protection(line, (int) value);
            default -> pointer(line, value);
        }
    }

    private static void pointer(StringBuilder line, long value) {
        line.append(value == 0 ? "NULL" : "0x" + Long.toHexString(value));
    }

    private static void protection(StringBuilder line, int value) {
        line.append(value == 0 ? "PROT_NONE" : "").append((value & 1) != 0 ? "r" : "").append((value & 2) != 0 ? "w" : "")
                .append((value & 4) != 0 ? "x" : "");
    }

    private static void string(StringBuilder line, Task task, long address) {
        try {
            quote(line, task.user().readString(address, MAX_PATH, Errno.ENAMETOOLONG), false);
        } catch (GuestError e) {
            pointer(line, address);
        }
    }

    private static void buffer(StringBuilder line, Task task, long address, long length) {
        int shown = (int) Math.clamp(length, 0, SHOWN);
        try {
            quote(line, new String(task.user().readBytes(address, shown), StandardCharsets.ISO_8859_1), length > shown);
        } catch (GuestError e) {
            pointer(line, address);
        }
    }

    private static void quote(StringBuilder line, String text, boolean cut) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\r' -> line.append("\\r");
                case '"', '\\' -> line.append('\\').append(c);
                default -> {
                    if (c < 0x20 || c > 0x7e) {
                        line.append('\\').append(Integer.toOctalString(c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append(cut ? "\"..." : "\"");
    }
}
