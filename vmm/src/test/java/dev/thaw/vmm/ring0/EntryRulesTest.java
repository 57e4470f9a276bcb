package dev.thaw.vmm.ring0;

import static dev.thaw.vmm.ring0.Ring0Layout.FIXED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.thaw.vmm.kvm.EntryState;
import dev.thaw.vmm.kvm.SpecialRegisters;
import dev.thaw.vmm.linux.mm.AddressSpace;
import dev.thaw.vmm.memory.GuestMemory;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The registers and tables with which a vCPU enters meet what Intel's and AMD's manuals demand of a VM entry, rule by rule: there is not
 * a machine of each kind to try it on, and KVM's software paging forgives much. Each rule is also shown a state that breaks it. Needs no
 * KVM.
 */
class EntryRulesTest {
    private static final int LAST_CPU = Ring0Layout.MAX_CPUS - 1;
    private static final long LAST_BYTE = AddressSpace.TASK_SIZE - 1;

    @TestFactory
    Stream<DynamicContainer> intelsRulesHold() {
        return eachState(IntelEntryRules.all());
    }

    @TestFactory
    Stream<DynamicContainer> amdsRulesHold() {
        return eachState(AmdEntryRules.all());
    }

    @TestFactory
    Stream<DynamicTest> tablesInMemoryHold() {
        return DescriptorRule.all().stream().flatMap(rule -> Stream.of(
                dynamicTest(rule.title(), () -> {
                    try (GuestMemory memory = ring0()) {
                        assertTrue(rule.holds().test(memory, ring3(0, 0)));
                        assertTrue(rule.holds().test(memory, ring3(LAST_CPU, 0)), "for the last vCPU");
                    }
                }),
                dynamicTest("broken: " + rule.title(), () -> {
                    try (GuestMemory memory = ring0()) {
                        rule.violation().accept(memory);
                        assertFalse(rule.holds().test(memory, ring3(0, 0)), "the rule does not notice");
                    }
                })));
    }

    /** The states that the monitor enters with: ring 3 whatever flags a program asks for, and ring 0 before a first return. */
    private static Map<String, Supplier<EntryState>> states() {
        return Map.of("ring 3, no flags", () -> ring3(0, 0),
                "ring 3 of the last vCPU, all flags", () -> ring3(LAST_CPU, -1),
                "ring 0, at the page-table edits", EntryRulesTest::editing);
    }

    private static EntryState ring3(int cpu, long flags) {
        SpecialRegisters registers = EntryRegisters.ring3(EntryState.noise(), cpu).threadBases(LAST_BYTE, LAST_BYTE);
        return EntryState.of(registers, LAST_BYTE, EntryRegisters.userFlags(flags), EntryRegisters.lstar());
    }

    private static EntryState editing() {
        SpecialRegisters registers = EntryRegisters.ring0(EntryRegisters.ring3(EntryState.noise(), 0), LAST_BYTE, LAST_BYTE);
        return EntryState.of(registers, FIXED + Ring0Layout.STUB_EDIT, EntryRegisters.RING0_FLAGS, EntryRegisters.lstar());
    }

    private static GuestMemory ring0() {
        long size = Ring0Layout.reserved(4 << 20) + (4 << 20);
        GuestMemory memory = GuestMemory.anonymous(size, Ring0Layout.reserved(4 << 20));
        Ring0Image.write(memory);
        for (int cpu = 1; cpu < Ring0Layout.MAX_CPUS; cpu++) {
            Ring0Image.tss(memory, cpu);
        }
        return memory;
    }

    private static Stream<DynamicContainer> eachState(List<EntryRule> rules) {
        return states().entrySet().stream().map(state -> dynamicContainer(state.getKey(), rules.stream().flatMap(rule -> Stream.of(
                dynamicTest(rule.title(), () -> assertTrue(rule.holds().test(state.getValue().get()))),
                dynamicTest("broken: " + rule.title(), () -> {
                    EntryState broken = state.getValue().get();
                    rule.violation().accept(broken);
                    assertFalse(rule.holds().test(broken), "the rule does not notice");
                })))));
    }
}
