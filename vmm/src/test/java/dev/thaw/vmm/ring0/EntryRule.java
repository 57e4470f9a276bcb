package dev.thaw.vmm.ring0;

import dev.thaw.vmm.kvm.EntryState;
import dev.thaw.vmm.kvm.EntryState.Segment;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One demand of a processor's manual on the guest state of a VM entry.
 *
 * @param section where it stands
 * @param demand the demand, with the register's name
 * @param holds whether a state meets it
 * @param violation makes a state that meets it one that does not
 */
record EntryRule(String section, String demand, Predicate<EntryState> holds, Consumer<EntryState> violation) {

    /** The same demand on one of several segment registers. */
    static EntryRule ofSegment(String section, SegmentName segment, String demand, Predicate<Segment> holds,
            Consumer<Segment> violation) {
        return new EntryRule(section, segment + ": " + demand, state -> holds.test(segment.of(state)),
                state -> violation.accept(segment.of(state)));
    }

    String title() {
        return section + " " + demand;
    }

    /** The segment registers by name. */
    enum SegmentName {
        CS(s -> s.cs), SS(s -> s.ss), DS(s -> s.ds), ES(s -> s.es), FS(s -> s.fs), GS(s -> s.gs), TR(s -> s.tr), LDTR(s -> s.ldtr);

        private final Function<EntryState, Segment> field;

        SegmentName(Function<EntryState, Segment> field) {
            this.field = field;
        }

        Segment of(EntryState state) {
            return field.apply(state);
        }
    }

    static boolean bit(long value, int bit) {
        return (value >>> bit & 1) != 0;
    }

    /** Whether bits 63 to 47 are the same: with CR4.LA57 clear an address has 48 bits (SDM vol. 1 section 3.3.7.1). */
    static boolean canonical(long address) {
        return address << 16 >> 16 == address;
    }

    static final long NOT_CANONICAL = 0x0000_8000_0000_0000L;
}
