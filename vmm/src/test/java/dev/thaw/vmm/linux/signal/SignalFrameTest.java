package dev.thaw.vmm.linux.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.TestProcess;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.mm.AddressSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frame a handler finds is the one glibc's headers describe, and its return brings back what it holds, as far as ring 3 may have it. */
class SignalFrameTest {
    private static final int RT_SIGACTION = 13;
    private static final int RT_SIGRETURN = 15;
    private static final int SIGALTSTACK = 131;
    private static final int TKILL = 200;
    private static final long HANDLER = 0x12_3450;
    private static final long RESTORER = 0x12_6780;
    private static final long SA_SIGINFO = 4;
    private static final int SIGUSR1 = 10;

    @TempDir
    Path folder;

    private final TestProcess process = new TestProcess();
    private final Task task = process.task();
    private boolean numbered;

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void everyRegisterLiesWhereTheHeadersSay() throws IOException, InterruptedException {
        Map<String, Long> expected = numberRegisters();
        handle(SIGUSR1, SignalAction.SA_RESTORER | SA_SIGINFO, 0);
        task.signals().setMask(0x5400);
        task.signals().setFault(14, 7, 0xabc000);
        post(SIGUSR1);
        process.deliver();

        long frame = task.registers().get(UserRegisters.RSP);
        long context = task.registers().get(UserRegisters.RDX);
        long info = task.registers().get(UserRegisters.RSI);
        assertEquals(HANDLER, task.registers().get(UserRegisters.RIP));
        assertEquals(SIGUSR1, task.registers().get(UserRegisters.RDI));
        assertEquals(0, task.registers().get(UserRegisters.RAX));
        assertEquals(RESTORER, task.user().readLong(frame));
        assertEquals(8, frame & 15, "as after a call instruction");
        assertEquals(frame + 8, context);

        expected.put("uc_flags", 7L);
        expected.put("uc_link", 0L);
        expected.put("uc_mcontext.gregs[REG_CSGSFS]", 0x002b_0000_0000_0033L);
        expected.put("uc_mcontext.gregs[REG_ERR]", 7L);
        expected.put("uc_mcontext.gregs[REG_TRAPNO]", 14L);
        expected.put("uc_mcontext.gregs[REG_OLDMASK]", 0x5400L);
        expected.put("uc_mcontext.gregs[REG_CR2]", 0xabc000L);
        expected.put("uc_sigmask", 0x5400L);
        Map<String, Long> offsets = offsets("ucontext_t", expected.keySet().toArray(String[]::new));
        expected.forEach((field, value) ->
                assertEquals(value, task.user().readLong(context + offsets.get(field)), field));
        long fpstate = task.user().readLong(context + offsets("ucontext_t", "uc_mcontext.fpregs").get("uc_mcontext.fpregs"));
        assertEquals(0, fpstate & 63);
        assertTrue(fpstate >= info + SignalInfo.SIZE && fpstate + 580 <= TestProcess.STACK - 128, "beyond the red zone");

        Map<String, Long> in = offsets("siginfo_t", "si_signo", "si_code", "si_pid", "si_uid");
        assertEquals(SIGUSR1, task.user().readInt(info + in.get("si_signo")));
        assertEquals(SignalInfo.SI_TKILL, task.user().readInt(info + in.get("si_code")));
        assertEquals(1, task.user().readInt(info + in.get("si_pid")));
        assertEquals(0, task.user().readInt(info + in.get("si_uid")));
    }

    @Test
    void theXsaveAreaCarriesItsMagicWordsAndSize() {
        handle(SIGUSR1, SignalAction.SA_RESTORER, 0);
        post(SIGUSR1);
        process.deliver();
        long fpstate = task.user().readLong(task.registers().get(UserRegisters.RDX) + 224);
        assertEquals(0x4650_5853, task.user().readInt(fpstate + 464));
        assertEquals(576 + 4, task.user().readInt(fpstate + 468));
        assertEquals(3, task.user().readLong(fpstate + 472));
        assertEquals(576, task.user().readInt(fpstate + 480));
        assertEquals(0x4650_5845, task.user().readInt(fpstate + 576));
        assertEquals(0x37f, task.user().readInt(fpstate) & 0xffff);
    }

    @Test
    void aReturnBringsEverythingBack() {
        numberRegisters();
        long[] before = task.registers().array().clone();
        byte[] vectors = task.fpu().read();
        vectors[160] = 77;
        vectors[512] = 3;
        task.fpu().write(vectors);
        handle(SIGUSR1, SignalAction.SA_RESTORER, SignalNames.bit(12));
        task.signals().setMask(0x5400);
        post(SIGUSR1);
        process.deliver();
        assertEquals(0x5400 | SignalNames.bit(SIGUSR1) | SignalNames.bit(12), task.signals().mask());
        assertEquals(0, task.fpu().read()[160], "a handler begins with clean vector registers");
        returnFromHandler();
        for (int i = 0; i < UserRegisters.COUNT; i++) {
            assertEquals(before[i], task.registers().get(i), "register " + i);
        }
        assertEquals(0x5400, task.signals().mask());
        assertEquals(77, task.fpu().read()[160]);
    }

