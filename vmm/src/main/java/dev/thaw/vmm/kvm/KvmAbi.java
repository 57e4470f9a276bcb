package dev.thaw.vmm.kvm;

/**
 * The numbers of KVM's interface on x86-64 Linux: ioctls, capabilities, exit reasons (linux/kvm.h) and structure offsets
 * (asm/kvm.h). The test KvmAbiTest compiles a C program against the system's headers and compares.
 */
public final class KvmAbi {
    static final long KVM_GET_API_VERSION = 0xae00;
    static final long KVM_CREATE_VM = 0xae01;
    static final long KVM_CHECK_EXTENSION = 0xae03;
    static final long KVM_GET_VCPU_MMAP_SIZE = 0xae04;
    static final long KVM_GET_SUPPORTED_CPUID = 0xc008ae05L;
    static final long KVM_CREATE_VCPU = 0xae41;
    static final long KVM_SET_USER_MEMORY_REGION = 0x4020ae46L;
    static final long KVM_RUN = 0xae80;
    static final long KVM_SET_REGS = 0x4090ae82L;
    static final long KVM_GET_SREGS = 0x8138ae83L;
    static final long KVM_SET_SREGS = 0x4138ae84L;
    static final long KVM_SET_MSRS = 0x4008ae89L;
    static final long KVM_SET_CPUID2 = 0x4008ae90L;
    static final long KVM_GET_XSAVE = 0x9000aea4L;
    static final long KVM_SET_XSAVE = 0x5000aea5L;
    static final long KVM_SET_XCRS = 0x4188aea7L;
    static final long KVM_GET_XSAVE2 = 0x9000aecfL;
    static final long KVM_GET_STATS_FD = 0xaece;
    static final long KVM_GET_TSC_KHZ = 0xaea3;
    static final long KVM_SET_DEVICE_ATTR = 0x4018aee1L;
    static final long KVM_GET_VCPU_EVENTS = 0x8040ae9fL;
    static final long KVM_SET_VCPU_EVENTS = 0x4040aea0L;
    static final long KVM_GET_DEBUGREGS = 0x8080aea1L;
    static final long KVM_SET_DEBUGREGS = 0x4080aea2L;
    static final int KVM_VCPU_TSC_CTRL = 0;
    static final int KVM_VCPU_TSC_OFFSET = 0;

    static final int API_VERSION = 12;
    static final int KVM_CAP_USER_MEMORY = 3;
    static final int KVM_CAP_SYNC_REGS = 74;
    static final int KVM_CAP_IMMEDIATE_EXIT = 136;
    static final int KVM_CAP_XSAVE2 = 208;
    /** What KVM_CAP_SYNC_REGS must offer: KVM_SYNC_X86_REGS, KVM_SYNC_X86_SREGS and KVM_SYNC_X86_EVENTS. */
    static final int SYNC_REGS = 7;

    /** Exit reasons. */
    public static final int KVM_EXIT_IO = 2;
    public static final int KVM_EXIT_HLT = 5;
    public static final int KVM_EXIT_MMIO = 6;
    public static final int KVM_EXIT_SHUTDOWN = 8;
    public static final int KVM_EXIT_FAIL_ENTRY = 9;
    public static final int KVM_EXIT_INTR = 10;
    public static final int KVM_EXIT_INTERNAL_ERROR = 17;

    /** struct kvm_run. */
    static final int RUN_IMMEDIATE_EXIT = 1;
    static final int RUN_EXIT_REASON = 8;
    static final int RUN_IO_DIRECTION = 32;
    static final int RUN_IO_PORT = 34;
    static final int RUN_SUBERROR = 32;
    static final int RUN_VALID_REGS = 288;
    static final int RUN_DIRTY_REGS = 296;
    static final int RUN_REGS = 304;
    static final int RUN_SREGS = RUN_REGS + 144;
    /** struct kvm_vcpu_events: exception.injected at 0, exception.pending at 3. */
    static final int RUN_EVENTS = RUN_SREGS + 312;
    static final int IO_DIRECTION_OUT = 1;

    /** struct kvm_regs, struct kvm_sregs, struct kvm_segment. */
    static final int REGS_SIZE = 144;
    static final int SREGS_SIZE = 312;
    static final int SREGS_CS = 0;
    static final int SREGS_DS = 24;
    static final int SREGS_ES = 48;
    static final int SREGS_FS = 72;
    static final int SREGS_GS = 96;
    static final int SREGS_SS = 120;
    static final int SREGS_TR = 144;
    static final int SREGS_LDT = 168;
    static final int SREGS_GDT = 192;
    static final int SREGS_IDT = 208;
    static final int SREGS_CR0 = 224;
    static final int SREGS_CR2 = 232;
    static final int SREGS_CR3 = 240;
    static final int SREGS_CR4 = 248;
    static final int SREGS_EFER = 264;
    static final int SEGMENT_LIMIT = 8;
    static final int SEGMENT_SELECTOR = 12;
    static final int SEGMENT_TYPE = 14;
    static final int SEGMENT_PRESENT = 15;
    static final int SEGMENT_DPL = 16;
    static final int SEGMENT_DB = 17;
    static final int SEGMENT_S = 18;
    static final int SEGMENT_L = 19;
    static final int SEGMENT_G = 20;
    static final int SEGMENT_UNUSABLE = 22;
    static final int TABLE_LIMIT = 8;
    /** struct kvm_vcpu_events; struct kvm_debugregs: db[4], dr6, dr7, flags, reserved[9]. */
    static final int EVENTS_SIZE = 64;
    static final int DEBUGREGS_SIZE = 128;
    static final int DEBUGREGS_DR6 = 32;
    static final int DEBUGREGS_DR7 = 40;

    /** struct kvm_cpuid2 with its entries. */
    static final int CPUID_HEADER = 8;
    static final int CPUID_ENTRY = 40;
    static final int CPUID_MAX_ENTRIES = 256;

    private KvmAbi() {}
}
