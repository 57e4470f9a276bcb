package dev.thaw.vmm.ring0;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.kvm.KvmUnavailableException;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ring 3 code of a few bytes on a real vCPU, without any Linux above. */
class GuestCpuTest {
    private static final long CODE = 0x40_0000;
    private static final long DATA = 0x60_0000;
    private static final int RAX = 0;
    private static final int RBX = 1;
    private static final int RCX = 2;
    private static final int RSP = 6;
    private static final int R12 = 12;
    private static final int RIP = 16;

    private Kvm kvm;
    private GuestMemory memory;
    private PageTables tables;
    private GuestVm vm;
    private GuestCpu cpu;
    private long codeFrame;
    private final long[] registers = new long[18];

    @BeforeEach
    void open() {
        try {
            kvm = Kvm.open();
        } catch (KvmUnavailableException e) {
            Assumptions.abort(e.getMessage());
        }
        long reserved = Ring0Layout.reserved(8 << 20);
        memory = GuestMemory.anonymous(reserved + (8 << 20), reserved);
        Ring0Image.write(memory);
        tables = new PageTables(memory, Ring0Layout.pageTableRoot());
        codeFrame = memory.allocate();
        assertTrue(tables.map(CODE, codeFrame, PageTables.USER));
        vm = new GuestVm(BlankVm.create(kvm), memory, this::isSyscall);
        cpu = vm.first();
        registers[RIP] = CODE;
        registers[RSP] = 0x7000_0000;
    }

    @AfterEach
    void close() {
        if (vm != null) {
            vm.close();
            memory.close();
        }
        if (kvm != null) {
            kvm.close();
        }
    }

    private boolean isSyscall(long address) {
        long at = address - CODE;
        return at >= 0 && at < 4095 && memory.segment().get(ValueLayout.JAVA_SHORT_UNALIGNED, codeFrame + at) == 0x050f;
    }

