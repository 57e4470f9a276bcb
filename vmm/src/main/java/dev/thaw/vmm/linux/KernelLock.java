package dev.thaw.vmm.linux;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The one lock of a VM, and what is signalled when something has changed. It lives as long as the VM: threads of vCPUs that wait on it stay
 * while a rollback replaces the kernel.
 */
public record KernelLock(ReentrantLock lock, Condition changed) {
    public KernelLock() {
        this(new ReentrantLock());
    }

    private KernelLock(ReentrantLock lock) {
        this(lock, lock.newCondition());
    }
}
