package dev.thaw.vmm.ring0;

/** Why ring 3 came out. The task's registers are up to date whenever one of these is returned. */
public sealed interface Trap {
    /** The program executed {@code syscall}; rip is the instruction behind it, rcx and r11 are as the processor left them. */
    record SystemCall() implements Trap {}

    /**
     * A page fault.
     *
     * @param address CR2
     * @param error the processor's error code (SDM vol. 3A section 4.7): bit 0 present, 1 write, 2 user, 4 instruction fetch
     */
    record PageFault(long address, long error) implements Trap {}

    /** Another exception of ring 3. @param vector 0 to 31 @param error the error code, 0 where the vector has none */
    record Exception(int vector, long error) implements Trap {}

    /** The program executed a port instruction, which ring 3 may not; rip is that instruction. */
    record PortAccess() implements Trap {}

    /** A kick came; the registers are those with which ring 3 goes on. */
    record Interrupted() implements Trap {}

    /** The vCPU cannot go on: ring 0 faulted, or KVM gave up. */
    record Broken(String cause) implements Trap {}
}
