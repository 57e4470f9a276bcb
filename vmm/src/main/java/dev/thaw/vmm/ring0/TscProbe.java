package dev.thaw.vmm.ring0;

import dev.thaw.vmm.host.HostTsc;
import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.lang.foreign.ValueLayout;

/** Finds out on a VM of its own whether ring 3's {@code rdtsc} is the host's, and how fast the counter runs. */
public final class TscProbe {
    private static final long CODE = 0x40_0000;
    /** lfence; rdtsc; syscall. */
    private static final byte[] INSTRUCTIONS = {0x0f, (byte) 0xae, (byte) 0xe8, 0x0f, 0x31, 0x0f, 0x05};
    private static final long SIZE = 1 << 20;
    private static final int TRIES = 3;
    private static final int READINGS = 20;
    private static final int RAX = 0;
    private static final int RDX = 3;
    private static final int RIP = 16;
    /** How long the rate is compared with the host's clock, and how much they may differ: the clock is slewed by up to 500 ppm. */
    private static final long COMPARED_NANOS = 5_000_000;
    private static final long MOST_PARTS_PER_MILLION = 1000;

    private TscProbe() {}

    /**
     * Thousands of ticks a second; 0 where the guest's counter cannot be used: it is another than the host's, or it does not run at
     * the rate that KVM says. Takes some milliseconds.
     */
    public static int kilohertz(Kvm kvm, HostTsc tsc) {
        long reserved = Ring0Layout.reserved(SIZE);
        try (GuestMemory memory = GuestMemory.anonymous(reserved + SIZE, reserved)) {
            Ring0Image.write(memory);
            PageTables tables = new PageTables(memory, Ring0Layout.pageTableRoot());
            long frame = memory.allocate();
            for (int i = 0; i < INSTRUCTIONS.length; i++) {
                memory.segment().set(ValueLayout.JAVA_BYTE, frame + i, INSTRUCTIONS[i]);
            }
            tables.map(CODE, frame, PageTables.USER);
            BlankVm blank = BlankVm.create(kvm);
            int kilohertz = blank.first().vcpu().tscKilohertz();
            try (GuestVm vm = new GuestVm(blank, memory, address -> address == CODE + 5)) {
                return kilohertz > 0 && same(vm.first(), tsc) && same(vm.add(), tsc) && runsAt(kilohertz, tsc) ? kilohertz : 0;
            }
        }
    }

    private static boolean same(GuestCpu cpu, HostTsc tsc) {
        for (int i = 0; i < TRIES; i++) {
            long[] registers = new long[18];
            registers[RIP] = CODE;
            long before = tsc.read();
            Trap trap = cpu.enter(registers);
            long after = tsc.read();
            long inside = registers[RDX] << 32 | registers[RAX] & 0xffff_ffffL;
            if (!(trap instanceof Trap.SystemCall) || inside - before < 0 || after - inside < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean runsAt(int kilohertz, HostTsc tsc) {
        Reading first = Reading.take(tsc);
        while (System.nanoTime() - first.nanos < COMPARED_NANOS) {
            Thread.onSpinWait();
        }
        Reading second = Reading.take(tsc);
        long expected = (second.nanos - first.nanos) * kilohertz / 1_000_000;
        return Math.abs(second.ticks - first.ticks - expected) * 1_000_000 <= MOST_PARTS_PER_MILLION * expected;
    }

    /** Counter and clock at one moment. */
    private record Reading(long ticks, long nanos) {
        /** The closest of some: between two readings of the clock the thread may have had to wait for a processor. */
        static Reading take(HostTsc tsc) {
            Reading best = new Reading(0, 0);
            long closest = Long.MAX_VALUE;
            for (int i = 0; i < READINGS; i++) {
                long before = System.nanoTime();
                long ticks = tsc.read();
                long after = System.nanoTime();
                if (after - before < closest) {
                    closest = after - before;
                    best = new Reading(ticks, before + (after - before) / 2);
                }
            }
            return best;
        }
    }
}
