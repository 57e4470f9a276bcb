package dev.thaw.vmm.kvm;

import dev.thaw.vmm.host.HostFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * /dev/kvm, opened and found usable: the capabilities it must have, the processor features it offers. One serves all VMs of a
 * process; thread-safe; the owner closes it after the last VM.
 */
public final class Kvm implements AutoCloseable {
    private static final String DEVICE = "/dev/kvm";
    private static final int ENOENT = 2;
    private static final int EACCES = 13;
    private static final int EPERM = 1;
    private static final int ENXIO = 6;
    private static final int ENODEV = 19;

    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment cpuid;
    private final int runSize;
    private final CpuFeatures features;

    private Kvm(int fd) {
        this.fd = fd;
        this.runSize = check("KVM_GET_VCPU_MMAP_SIZE", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_VCPU_MMAP_SIZE, 0));
        this.cpuid = supportedCpuid();
        this.features = CpuFeatures.of(cpuid);
    }

    /** Opens /dev/kvm. @throws KvmUnavailableException when it is not there, may not be opened, or lacks what Thaw needs */
    public static Kvm open() {
        int fd = HostFd.openOrErrno(DEVICE, HostFd.O_RDWR | HostFd.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new KvmUnavailableException(switch (-fd) {
                case ENOENT, ENODEV, ENXIO -> "there is no " + DEVICE + ": turn on virtualization in the firmware (or nested "
                        + "virtualization for a VM) and run `sudo modprobe kvm_intel` or `sudo modprobe kvm_amd`";
                case EACCES, EPERM -> "no permission for " + DEVICE + ": run `sudo usermod -aG kvm $USER` and log in again "
                        + "(in a container: pass --device " + DEVICE + ")";
                default -> DEVICE + " cannot be opened (errno " + -fd + ")";
            });
        }
        try {
            require(fd);
            return new Kvm(fd);
        } catch (RuntimeException e) {
            HostFd.close(fd);
            throw e;
        }
    }

    private static void require(int fd) {
        int version = HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_API_VERSION, 0);
        if (version != KvmAbi.API_VERSION) {
            throw new KvmUnavailableException(DEVICE + " answers API version " + version + ", not "
                    + KvmAbi.API_VERSION + ": it is no KVM that Thaw knows");
        }
        requireCapability(fd, KvmAbi.KVM_CAP_USER_MEMORY, 1, "KVM_CAP_USER_MEMORY");
        requireCapability(fd, KvmAbi.KVM_CAP_IMMEDIATE_EXIT, 1, "KVM_CAP_IMMEDIATE_EXIT");
        requireCapability(fd, KvmAbi.KVM_CAP_SYNC_REGS, KvmAbi.SYNC_REGS, "KVM_CAP_SYNC_REGS");
    }

    private static void requireCapability(int fd, int capability, int bits, String name) {
        int has = HostFd.ioctlOrErrno(fd, KvmAbi.KVM_CHECK_EXTENSION, capability);
        if (has < 0 || (has & bits) != bits) {
            throw new KvmUnavailableException(DEVICE + " lacks " + name + ": Thaw needs Linux 5.10 or newer");
        }
    }

    private MemorySegment supportedCpuid() {
        MemorySegment table = arena.allocate(
                KvmAbi.CPUID_HEADER + (long) KvmAbi.CPUID_ENTRY * KvmAbi.CPUID_MAX_ENTRIES, 8);
        table.set(ValueLayout.JAVA_INT, 0, KvmAbi.CPUID_MAX_ENTRIES);
        check("KVM_GET_SUPPORTED_CPUID", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_GET_SUPPORTED_CPUID, table.address()));
        return table;
    }

    /** A new VM, the caller's to close. @throws KvmException */
    public KvmVm createVm() {
        return new KvmVm(this, check("KVM_CREATE_VM", HostFd.ioctlOrErrno(fd, KvmAbi.KVM_CREATE_VM, 0)));
    }

    /** The processor features that guests see. */
    public CpuFeatures features() {
        return features;
    }

    /** Bytes of the part of an XSAVE image that holds the components of {@link #features}; what is behind it is not used. */
    public int xsaveBytes() {
        return CpuFeatures.xsaveBytes(cpuid, features.xcr0());
    }

    MemorySegment cpuid() {
        return cpuid;
    }

    int runSize() {
        return runSize;
    }

    static int check(String ioctl, int result) {
        if (result < 0) {
            throw new KvmException(ioctl, -result);
        }
        return result;
    }

    @Override
    public void close() {
        HostFd.close(fd);
        arena.close();
    }
}
