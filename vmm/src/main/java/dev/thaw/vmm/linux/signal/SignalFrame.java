package dev.thaw.vmm.linux.signal;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Task;
import dev.thaw.vmm.linux.UserRegisters;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * {@code struct rt_sigframe} of arch/x86/include/asm/sigframe.h on the guest's stack: return address, ucontext, siginfo. The
 * ucontext is that of asm-generic/ucontext.h with {@code struct sigcontext_64}; programs read and rewrite it.
 */
final class SignalFrame {
    static final int SIZE = 440;
    static final int UCONTEXT = 8;
    static final int SIGINFO = 312;

    private static final int UC_STACK = UCONTEXT + 16;
    private static final int SIGCONTEXT = UCONTEXT + 40;
    private static final int SEGMENTS = SIGCONTEXT + 144;
    private static final int ERROR_CODE = SIGCONTEXT + 152;
    private static final int TRAP_NUMBER = SIGCONTEXT + 160;
    private static final int OLD_MASK = SIGCONTEXT + 168;
    private static final int CR2 = SIGCONTEXT + 176;
    private static final int FPSTATE = SIGCONTEXT + 184;
    private static final int UC_SIGMASK = UCONTEXT + 296;

    /** The general registers in the order of sigcontext_64, from its first byte. */
    private static final int[] ORDER = {
        UserRegisters.R8, UserRegisters.R9, UserRegisters.R10, UserRegisters.R11, UserRegisters.R12, UserRegisters.R13,
        UserRegisters.R14, UserRegisters.R15, UserRegisters.RDI, UserRegisters.RSI, UserRegisters.RBP, UserRegisters.RBX,
        UserRegisters.RDX, UserRegisters.RAX, UserRegisters.RCX, UserRegisters.RSP, UserRegisters.RIP, UserRegisters.RFLAGS
    };

    /** UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS: asm/ucontext.h. */
    private static final long UC_FLAGS = 7;
    /** __USER_CS and __USER_DS of asm/segment.h, as programs expect to see them. */
    private static final short USER_CS = 0x33;
    private static final short USER_SS = 0x2b;
    /** The bytes below the stack pointer that a function may use: psABI section 3.2.2. */
    private static final long RED_ZONE = 128;
    /** A handler begins without DF, RF and TF. */
    private static final long CLEARED_FLAGS = 0x1_0500L;

    private SignalFrame() {}

    /**
     * Builds the frame and points the registers at the handler. Changes no register when it fails.
     *
     * @param mask what the handler's return is to bring back
     * @return false when the stack has no room or cannot be written, or there is no restorer
     */
    static boolean build(Task task, SignalInfo info, SignalAction action, long mask) {
        if (!action.has(SignalAction.SA_RESTORER)) {
            return false;
        }
        UserRegisters registers = task.registers();
        AlternateStack stack = task.signals().stack();
        long sp = registers.get(UserRegisters.RSP);
        boolean nested = stack.holds(sp);
        boolean entering = false;
        sp -= RED_ZONE;
        if (action.has(SignalAction.SA_ONSTACK) && stack.state(sp) == 0) {
            sp = stack.top();
            entering = true;
        }
        long fpstate = (sp - FpuFrame.size(task.fpu())) & -FpuFrame.ALIGNMENT;
        long frame = ((fpstate - SIZE) & -16) - 8;
        if ((nested || entering) && !stack.contains(frame)) {
            return false;
        }
        try {
            task.user().writeBytes(fpstate, FpuFrame.image(task.fpu()));
            task.user().writeBytes(frame, bytes(task, info, action, mask, fpstate));
        } catch (GuestError e) {
            return false;
        }
        stack.entered();
        task.fpu().write(FpuFrame.initial(task.fpu()));
        registers.set(UserRegisters.RDI, info.signo());
        registers.set(UserRegisters.RSI, frame + SIGINFO);
        registers.set(UserRegisters.RDX, frame + UCONTEXT);
        registers.set(UserRegisters.RAX, 0);
        registers.set(UserRegisters.RSP, frame);
        registers.set(UserRegisters.RIP, action.handler());
        registers.setFlags(registers.get(UserRegisters.RFLAGS) & ~CLEARED_FLAGS);
        return true;
    }

