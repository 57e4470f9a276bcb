package dev.thaw.vmm.ring0;

import dev.thaw.vmm.host.HostThread;
import dev.thaw.vmm.kvm.Vcpu;

/** Interrupts a vCPU's run from another thread; counted, so that a late kick hits no later run. */
public final class Kick {
    private final Vcpu vcpu;
    private int runningThread;
    private boolean wanted;
    private boolean closed;

    Kick(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    /** Makes the run under way, or else the next one, return {@link Trap.Interrupted}. */
    public synchronized void interrupt() {
        if (closed) {
            return;
        }
        wanted = true;
        vcpu.requestExit(true);
        if (runningThread != 0) {
            HostThread.kick(runningThread);
        }
    }

    /** No kick from now on; before the vCPU is closed. */
    public synchronized void close() {
        closed = true;
    }

    int run() {
        synchronized (this) {
            runningThread = HostThread.id();
            vcpu.requestExit(wanted);
        }
        try {
            return vcpu.run();
        } finally {
            synchronized (this) {
                runningThread = 0;
                wanted = false;
                vcpu.requestExit(false);
            }
        }
    }
}
