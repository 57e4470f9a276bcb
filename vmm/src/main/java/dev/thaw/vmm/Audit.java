package dev.thaw.vmm;

import dev.thaw.vmm.host.HostException;
import dev.thaw.vmm.host.PrivatePages;
import dev.thaw.vmm.kvm.KvmException;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.Kernel;
import dev.thaw.vmm.linux.KernelLock;
import dev.thaw.vmm.linux.mm.EarlyPage;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageRanges;
import dev.thaw.vmm.memory.PageTables;
import dev.thaw.vmm.ring0.GuestCpu;
import dev.thaw.vmm.ring0.GuestVm;
import dev.thaw.vmm.ring0.Ring0Layout;
import dev.thaw.vmm.snapshot.BadSnapshotException;
import dev.thaw.vmm.snapshot.Snapshot;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares a rolled-back VM with its snapshot by ways that the rollback does not go: it asks the kernel for the pages, KVM for the
 * registers, ring 3 for the translations. With the kernel's lock held, no vCPU running, before the VM runs again.
 */
final class Audit {
    private static final MemorySegment ZERO = MemorySegment.ofArray(new byte[(int) GuestMemory.PAGE]);

    private final Snapshot snapshot;
    private final Map<Long, EarlyPage> byEntry = new HashMap<>();
    private final Map<Long, EarlyPage> byFrame = new HashMap<>();
    private final Kernel kernel;
    private final MachineConfig config;
    private final GuestMemory memory;
    private final GuestVm vm;
    private final PageRanges own = new PageRanges();
    private Optional<String> difference = Optional.empty();
    private int pages;

    /** @param early what the VM had beyond the snapshot before it first ran */
    Audit(Snapshot snapshot, List<EarlyPage> early, Kernel kernel, MachineConfig config, GuestVm vm) {
        this.snapshot = snapshot;
        early.forEach(page -> {
            byEntry.put(page.entry(), page);
            byFrame.put(page.frame(), page);
        });
        this.kernel = kernel;
        this.config = config;
        this.memory = kernel.memory();
        this.vm = vm;
    }

    AuditResult run() {
        try {
            own.clear();
            PrivatePages.find(memory.address(), memory.address() + memory.size(), (from, to) -> own.add(page(from), page(to)));
            comparePages();
            vm.all().forEach(cpu -> cpu.differsFromNew().ifPresent(this::differs));
            compareAllocator();
            compareMonitor();
            if (difference.isPresent()) {
                return new AuditResult.Differs(difference.get());
            }
            TranslationProbe probe = new TranslationProbe(kernel, vm.first());
            int translations = probe.run(this::differs);
            vm.first().reset();
            return difference.<AuditResult>map(AuditResult.Differs::new).orElseGet(() -> new AuditResult.Same(pages, translations));
        } catch (KvmException | HostException | GuestError | BadSnapshotException e) {
            return new AuditResult.Differs("the audit failed: " + e);
        }
    }

    private int page(long address) {
        return (int) ((address - memory.address()) / GuestMemory.PAGE);
    }

    private void comparePages() {
        int imagePages = snapshot.imagePages();
        long timePage = kernel.timePage().frame();
        own.forEach((from, to) -> {
            for (int page = from; page < to; page++) {
                long at = page * GuestMemory.PAGE;
                if (at == timePage || Ring0Layout.isScratch(at)) {
                    continue;
                }
                pages++;
                boolean same = page < imagePages
                        ? snapshot.isSame(memory, page) || snapshot.isTable(page) && isSameTable(page)
                        : memory.segment().asSlice(at, GuestMemory.PAGE).mismatch(contentBeyondImage(at)) < 0;
                if (!same) {
                    differs((page < imagePages && snapshot.isTable(page) ? "the page table" : "the page")
                            + " at guest-physical 0x" + Long.toHexString(at));
                }
            }
        });
    }

    /** A page table of the image may have more than the image: the entries that were filled before the VM first ran. */
    private boolean isSameTable(int page) {
        for (long at = page * GuestMemory.PAGE; at < (page + 1) * GuestMemory.PAGE; at += Long.BYTES) {
            EarlyPage early = byEntry.get(at);
            long entry = memory.getLong(at);
            boolean same = early == null ? entry == snapshot.longAt(at)
                    : (entry & PageTables.PRESENT) != 0 && PageTables.frame(entry) == early.frame();
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private MemorySegment contentBeyondImage(long at) {
        return Optional.ofNullable(byFrame.get(at)).flatMap(EarlyPage::content).orElse(ZERO);
    }

    private void compareAllocator() {
        if (memory.highWater() != snapshot.imageBytes() + byFrame.size() * GuestMemory.PAGE) {
            differs("the frame allocator: it has handed out frames beyond the image");
        }
        if (!Arrays.equals(memory.freeFrames(), snapshot.freeFrames())) {
            differs("the frame allocator: other frames are free");
        }
    }

    /** A kernel that a thaw would make now, beside the one that is there. */
    private void compareMonitor() {
        Kernel fresh = new Kernel(config, memory, new PageTables(memory, Ring0Layout.pageTableRoot()), kernel.fpuShape(),
                new KernelLock());
        fresh.lock().lock();
        try {
            fresh.load(snapshot.kernelState());
            kernel.difference(fresh).ifPresent(part -> differs("the monitor's state: " + part));
        } finally {
            fresh.close();
            fresh.lock().unlock();
            // Loading wrote the time page for a clock that is gone.
            kernel.clock().publish();
        }
    }

    private void differs(String what) {
        if (difference.isEmpty()) {
            difference = Optional.of(what);
        }
    }
}
