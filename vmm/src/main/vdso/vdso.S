# The code that the monitor maps into every program (vdso(7)): clocks without leaving the VM. It stands in one page; the page
# below it is the monitor's (linux/time/TimePage.java), which says how the time-stamp counter becomes nanoseconds:
#
#     0  u32  sequence: odd while the monitor writes, another one after every change and every thaw
#     4  u32  1: the counter may be used; else every clock is a system call
#     8  u64  counter at the base
#    16  u64  CLOCK_MONOTONIC at the base, nanoseconds
#    24  u64  nanoseconds a tick, times 2^32
#    32  u64  CLOCK_REALTIME less CLOCK_MONOTONIC, nanoseconds
#
# Functions may change only what the C calling convention lets them: rax, rcx, rdx, rsi, rdi, r8 to r11. They use no stack.
# Built by build.sh; the result is checked in, and VdsoImageTest compares the two.

        .set    PAGE, __vdso_start - 4096
        .set    BILLION, 1000000000
        .set    SYS_gettimeofday, 96
        .set    SYS_time, 201
        .set    SYS_clock_gettime, 228
        .set    SYS_getcpu, 309

# rax = CLOCK_MONOTONIC, r8 = what CLOCK_REALTIME has more; to \fallback where the counter is of no use.
# A counter below the base (two processors that differ by some ticks) is the base.
        .macro  READ fallback
1:      movl    PAGE(%rip), %r9d
        testb   $1, %r9b
        jnz     2f
        cmpl    $1, PAGE+4(%rip)
        jne     \fallback
        lfence
        rdtsc
        shlq    $32, %rdx
        orq     %rdx, %rax
        xorl    %ecx, %ecx
        subq    PAGE+8(%rip), %rax
        cmovsq  %rcx, %rax
        mulq    PAGE+24(%rip)
        shrdq   $32, %rdx, %rax
        addq    PAGE+16(%rip), %rax
        movq    PAGE+32(%rip), %r8
        cmpl    PAGE(%rip), %r9d
        je      3f
2:      pause
        jmp     1b
3:
        .endm

        .macro  EXPORT name
        .globl  __vdso_\name
        .type   __vdso_\name, @function
        .weak   \name
        .type   \name, @function
        .balign 16
__vdso_\name:
\name:
        .endm

        .macro  END name
        .size   __vdso_\name, . - __vdso_\name
        .size   \name, . - \name
        .endm

        .text
# int clock_gettime(clockid_t edi, struct timespec *rsi)
        EXPORT  clock_gettime
        cmpl    $7, %edi
        ja      9f
        movl    $0xf3, %eax             # REALTIME, MONOTONIC, MONOTONIC_RAW, both COARSE, BOOTTIME: linux/time.h
        btl     %edi, %eax
        jnc     9f
        READ    9f
        xorl    %edx, %edx
        movl    $0x21, %ecx             # REALTIME, REALTIME_COARSE
        btl     %edi, %ecx
        cmovncq %rdx, %r8
        addq    %r8, %rax
        movl    $BILLION, %ecx
        divq    %rcx
        movq    %rax, (%rsi)
        movq    %rdx, 8(%rsi)
        xorl    %eax, %eax
        ret
9:      movl    $SYS_clock_gettime, %eax
        syscall
        ret
        END     clock_gettime

# int gettimeofday(struct timeval *rdi, struct timezone *rsi)
        EXPORT  gettimeofday
        testq   %rdi, %rdi
        jz      9f
        READ    9f
        addq    %r8, %rax
        xorl    %edx, %edx
        movl    $BILLION, %ecx
        divq    %rcx
        movq    %rax, (%rdi)
        movl    %edx, %eax
        xorl    %edx, %edx
        movl    $1000, %ecx
        divl    %ecx
        movq    %rax, 8(%rdi)
        testq   %rsi, %rsi
        jz      4f
        movq    $0, (%rsi)
4:      xorl    %eax, %eax
        ret
9:      movl    $SYS_gettimeofday, %eax
        syscall
        ret
        END     gettimeofday

# time_t time(time_t *rdi)
        EXPORT  time
        READ    9f
        addq    %r8, %rax
        xorl    %edx, %edx
        movl    $BILLION, %ecx
        divq    %rcx
        testq   %rdi, %rdi
        jz      4f
        movq    %rax, (%rdi)
4:      ret
9:      movl    $SYS_time, %eax
        syscall
        ret
        END     time

# int getcpu(unsigned *rdi, unsigned *rsi): which processor runs a thread is the monitor's to say.
        EXPORT  getcpu
        movl    $SYS_getcpu, %eax
        syscall
        ret
        END     getcpu

        .section .note.GNU-stack, "", @progbits
