package dev.thaw.vmm;

import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.ring0.BlankVm;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The process's one handle of /dev/kvm, opened when first needed and kept: the device has no state of its own, and opening it for
 * each VM would cost more than the VM. A failure to open is not remembered, so that a fixed permission is seen.
 */
final class SharedKvm {
    private static final AtomicReference<Kvm> HANDLE = new AtomicReference<>();
    private static final BlankStock STOCK = new BlankStock(SharedKvm::get);

    private SharedKvm() {}

    /** @throws dev.thaw.vmm.kvm.KvmUnavailableException when there is no usable /dev/kvm */
    static Kvm get() {
        Kvm known = HANDLE.get();
        if (known != null) {
            return known;
        }
        Kvm opened = Kvm.open();
        if (HANDLE.compareAndSet(null, opened)) {
            return opened;
        }
        opened.close();
        return HANDLE.get();
    }

    /** A blank VM from the stock, for a thaw: it takes up what was made beforehand, or makes one when the stock is empty. */
    static BlankVm takeBlank() {
        return STOCK.take();
    }
}