    @Test
    void whatTheHandlerWritesIntoTheContextHolds() {
        handle(SIGUSR1, SignalAction.SA_RESTORER, 0);
        post(SIGUSR1);
        process.deliver();
        long context = task.registers().get(UserRegisters.RDX);
        task.user().writeLong(context + 168, 0x40_0000);
        task.user().writeLong(context + 144, 99);
        task.user().writeLong(context + 296, -1);
        task.user().writeLong(context + 176, -1);
        returnFromHandler();
        assertEquals(0x40_0000, task.registers().get(UserRegisters.RIP));
        assertEquals(99, task.registers().get(UserRegisters.RAX));
        assertEquals(~TaskSignals.UNBLOCKABLE, task.signals().mask());
        assertEquals(UserRegisters.USER_FLAGS | UserRegisters.FIXED_FLAGS, task.registers().get(UserRegisters.RFLAGS));
        assertTrue(process.kernel().end().isEmpty());
    }

    @Test
    void aReturnToNoUserAddressIsASegmentationFault() {
        handle(SIGUSR1, SignalAction.SA_RESTORER, 0);
        post(SIGUSR1);
        process.deliver();
        task.user().writeLong(task.registers().get(UserRegisters.RDX) + 168, AddressSpace.TASK_SIZE);
        returnFromHandler();
        assertKilled(SignalNames.SIGSEGV);
    }

    @Test
    void aReturnWithoutAFrameIsASegmentationFault() {
        task.registers().set(UserRegisters.RSP, 0x7000_0000);
        process.call(RT_SIGRETURN);
        assertKilled(SignalNames.SIGSEGV);
    }

    @Test
    void vectorStateThatTheProcessorWouldRefuseIsASegmentationFault() {
        for (int offset : new int[] {26, 520, 575}) {
            try (TestProcess other = new TestProcess()) {
                TestProcess p = other;
                handle(p, SIGUSR1, SignalAction.SA_RESTORER, 0);
                p.call(TKILL, 1, SIGUSR1);
                p.deliver();
                Task t = p.task();
                long fpstate = t.user().readLong(t.registers().get(UserRegisters.RDX) + 224);
                t.user().writeBytes(fpstate + offset, new byte[] {1});
                t.registers().set(UserRegisters.RSP, t.registers().get(UserRegisters.RSP) + 8);
                p.call(RT_SIGRETURN);
                assertEquals(SignalNames.SIGSEGV, ((Outcome.Killed) p.kernel().end().orElseThrow()).signal(), "byte " + offset);
            }
        }
    }

    @Test
    void featuresThatTheMachineHasNotAreLeftOut() {
        handle(SIGUSR1, SignalAction.SA_RESTORER, 0);
        post(SIGUSR1);
        process.deliver();
        long fpstate = task.user().readLong(task.registers().get(UserRegisters.RDX) + 224);
        task.user().writeLong(fpstate + 512, -1);
        task.user().writeLong(fpstate + 472, -1);
        returnFromHandler();
        assertTrue(process.kernel().end().isEmpty());
        assertEquals(3, task.fpu().read()[512]);
        assertEquals(0, task.fpu().read()[513]);
    }

    @Test
    void anAlternateStackIsUsedAndLeftAgain() {
        long base = TestProcess.BASE + 0x1_0000;
        alternateStack(base, 8192);
        handle(SIGUSR1, SignalAction.SA_RESTORER | SignalAction.SA_ONSTACK, 0);
        handle(12, SignalAction.SA_RESTORER | SignalAction.SA_ONSTACK, 0);
        post(SIGUSR1);
        process.deliver();
        long first = task.registers().get(UserRegisters.RSP);
        assertTrue(first > base && first < base + 8192);
        assertEquals(-1, process.call(SIGALTSTACK, TestProcess.DATA, 0), "EPERM while in use");
        post(12);
        process.deliver();
        long second = task.registers().get(UserRegisters.RSP);
        assertTrue(second > base && second < first, "a nested handler goes on below");
        returnFromHandler();
        assertEquals(first, task.registers().get(UserRegisters.RSP));
        returnFromHandler();
        assertEquals(TestProcess.STACK, task.registers().get(UserRegisters.RSP));
        assertFalse(task.signals().stack().holds(task.registers().get(UserRegisters.RSP)));
    }

    @Test
    void anAlternateStackThatOverflowsEndsTheProgram() {
        long base = TestProcess.BASE + 0x1_0000;
        alternateStack(base, 2048);
        for (int signal = 1; signal <= 8; signal++) {
            handle(signal, SignalAction.SA_RESTORER | SignalAction.SA_ONSTACK, 0);
        }
        for (int signal = 1; signal <= 8 && process.kernel().end().isEmpty(); signal++) {
            post(signal);
            process.deliver();
        }
        assertKilled(SignalNames.SIGSEGV);
    }

