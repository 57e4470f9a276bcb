package dev.thaw.vmm;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.ring0.BlankVm;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A few blank VMs made ahead by a thread of its own, so that a thaw need not wait for KVM to make one. Each is used for one thaw
 * and never comes back. Filled from the first {@link #take} on: a process that only boots a VM has no use for it.
 */
final class BlankStock {
    private static final System.Logger LOG = System.getLogger(BlankStock.class.getName());
    /** As many requests as a small host begins at once; a burst beyond it makes its VMs itself. */
    private static final int SIZE = 4;
    private static final long PAUSE_AFTER_FAILURE_SECONDS = 5;

    private final Supplier<Kvm> kvm;
    private final BlockingQueue<BlankVm> ready = new ArrayBlockingQueue<>(SIZE);
    private final AtomicBoolean filling = new AtomicBoolean();

    BlankStock(Supplier<Kvm> kvm) {
        this.kvm = kvm;
    }

    /** A blank VM, the caller's. @throws RuntimeException as KVM says, when the stock is empty and none can be made */
    BlankVm take() {
        if (filling.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("thaw-blank-vms").start(this::fill);
        }
        BlankVm blank = ready.poll();
        return blank != null ? blank : BlankVm.create(kvm.get());
    }

    private void fill() {
        try {
            while (true) {
                try {
                    ready.put(BlankVm.create(kvm.get()));
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "no VM can be made ahead: {0}", e.getMessage());
                    TimeUnit.SECONDS.sleep(PAUSE_AFTER_FAILURE_SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
