package dev.thaw.vmm;

import dev.thaw.vmm.RollbackResult.Reason;
import dev.thaw.vmm.RollbackResult.Refused;
import dev.thaw.vmm.host.HostException;
import dev.thaw.vmm.host.PrivatePages;
import dev.thaw.vmm.kvm.KvmException;
import dev.thaw.vmm.linux.mm.EarlyPage;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageRanges;
import dev.thaw.vmm.memory.PageTableEdits;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.ring0.GuestVm;
import dev.thaw.vmm.snapshot.Snapshot;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a used VM back to its snapshot. This is all that a program can have changed, and why putting it back is enough:
 *
 * <ol>
 * <li><b>Page tables.</b> Only the monitor writes them (ring 3 has no mapping of a table, ring 0's stubs store what the monitor lists,
 *     and Accessed and Dirty are set from the start, so no processor does). The journal knows each entry written since the thaw and its
 *     value before. Entries that are present now go back <em>through ring 0</em>, store and invlpg: KVM's shadow and every TLB learn of
 *     it. Entries that are not present are in no TLB and no shadow, and are simply stored.
 * <li><b>Memory.</b> The image is mapped privately, so a page that anybody wrote, a vCPU, the monitor or a system call of the host, is
 *     anonymous now, and the kernel tells which are. They are compared with the image and copied back; frames beyond the image are
 *     cleared, but for those that held a file's page before the VM first ran. Page tables are left out: step 1 put them back, and nobody may write a table behind a shadow's back. After it the frame
 *     allocator stands where it stood.
 * <li><b>Processors.</b> The pending exit of each is finished, pending exceptions are dropped, segments, thread bases, control and debug
 *     registers are set to a new vCPU's. General and extended registers belong to tasks, and are loaded whole when a task is taken up.
 *     Other vCPUs than the first drop their translations before they enter ring 3 again.
 * <li><b>The monitor.</b> Files, descriptors, mappings, signals, timers, sockets, threads, clocks and limits all hang on the kernel
 *     object. The old one lets go of the host and is dropped; a new one is loaded from the frozen state, as a thaw does it.
 * <li><b>Doubt.</b> A VM that did not stop as expected is refused and has to be closed. A program's own exit is a system call like
 *     any other, and all that it changes is in the kernel object.
 * </ol>
 *
 * <p>Ring 0's own pages are scratch of entries and hold nothing that outlives one; they go back with the rest of memory, but for each
 * vCPU's TSS, which is written anew.
 */
final class Rollback {
    /** The steps, for tests that leave one out and must fail. */
    enum Step { ENTRIES, TRANSLATIONS, IMAGE_PAGES, FRESH_PAGES, ALLOCATOR, PROCESSORS, MONITOR }

    /** Some 3 us an entry on kvm_pvm: beyond as many a new VM is as quick. */
    private static final int MAX_ENTRIES = 2048;
    /** 32 MB: some 10 ms of copying. */
    private static final int MAX_PAGES = 8192;
    /** A VM that holds this many times what its requests write, for as many rollbacks in a row, is exchanged for a smaller one. */
    private static final int OVERSIZE = 8;
    private static final int OVERSIZE_ROUNDS = 16;
    private static final int SMALL = 2048;
    private static final MemorySegment ZERO = MemorySegment.ofArray(new byte[(int) GuestMemory.PAGE]).asReadOnly();

    private final Snapshot snapshot;
    private final Map<Integer, MemorySegment> contents = new HashMap<>();
    private final GuestMemory memory;
    private final PageTables tables;
    private final GuestVm vm;
    private final Set<Step> left;
    private final PageRanges own = new PageRanges();
    private int oversized;
    private int written;

    /**
     * @param early what the VM has beyond the snapshot
     * @param left steps left out; none but in tests of the tests
     */
    Rollback(Snapshot snapshot, List<EarlyPage> early, GuestMemory memory, PageTables tables, GuestVm vm, Set<Step> left) {
        this.snapshot = snapshot;
        this.memory = memory;
        this.tables = tables;
        this.vm = vm;
        this.left = left.isEmpty() ? Set.of() : EnumSet.copyOf(left);
        standsHere(early);
    }