    private void code(int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            memory.segment().set(ValueLayout.JAVA_BYTE, codeFrame + i, (byte) bytes[i]);
        }
    }

    @Test
    void aSystemCallComesOutAndItsAnswerGoesIn() {
        code(0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0x89, 0xc3, 0x0f, 0x05); // mov eax,39; syscall; mov ebx,eax; syscall
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(39, registers[RAX]);
        assertEquals(CODE + 7, registers[RIP]);
        assertEquals(0x7000_0000, registers[RSP]);
        registers[RAX] = 1234;
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(1234, registers[RBX]);
        assertEquals(CODE + 11, registers[RIP]);
    }

    @Test
    void aPageFaultTellsItsAddressAndGoesAwayWhenThePageIsThere() {
        code(0x48, 0x8b, 0x1c, 0x25, 0x00, 0x00, 0x60, 0x00, 0x0f, 0x05); // mov rbx,[0x600000]; syscall
        Trap trap = cpu.enter(registers);
        assertEquals(new Trap.PageFault(DATA, 4), trap);
        long frame = memory.allocate();
        memory.putLong(frame, 42);
        tables.map(DATA, frame, PageTables.USER);
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(42, registers[RBX]);
    }

    @Test
    void anEditedEntryShowsItsNewPageAtOnce() {
        code(0x48, 0x8b, 0x1c, 0x25, 0x00, 0x00, 0x60, 0x00, 0x0f, 0x05, // mov rbx,[0x600000]; syscall
                0x4c, 0x8b, 0x24, 0x25, 0x00, 0x00, 0x60, 0x00, 0x0f, 0x05); // mov r12,[0x600000]; syscall
        long one = memory.allocate();
        long two = memory.allocate();
        memory.putLong(one, 1);
        memory.putLong(two, 2);
        tables.map(DATA, one, PageTables.USER);
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        tables.map(DATA, two, PageTables.USER);
        assertEquals(1, tables.edits().count());
        assertTrue(cpu.apply(tables.edits()));
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(1, registers[RBX]);
        assertEquals(2, registers[R12]);
    }

    @Test
    void editsCanBeAppliedBeforeTheFirstEntry() {
        code(0x48, 0x8b, 0x1c, 0x25, 0x00, 0x00, 0x60, 0x00, 0x0f, 0x05);
        long one = memory.allocate();
        long two = memory.allocate();
        memory.putLong(two, 2);
        tables.map(DATA, one, PageTables.USER);
        tables.map(DATA, two, PageTables.USER);
        assertTrue(cpu.apply(tables.edits()));
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(2, registers[RBX]);
    }

    @Test
    void thousandsOfEditsTakeSeveralRounds() {
        code(0x48, 0x8b, 0x1c, 0x25, 0x00, 0x00, 0x60, 0x00, 0x0f, 0x05, 0x48, 0x8b, 0x1c, 0x25, 0x00, 0x00, 0x60, 0x00);
        long frame = memory.allocate();
        for (int i = 0; i < 3 * Ring0Layout.MAX_EDITS / 2; i++) {
            tables.map(DATA + 4096L * i, frame, PageTables.USER);
        }
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        for (int i = 0; i < 3 * Ring0Layout.MAX_EDITS / 2; i++) {
            tables.clear(DATA + 4096L * i);
        }
        assertTrue(cpu.apply(tables.edits()));
        assertEquals(new Trap.PageFault(DATA, 4), cpu.enter(registers));
    }

    @Test
    void ringZeroIsOutOfReach() {
        // mov rax, address; mov rax,[rax]
        for (long address : new long[] {Ring0Layout.LINEAR, Ring0Layout.LINEAR + Ring0Layout.PML4,
                Ring0Layout.FIXED + Ring0Layout.STUBS, Ring0Layout.FIXED + Ring0Layout.tss(0)}) {
            code(0x48, 0xb8, (int) address, (int) (address >> 8), (int) (address >> 16), (int) (address >> 24),
                    (int) (address >> 32), (int) (address >> 40), (int) (address >> 48), (int) (address >> 56),
                    0x48, 0x8b, 0x00);
            registers[RIP] = CODE;
            Trap trap = cpu.enter(registers);
            assertEquals(address, assertInstanceOf(Trap.PageFault.class, trap).address());
            assertEquals(CODE + 10, registers[RIP]);
        }
    }

    @Test
    void aJumpToTheSystemCallStubIsAFaultAndNoSystemCall() {
        long stub = Ring0Layout.FIXED + Ring0Layout.STUB_SYSCALL;
        code(0x31, 0xc9, 0x48, 0xb8, (int) stub, (int) (stub >> 8), (int) (stub >> 16), (int) (stub >> 24),
                (int) (stub >> 32), (int) (stub >> 40), (int) (stub >> 48), (int) (stub >> 56), 0xff, 0xe0);
        Trap trap = cpu.enter(registers);
        assertEquals(stub, assertInstanceOf(Trap.PageFault.class, trap).address());
        assertEquals(stub, registers[RIP]);
    }

    @Test
    void aForgedPortIsAnAccessViolationOfTheProgram() {
        for (int port : new int[] {Ring0Layout.PORT_SYSCALL, Ring0Layout.PORT_EDITS_DONE, Ring0Layout.PORT_VECTOR + 14, 0}) {
            code(0x90, 0xe6, port, 0x0f, 0x05);
            registers[RIP] = CODE;
            Trap trap = cpu.enter(registers);
            assertTrue(trap instanceof Trap.PortAccess || trap.equals(new Trap.Exception(13, 0)), trap.toString());
            registers[RIP] = CODE + 3;
            assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers), "the vCPU is as good as before");
        }
    }

    @Test
    void privilegedInstructionsAreGeneralProtection() {
        for (int[] instruction : new int[][] {{0xf4}, {0xfa}, {0x0f, 0x30}, {0x0f, 0x01, 0x38}, {0x0f, 0x22, 0xd8}}) {
            code(instruction);
            registers[RIP] = CODE;
            assertEquals(new Trap.Exception(13, 0), cpu.enter(registers), () -> "opcode " + instruction[0]);
            assertEquals(CODE, registers[RIP]);
        }
    }

    @Test
    void aBreakpointAnInvalidInstructionAndADivisionTellTheirVectors() {
        code(0xcc);
        assertEquals(new Trap.Exception(3, 0), cpu.enter(registers));
        assertEquals(CODE + 1, registers[RIP]);
        code(0x0f, 0x0b);
        registers[RIP] = CODE;
        assertEquals(new Trap.Exception(6, 0), cpu.enter(registers));
        code(0x31, 0xc9, 0xf7, 0xf1);
        registers[RIP] = CODE;
        assertEquals(new Trap.Exception(0, 0), cpu.enter(registers));
        assertEquals(CODE + 2, registers[RIP]);
        assertEquals(0, registers[RCX]);
    }

    @Test
    void aKickInterruptsAnEndlessLoop() throws InterruptedException {
        code(0xeb, 0xfe);
        Thread kicker = Thread.ofPlatform().start(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            cpu.kick().interrupt();
        });
        assertInstanceOf(Trap.Interrupted.class, cpu.enter(registers));
        kicker.join();
        assertEquals(CODE, registers[RIP]);
        code(0x0f, 0x05);
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers), "a kick counts once");
    }

    @Test
    void aKickBeforeTheEntryIsNotLost() {
        code(0xeb, 0xfe);
        cpu.kick().interrupt();
        assertInstanceOf(Trap.Interrupted.class, cpu.enter(registers));
    }

    @Test
    void aSystemCallWithABrokenStackPointerIsStillOne() {
        code(0x31, 0xe4, 0x0f, 0x05, 0x48, 0xbc, 0, 0, 0, 0, 0, 0x80, 0xff, 0xff, 0x0f, 0x05);
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(0, registers[RSP]);
        assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers));
        assertEquals(0xffff_8000_0000_0000L, registers[RSP]);
    }

    @Test
    void anAddressThatNoProcessorCanJumpToIsGeneralProtectionFromRing3AndFromAStub() {
        for (long address : new long[] {0x0000_8000_0000_0000L, 0xffff_7fff_ffff_ffffL, Long.MIN_VALUE}) {
            registers[RIP] = address;
            assertEquals(new Trap.Exception(13, 0), cpu.enter(registers));
            assertEquals(address, registers[RIP], "what a signal frame shows");
            code(0x0f, 0x05);
            registers[RIP] = CODE;
            assertInstanceOf(Trap.SystemCall.class, cpu.enter(registers), "the vCPU is as good as before");
        }
    }
}