    private static byte[] bytes(Task task, SignalInfo info, SignalAction action, long mask, long fpstate) {
        byte[] bytes = new byte[SIZE];
        MemorySegment out = MemorySegment.ofArray(bytes);
        TaskSignals signals = task.signals();
        out.set(JAVA_LONG_UNALIGNED, 0, action.restorer());
        out.set(JAVA_LONG_UNALIGNED, UCONTEXT, UC_FLAGS);
        out.set(JAVA_LONG_UNALIGNED, UC_STACK, signals.stack().base());
        out.set(JAVA_INT_UNALIGNED, UC_STACK + 8, signals.stack().flags());
        out.set(JAVA_LONG_UNALIGNED, UC_STACK + 16, signals.stack().size());
        for (int i = 0; i < ORDER.length; i++) {
            out.set(JAVA_LONG_UNALIGNED, SIGCONTEXT + 8L * i, task.registers().get(ORDER[i]));
        }
        out.set(JAVA_SHORT_UNALIGNED, SEGMENTS, USER_CS);
        out.set(JAVA_SHORT_UNALIGNED, SEGMENTS + 6, USER_SS);
        out.set(JAVA_LONG_UNALIGNED, ERROR_CODE, signals.errorCode());
        out.set(JAVA_LONG_UNALIGNED, TRAP_NUMBER, signals.trapNumber());
        out.set(JAVA_LONG_UNALIGNED, OLD_MASK, mask);
        out.set(JAVA_LONG_UNALIGNED, CR2, signals.faultAddress());
        out.set(JAVA_LONG_UNALIGNED, FPSTATE, fpstate);
        out.set(JAVA_LONG_UNALIGNED, UC_SIGMASK, mask);
        info.put(out, SIGINFO);
        return bytes;
    }

    /**
     * Takes everything back from the frame below which the handler returned: registers, mask, alternate stack. The guest may
     * have written anything there. False, and nothing changed, when it cannot be read or holds what ring 3 may not have.
     */
    static boolean restore(Task task) {
        UserMemory user = task.user();
        UserRegisters registers = task.registers();
        byte[] bytes;
        Optional<byte[]> fpu;
        try {
            // The handler's return popped the restorer's address.
            bytes = user.readBytes(registers.get(UserRegisters.RSP) - 8, SIGINFO);
            long fpstate = MemorySegment.ofArray(bytes).get(JAVA_LONG_UNALIGNED, FPSTATE);
            fpu = FpuFrame.read(task.fpu(), user, fpstate);
        } catch (GuestError e) {
            return false;
        }
        MemorySegment in = MemorySegment.ofArray(bytes);
        long rip = in.get(JAVA_LONG_UNALIGNED, SIGCONTEXT + 8 * 16);
        if (fpu.isEmpty() || rip < 0 || rip >= AddressSpace.TASK_SIZE) {
            return false;
        }
        for (int i = 0; i < ORDER.length; i++) {
            registers.set(ORDER[i], in.get(JAVA_LONG_UNALIGNED, SIGCONTEXT + 8L * i));
        }
        registers.setFlags(registers.get(UserRegisters.RFLAGS));
        task.fpu().write(fpu.get());
        task.signals().setMask(in.get(JAVA_LONG_UNALIGNED, UC_SIGMASK));
        // As in Linux, a stack that cannot be set is left as it was.
        task.signals().stack().set(in.get(JAVA_LONG_UNALIGNED, UC_STACK), in.get(JAVA_INT_UNALIGNED, UC_STACK + 8),
                in.get(JAVA_LONG_UNALIGNED, UC_STACK + 16), registers.get(UserRegisters.RSP));
        return true;
    }
}
