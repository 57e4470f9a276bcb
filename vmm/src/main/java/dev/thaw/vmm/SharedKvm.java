package dev.thaw.vmm;

import dev.thaw.vmm.host.HostTsc;
import dev.thaw.vmm.kvm.Kvm;
import dev.thaw.vmm.linux.time.TickRate;
import dev.thaw.vmm.ring0.BlankVm;
import dev.thaw.vmm.ring0.TscProbe;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The process's one handle of /dev/kvm, opened when first needed and kept: the device has no state of its own, and opening it for
 * each VM would cost more than the VM. A failure to open is not remembered, so that a fixed permission is seen.
 */
final class SharedKvm {
    private static final AtomicReference<Kvm> HANDLE = new AtomicReference<>();
    private static final AtomicReference<Optional<Optional<TickRate>>> RATE = new AtomicReference<>(Optional.empty());
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

    /** The counter that all VMs of this process can reckon time by; looked for once, on a VM of its own. Empty: there is none. */
    static Optional<TickRate> tickRate() {
        Optional<Optional<TickRate>> known = RATE.get();
        if (known.isEmpty()) {
            Kvm kvm = get();
            Optional<TickRate> found = HostTsc.usable().flatMap(counter -> {
                int kilohertz = TscProbe.kilohertz(kvm, counter);
                return kilohertz > 0 ? Optional.of(TickRate.of(counter, kilohertz)) : Optional.empty();
            });
            RATE.compareAndSet(Optional.empty(), Optional.of(found));
            known = RATE.get();
        }
        return known.get();
    }

    /** A blank VM from the stock, for a thaw: it takes up what was made beforehand, or makes one when the stock is empty. */
    static BlankVm takeBlank() {
        return STOCK.take();
    }
}