    @Test
    void aHandlerOfStackOverflowRunsOnTheAlternateStack() {
        alternateStack(TestProcess.BASE + 0x1_0000, 8192);
        handle(SignalNames.SIGSEGV, SignalAction.SA_RESTORER | SignalAction.SA_ONSTACK, 0);
        handle(SIGUSR1, SignalAction.SA_RESTORER, 0);
        task.registers().set(UserRegisters.RSP, 0x7000_0000);
        post(SIGUSR1);
        process.deliver();
        assertTrue(process.kernel().end().isEmpty());
        assertEquals(SignalNames.SIGSEGV, task.registers().get(UserRegisters.RDI));
        long context = task.registers().get(UserRegisters.RDX);
        assertEquals(0x7000_0000, task.user().readLong(context + 160), "the handler that had no room is given up");
    }

    @Test
    void noRoomForTheFrameAndNoOtherStackEndsTheProgram() {
        handle(SignalNames.SIGSEGV, SignalAction.SA_RESTORER, 0);
        task.registers().set(UserRegisters.RSP, 0x7000_0000);
        process.kernel().signals().fault(task, SignalNames.SIGSEGV, 1, 0x6fff_fff8, 14, 6, "no mapping");
        process.deliver();
        assertKilled(SignalNames.SIGSEGV);
    }

    @Test
    void aHandlerWithoutARestorerEndsTheProgram() {
        handle(SIGUSR1, 0, 0);
        post(SIGUSR1);
        process.deliver();
        assertKilled(SignalNames.SIGSEGV);
    }

    private Map<String, Long> numberRegisters() {
        Map<String, Long> expected = new LinkedHashMap<>();
        String[] names = {"RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RSP", "RBP", "R8", "R9", "R10", "R11", "R12", "R13",
            "R14", "R15"};
        for (int i = 0; i < names.length; i++) {
            if (i != UserRegisters.RSP) {
                expected.put("uc_mcontext.gregs[REG_" + names[i] + "]", 0x1111_0000_0000L + i);
            }
        }
        expected.put("uc_mcontext.gregs[REG_RSP]", TestProcess.STACK);
        expected.put("uc_mcontext.gregs[REG_RIP]", TestProcess.BASE + 0x100);
        expected.put("uc_mcontext.gregs[REG_EFL]", UserRegisters.FIXED_FLAGS | 0x41);
        numbered = true;
        setNumbers();
        return expected;
    }

    /** The calls that a test makes use up registers: puts the numbers in again. */
    private void setNumbers() {
        for (int i = 0; numbered && i < 16; i++) {
            if (i != UserRegisters.RSP) {
                task.registers().set(i, 0x1111_0000_0000L + i);
            }
        }
        if (numbered) {
            task.registers().setFlags(0x41);
        }
    }

    private void post(int signal) {
        assertEquals(0, process.call(TKILL, 1, signal));
        setNumbers();
    }

    private void handle(int signal, long flags, long mask) {
        handle(process, signal, flags, mask);
        setNumbers();
    }

    private static void handle(TestProcess process, int signal, long flags, long mask) {
        new SignalAction(HANDLER, flags, RESTORER, mask).write(process.task().user(), TestProcess.DATA);
        assertEquals(0, process.call(RT_SIGACTION, signal, TestProcess.DATA, 0, 8));
    }

    private void alternateStack(long base, long size) {
        task.user().writeLong(TestProcess.DATA, base);
        task.user().writeLong(TestProcess.DATA + 8, 0);
        task.user().writeLong(TestProcess.DATA + 16, size);
        assertEquals(0, process.call(SIGALTSTACK, TestProcess.DATA, 0));
    }

    /** The handler's {@code ret} into the restorer, which makes the call. */
    private void returnFromHandler() {
        task.registers().set(UserRegisters.RSP, task.registers().get(UserRegisters.RSP) + 8);
        process.call(RT_SIGRETURN);
    }

    private void assertKilled(int signal) {
        assertEquals(signal, ((Outcome.Killed) process.kernel().end().orElseThrow()).signal());
    }

    /** offsetof for each field, by the C compiler. */
    private Map<String, Long> offsets(String type, String... fields) throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/gcc")), "needs gcc and the C library's headers");
        StringBuilder program = new StringBuilder("#define _GNU_SOURCE\n#include <stdio.h>\n#include <stddef.h>\n"
                + "#include <signal.h>\n#include <ucontext.h>\nint main(){\n");
        for (String field : fields) {
            program.append("printf(\"%zu\\n\", offsetof(").append(type).append(", ").append(field).append("));\n");
        }
        Path source = folder.resolve("offsets.c");
        Files.writeString(source, program.append("}\n"));
        Path binary = folder.resolve("offsets");
        assertEquals(0, new ProcessBuilder("gcc", source.toString(), "-o", binary.toString()).inheritIO().start().waitFor());
        Process run = new ProcessBuilder(binary.toString()).start();
        String[] lines = new String(run.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\n");
        Map<String, Long> found = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i++) {
            found.put(fields[i], Long.parseLong(lines[i]));
        }
        return found;
    }
}
