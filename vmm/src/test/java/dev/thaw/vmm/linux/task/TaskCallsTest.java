package dev.thaw.vmm.linux.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.Syscall;
import dev.thaw.vmm.linux.SyscallTable;
import dev.thaw.vmm.linux.TestProcess;
import dev.thaw.vmm.linux.fs.FdTable;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Identity, limits, system information and prctl answer as Linux does, and no pointer of the guest's does harm. */
class TaskCallsTest {
    private static final long DATA = TestProcess.DATA;
    /** Calls of this layer's task, signal and time sections that end the program by design. */
    private static final Set<String> FINAL = Set.of("exit", "exit_group", "rt_sigreturn");

    private final TestProcess process = new TestProcess();
    private final UserMemory user = process.task().user();

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void unameSaysLinuxAndTheHostName() {
        assertEquals(0, process.call(63, DATA));
        byte[] fields = user.readBytes(DATA, 390);
        assertEquals("Linux", field(fields, 0));
        assertEquals("test", field(fields, 1));
        assertEquals(SystemCalls.RELEASE, field(fields, 2));
        assertEquals("x86_64", field(fields, 4));
    }

    @Test
    void limitsAreReadLoweredAndNeverRaised() {
        assertEquals(0, process.call(302, 0, 7, 0, DATA));
        assertEquals(FdTable.LIMIT, user.readLong(DATA));
        user.writeLong(DATA, 100);
        user.writeLong(DATA + 8, 200);
        assertEquals(0, process.call(160, 7, DATA));
        process.reloadTask();
        assertEquals(0, process.call(97, 7, DATA + 32));
        assertEquals(100, user.readLong(DATA + 32));
        assertEquals(200, user.readLong(DATA + 40));
        user.writeLong(DATA + 8, 201);
        assertEquals(-Errno.EPERM, process.call(160, 7, DATA));
        user.writeLong(DATA, 202);
        assertEquals(-Errno.EINVAL, process.call(160, 7, DATA));
        assertEquals(-Errno.EINVAL, process.call(97, 16, DATA));
        assertEquals(-Errno.ESRCH, process.call(302, 5, 7, 0, DATA));
    }

    @Test
    void rootGivesItselfUpForGood() {
        assertEquals(0, process.call(119, 33, 33, 33));
        assertEquals(0, process.call(117, 1000, 1000, 1000));
        assertEquals(1000, process.call(102));
        assertEquals(33, process.call(108));
        assertEquals(-Errno.EPERM, process.call(105, 0));
        assertEquals(-Errno.EPERM, process.call(116, 0, 0));
        process.reloadTask();
        assertEquals(1000, process.call(107));
        user.writeInt(DATA, 0x2008_0522);
        user.writeInt(DATA + 4, 0);
        assertEquals(0, process.call(125, DATA, DATA + 16));
        assertArrayEquals(new byte[24], user.readBytes(DATA + 16, 24));
    }

    @Test
    void aThreadHasANameOfFifteenBytes() {
        user.writeBytes(DATA, "a name that is too long\0".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(0, process.call(157, 15, DATA));
        process.reloadTask();
        assertEquals(0, process.call(157, 16, DATA + 64));
        assertEquals("a name that is \0", new String(user.readBytes(DATA + 64, 16), StandardCharsets.ISO_8859_1));
        assertEquals(-Errno.EINVAL, process.call(157, 4242, 0));
    }

    @Test
    void randomBytesFillWhatWasAskedAndStopAtABadAddress() {
        assertEquals(100, process.call(318, DATA + 1, 100, 0));
        assertFalse(Arrays.equals(new byte[100], user.readBytes(DATA + 1, 100)));
        assertEquals(256, process.call(318, DATA + TestProcess.SIZE - 256, 4096, 1));
        assertEquals(-Errno.EFAULT, process.call(318, 8, 10, 0));
        assertEquals(-Errno.EINVAL, process.call(318, DATA, 10, 8));
        assertEquals(0, process.call(318, 8, 0, 0));
    }

    @Test
    void thereIsOneProcessorAndOneProcess() {
        assertEquals(1, process.call(39));
        assertEquals(0, process.call(110));
        assertEquals(8, process.call(204, 0, 128, DATA));
        assertEquals(1, user.readLong(DATA));
        assertEquals(-Errno.ECHILD, process.call(61, -1, 0, 0, 0));
        assertEquals(-Errno.ENOSYS, process.call(57));
        assertEquals(-Errno.EINVAL, process.call(334, DATA + 1, 32, 0, 0));
        assertTrue(process.call(324, 0, 0) > 0);
    }

    @Test
    void badPointersInEveryArgumentAreAnErrnoAndNothingElse() {
        long[] bad = {0, 8, -1, Long.MIN_VALUE, 0x7fff_ffff_f000L, DATA + TestProcess.SIZE - 4, 0xffff_8000_0000_0000L};
        for (Syscall call : SyscallTable.calls()) {
            if (FINAL.contains(call.name()) || !ours(call)) {
                continue;
            }
            for (long pointer : bad) {
                long[] arguments = new long[6];
                Arrays.fill(arguments, pointer);
                long answer = process.call(call.number(), arguments);
                assertTrue(answer == Syscall.BLOCKED || answer >= -133, call.name() + " answered " + answer);
                for (int i = 0; i < 6; i++) {
                    arguments = new long[] {1, 1, 8, 8, 1, 1};
                    arguments[i] = pointer;
                    answer = process.call(call.number(), arguments);
                    assertTrue(answer == Syscall.BLOCKED || answer >= -133, call.name() + " answered " + answer);
                }
            }
        }
    }

    /** The calls whose handlers are of the task, signal and time areas. */
    private static boolean ours(Syscall call) {
        Set<Integer> numbers = Set.of(13, 14, 24, 34, 35, 36, 37, 38, 39, 63, 96, 97, 98, 99, 100, 102, 103, 104, 105, 106,
                107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128,
                130, 131, 135, 140, 141, 142, 143, 144, 145, 146, 147, 157, 158, 159, 160, 164, 201, 202, 203, 204, 218, 222,
                223, 224, 225, 226, 227, 228, 229, 230, 251, 252, 273, 274, 302, 305, 309, 318, 324, 334);
        return numbers.contains(call.number());
    }

    private static String field(byte[] fields, int i) {
        String all = new String(fields, i * 65, 65, StandardCharsets.ISO_8859_1);
        return all.substring(0, all.indexOf('\0'));
    }
}