    /** The VM stands where it is to be put back to: at the snapshot, with these pages beyond it. */
    void standsHere(List<EarlyPage> early) {
        contents.clear();
        early.forEach(page -> page.content().ifPresent(content -> contents.put((int) (page.frame() / GuestMemory.PAGE), content)));
        memory.mark();
        tables.journal().begin();
    }

    /** Why this VM cannot be rolled back now; empty when it can. @param last how its last run ended */
    Optional<Refused> refusal(Outcome last) {
        if (!PrivatePages.known()) {
            return Optional.of(new Refused(Reason.HOST, "/proc/self/pagemap cannot be read"));
        }
        if (!last.resumable() && !(last instanceof Outcome.Exited)) {
            return Optional.of(new Refused(Reason.ENDED, "its last run ended with " + last));
        }
        if (!tables.journal().complete()) {
            return Optional.of(new Refused(Reason.MAPPINGS, "it changed more page-table entries than the journal takes"));
        }
        return Optional.empty();
    }

    /**
     * Steps 1 to 3; the monitor's state is the caller's. With the kernel's lock held, no vCPU running. After a refusal the VM is in no state
     * at all.
     */
    RollbackResult memoryAndProcessors() {
        try {
            if (has(Step.ENTRIES)) {
                tables.putBack();
            }
            int entries = tables.edits().count();
            if (entries > MAX_ENTRIES) {
                return new Refused(Reason.MAPPINGS, entries + " page-table entries have changed");
            }
            if (!applyEdits()) {
                return new Refused(Reason.FAILED, "ring 0 does not answer");
            }
            int held = findOwnPages();
            if (held > MAX_PAGES) {
                return new Refused(Reason.PAGES, held + " pages have been written");
            }
            putBackPages();
            if (oversized(held)) {
                return new Refused(Reason.PAGES, "it holds " + held + " pages, of which the last requests wrote few");
            }
            vm.writeOwnParts();
            if (has(Step.ALLOCATOR)) {
                memory.backToMark();
            }
            if (has(Step.PROCESSORS)) {
                vm.all().forEach(GuestCpu::reset);
            }
            tables.journal().begin();
            return new RollbackResult.Done(written, held, entries);
        } catch (KvmException | HostException e) {
            return new Refused(Reason.FAILED, e.getMessage());
        }
    }

    boolean has(Step step) {
        return !left.contains(step);
    }

    private boolean applyEdits() {
        PageTableEdits edits = tables.edits();
        if (edits.count() == 0) {
            return true;
        }
        if (!has(Step.TRANSLATIONS)) {
            for (int i = 0; i < edits.count(); i++) {
                memory.putLong(edits.entry(i), edits.value(i));
            }
            edits.clear();
            return true;
        }
        vm.all().stream().filter(cpu -> cpu != vm.first()).forEach(GuestCpu::flushBeforeEntry);
        return vm.first().apply(edits);
    }

    private int findOwnPages() {
        own.clear();
        long base = memory.address();
        PrivatePages.find(base, base + memory.highWater(),
                (from, to) -> own.add((int) ((from - base) / GuestMemory.PAGE), (int) ((to - base) / GuestMemory.PAGE)));
        return own.pages();
    }

    private void putBackPages() {
        written = 0;
        int imagePages = snapshot.imagePages();
        own.forEach((from, to) -> {
            int page = from;
            for (; page < Math.min(to, imagePages); page++) {
                if (has(Step.IMAGE_PAGES) && !snapshot.isTable(page) && snapshot.putBack(memory, page)) {
                    written++;
                }
            }
            for (; page < to && has(Step.FRESH_PAGES); page++) {
                written += clear(page) ? 1 : 0;
            }
        });
    }

    /** A page beyond the image is zero, or what it was before the VM first ran. Returns whether it was something else. */
    private boolean clear(int page) {
        MemorySegment bytes = memory.segment().asSlice(page * GuestMemory.PAGE, GuestMemory.PAGE);
        MemorySegment wanted = contents.getOrDefault(page, ZERO);
        if (bytes.mismatch(wanted) < 0) {
            return false;
        }
        bytes.copyFrom(wanted);
        return true;
    }

    private boolean oversized(int held) {
        oversized = held > SMALL && held > OVERSIZE * written ? oversized + 1 : 0;
        return oversized >= OVERSIZE_ROUNDS;
    }
}
