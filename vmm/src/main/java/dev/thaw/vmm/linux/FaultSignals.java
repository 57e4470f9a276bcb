package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.linux.mm.Fault;

/** Which signal Linux makes of which fault of ring 3: arch/x86/kernel/traps.c and mm/fault.c as behaviour. */
final class FaultSignals {
    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGBUS = 7;
    private static final int SIGFPE = 8;
    private static final int SIGSEGV = 11;

    /** si_code values, asm-generic/siginfo.h. */
    private static final int SEGV_MAPERR = 1;
    private static final int SEGV_ACCERR = 2;
    private static final int BUS_ADRALN = 1;
    private static final int BUS_ADRERR = 2;
    private static final int ILL_ILLOPN = 2;
    private static final int FPE_INTDIV = 1;
    private static final int TRAP_BRKPT = 1;
    private static final int TRAP_TRACE = 2;
    private static final int SI_KERNEL = 0x80;

    /** Page fault error code, SDM vol. 3A figure 4-12. */
    private static final long PF_PROT = 1;
    /** Write, user, instruction fetch. */
    private static final long PF_ACCESS = 0x16;

    private static final int GENERAL_PROTECTION = 13;
    private static final int PAGE_FAULT = 14;

    /** Opcodes of int1 and of int with a vector, SDM vol. 2A. */
    private static final int INT1 = 0xf1;
    private static final int INT_N = 0xcd;

    private final Kernel kernel;

    FaultSignals(Kernel kernel) {
        this.kernel = kernel;
    }

    void pageFault(Task task, long address, long reported, Fault fault) {
        // What lies beyond user space looks present to a program, whatever is there: set_signal_archinfo of mm/fault.c.
        // kvm_pvm reports its own shadow entries as reserved bits.
        long error = address < 0 || address >= AddressSpace.TASK_SIZE ? reported & PF_ACCESS | PF_PROT : reported;
        switch (fault) {
            case NO_MAPPING -> raise(task, SIGSEGV, SEGV_MAPERR, address, PAGE_FAULT, error, "no mapping at");
            case NOT_ALLOWED -> raise(task, SIGSEGV, SEGV_ACCERR, address, PAGE_FAULT, error, "access not allowed at");
            case NO_DATA -> raise(task, SIGBUS, BUS_ADRERR, address, PAGE_FAULT, error, "beyond the mapped file at");
            case MAPPED -> { }
        }
    }

    void exception(Task task, int vector, long error) {
        long rip = task.registers().get(UserRegisters.RIP);
        switch (vector) {
            case 0 -> raise(task, SIGFPE, FPE_INTDIV, rip, vector, error, "integer division at");
            case 1 -> raise(task, SIGTRAP, codeIs(task, rip - 1, INT1) ? TRAP_BRKPT : TRAP_TRACE, rip, vector, error,
                    "debug trap at");
            case 3 -> raise(task, SIGTRAP, SI_KERNEL, 0, vector, error, "breakpoint before");
            case 5, 6 -> {
                if (codeIs(task, rip, INT_N)) {
                    raise(task, SIGSEGV, SI_KERNEL, 0, GENERAL_PROTECTION, interruptError(task, rip), "software interrupt at");
                } else {
                    raise(task, SIGILL, ILL_ILLOPN, rip, vector, error, "invalid instruction at");
                }
            }
            case 16 -> raise(task, SIGFPE, x87Code(task), rip, vector, error, "x87 floating point at");
            case 19 -> raise(task, SIGFPE, simdCode(task), rip, vector, error, "SIMD floating point at");
            case 17 -> raise(task, SIGBUS, BUS_ADRALN, 0, vector, error, "unaligned access, instruction at");
            case 12 -> raise(task, SIGBUS, SI_KERNEL, 0, vector, error, "stack segment fault, instruction at");
            default -> raise(task, SIGSEGV, SI_KERNEL, 0, vector, error, "general protection, instruction at");
        }
    }

    /** Whether the program has this opcode there. */
    private static boolean codeIs(Task task, long address, int opcode) {
        try {
            return task.user().readByte(address) == opcode;
        } catch (GuestError e) {
            return false;
        }
    }

    /**
     * The error code of an interrupt gate that ring 3 may not use: vector times 8, plus IDT (SDM vol. 3A section 6.13). On kvm_pvm
     * KVM gives up on the instruction instead of raising the fault.
     */
    private static long interruptError(Task task, long rip) {
        try {
            return task.user().readByte(rip + 1) * 8L + 2;
        } catch (GuestError e) {
            return 2;
        }
    }

    /** What a task registered by rseq(2) cannot be used: kernel/rseq.c sends SIGSEGV. */
    void badSequence(Task task) {
        raise(task, SIGSEGV, SI_KERNEL, 0, 0, 0, "a broken restartable sequence at");
    }

    /** A port instruction of ring 3: the general protection fault that IOPL 0 means. */
    void portAccess(Task task) {
        UserRegisters r = task.registers();
        r.set(UserRegisters.RIP, instructionBefore(task, r.get(UserRegisters.RIP)));
        raise(task, SIGSEGV, SI_KERNEL, 0, GENERAL_PROTECTION, 0, "port instruction at");
    }

    /** Where KVM emulated the instruction, rip is already behind it. */
    private static long instructionBefore(Task task, long rip) {
        for (int back = 0; back <= 2; back++) {
            try {
                int opcode = task.user().readByte(rip - back);
                boolean immediate = opcode >= 0xe4 && opcode <= 0xe7;
                boolean register = opcode >= 0xec && opcode <= 0xef;
                boolean string = opcode >= 0x6c && opcode <= 0x6f;
                if (back == 0 && (immediate || register || string) || back == 1 && (register || string)
                        || back == 2 && immediate) {
                    return rip - back;
                }
            } catch (GuestError e) {
                return rip;
            }
        }
        return rip;
    }

    private static int x87Code(Task task) {
        byte[] image = task.fpu().read();
        int status = image[2] & 0xff & ~(image[0] & 0x3f);
        return floatingPoint(status);
    }

    private static int simdCode(Task task) {
        byte[] image = task.fpu().read();
        int mxcsr = image[24] & 0xff | (image[25] & 0xff) << 8;
        return floatingPoint(mxcsr & ~(mxcsr >> 7) & 0x3f);
    }

    /** FPE_ codes by the unmasked exception bits: invalid, denormal, divide, overflow, underflow, precision. */
    private static int floatingPoint(int status) {
        if ((status & 1) != 0) {
            return 7;
        }
        if ((status & 4) != 0) {
            return 3;
        }
        if ((status & 8) != 0) {
            return 4;
        }
        if ((status & 0x12) != 0) {
            return 5;
        }
        return (status & 0x20) != 0 ? 6 : 0;
    }

    private void raise(Task task, int signal, int code, long address, int trap, long error, String what) {
        long rip = task.registers().get(UserRegisters.RIP);
        String cause = what + " 0x" + Long.toHexString(address == 0 && code == SI_KERNEL ? rip : address)
                + " (rip 0x" + Long.toHexString(rip) + ")";
        kernel.signals().fault(task, signal, code, address, trap, error, cause);
    }
}
