package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.event.EpollCalls;
import dev.thaw.vmm.linux.event.EventFdCalls;
import dev.thaw.vmm.linux.event.PipeCalls;
import dev.thaw.vmm.linux.event.PollCalls;
import dev.thaw.vmm.linux.event.SelectCalls;
import dev.thaw.vmm.linux.event.SignalFdCalls;
import dev.thaw.vmm.linux.event.TimerFdCalls;
import dev.thaw.vmm.linux.fs.AttributeCalls;
import dev.thaw.vmm.linux.fs.CopyCalls;
import dev.thaw.vmm.linux.fs.DescriptorCalls;
import dev.thaw.vmm.linux.fs.DirectoryCalls;
import dev.thaw.vmm.linux.fs.ExtentCalls;
import dev.thaw.vmm.linux.fs.FcntlCalls;
import dev.thaw.vmm.linux.fs.InotifyCalls;
import dev.thaw.vmm.linux.fs.MetadataCalls;
import dev.thaw.vmm.linux.fs.OpenCalls;
import dev.thaw.vmm.linux.fs.ReadWriteCalls;
import dev.thaw.vmm.linux.fs.StatCalls;
import dev.thaw.vmm.linux.fs.TreeCalls;
import dev.thaw.vmm.linux.mm.AdviceCalls;
import dev.thaw.vmm.linux.mm.MemoryCalls;
import dev.thaw.vmm.linux.mm.PolicyCalls;
import dev.thaw.vmm.linux.net.MessageCalls;
import dev.thaw.vmm.linux.net.OptionCalls;
import dev.thaw.vmm.linux.net.SocketCalls;
import dev.thaw.vmm.linux.signal.SignalCalls;
import dev.thaw.vmm.linux.signal.SignalSendCalls;
import dev.thaw.vmm.linux.signal.SignalWaitCalls;
import dev.thaw.vmm.linux.task.FutexCalls;
import dev.thaw.vmm.linux.task.IdentityCalls;
import dev.thaw.vmm.linux.task.MembarrierCalls;
import dev.thaw.vmm.linux.task.ProcessCalls;
import dev.thaw.vmm.linux.task.ProcessControlCalls;
import dev.thaw.vmm.linux.task.ResourceCalls;
import dev.thaw.vmm.linux.task.SchedulerCalls;
import dev.thaw.vmm.linux.task.SystemCalls;
import dev.thaw.vmm.linux.task.ThreadCalls;
import dev.thaw.vmm.linux.time.ClockCalls;
import dev.thaw.vmm.linux.time.IntervalTimerCalls;
import dev.thaw.vmm.linux.time.PosixTimerCalls;
import dev.thaw.vmm.linux.time.SleepCalls;
import java.util.List;
import java.util.Optional;

/**
 * Every system call that Thaw supports, a line each: number, name, arguments for the trace, handler. Numbers and names are those of
 * arch/x86/entry/syscalls/syscall_64.tbl. What is not here answers ENOSYS.
 */
public final class SyscallTable {
    private static final List<Syscall> CALLS = List.of(
            // ---- mm: memory
            call(9, "mmap", "hex size prot hex fd hex", MemoryCalls::mmap),
            call(10, "mprotect", "hex size prot", MemoryCalls::mprotect),
            call(11, "munmap", "hex size", MemoryCalls::munmap),
            call(12, "brk", "hex", MemoryCalls::brk),
            call(25, "mremap", "hex size size hex hex", MemoryCalls::mremap),
            call(26, "msync", "hex size hex", AdviceCalls::msync),
            call(27, "mincore", "hex size ptr", AdviceCalls::mincore),
            call(28, "madvise", "hex size int", AdviceCalls::madvise),
            call(149, "mlock", "hex size", AdviceCalls::lock),
            call(150, "munlock", "hex size", AdviceCalls::lock),
            call(151, "mlockall", "hex", AdviceCalls::lockAll),
            call(152, "munlockall", "", AdviceCalls::unlockAll),
            call(325, "mlock2", "hex size hex", AdviceCalls::lock2),
            call(237, "mbind", "hex size int ptr int hex", PolicyCalls::bind),
            call(238, "set_mempolicy", "int ptr int", PolicyCalls::setPolicy),
            call(239, "get_mempolicy", "ptr ptr int hex hex", PolicyCalls::getPolicy),
            call(329, "pkey_mprotect", "hex size prot int", PolicyCalls::protectWithKey),
            call(330, "pkey_alloc", "hex hex", PolicyCalls::allocateKey),
            call(331, "pkey_free", "int", PolicyCalls::freeKey),

            // ---- fs: files, directories, descriptors
            call(0, "read", "fd out size", ReadWriteCalls::read),
            call(1, "write", "fd buf size", ReadWriteCalls::write),
            call(2, "open", "path oct oct", OpenCalls::open),
            call(3, "close", "fd", OpenCalls::close),
            call(4, "stat", "path ptr", StatCalls::stat),
            call(5, "fstat", "fd ptr", StatCalls::fstat),
            call(6, "lstat", "path ptr", StatCalls::lstat),
            call(8, "lseek", "fd int int", DescriptorCalls::lseek),
            call(16, "ioctl", "fd hex ptr", DescriptorCalls::ioctl),
            call(17, "pread64", "fd out size int", ReadWriteCalls::pread64),
            call(18, "pwrite64", "fd buf size int", ReadWriteCalls::pwrite64),
            call(19, "readv", "fd ptr int", ReadWriteCalls::readv),
            call(20, "writev", "fd ptr int", ReadWriteCalls::writev),
            call(21, "access", "path oct", StatCalls::access),
            call(32, "dup", "fd", DescriptorCalls::dup),
            call(33, "dup2", "fd fd", DescriptorCalls::dup2),
            call(40, "sendfile", "fd fd ptr size", CopyCalls::sendfile),
            call(72, "fcntl", "fd int hex", FcntlCalls::fcntl),
            call(73, "flock", "fd int", FcntlCalls::flock),
            call(74, "fsync", "fd", ExtentCalls::fsync),
            call(75, "fdatasync", "fd", ExtentCalls::fsync),
            call(76, "truncate", "path int", ExtentCalls::truncate),
            call(77, "ftruncate", "fd int", ExtentCalls::ftruncate),
            call(79, "getcwd", "out size", DirectoryCalls::getcwd),
            call(80, "chdir", "path", DirectoryCalls::chdir),
            call(81, "fchdir", "fd", DirectoryCalls::fchdir),
            call(82, "rename", "path path", TreeCalls::rename),
            call(83, "mkdir", "path oct", TreeCalls::mkdir),
            call(84, "rmdir", "path", TreeCalls::rmdir),
            call(85, "creat", "path oct", OpenCalls::creat),
            call(86, "link", "path path", TreeCalls::link),
            call(87, "unlink", "path", TreeCalls::unlink),
            call(88, "symlink", "path path", TreeCalls::symlink),
            call(89, "readlink", "path out size", StatCalls::readlink),
            call(90, "chmod", "path oct", MetadataCalls::chmod),
            call(91, "fchmod", "fd oct", MetadataCalls::fchmod),
            call(92, "chown", "path int int", MetadataCalls::chown),
            call(93, "fchown", "fd int int", MetadataCalls::fchown),
            call(94, "lchown", "path int int", MetadataCalls::lchown),
            call(95, "umask", "oct", MetadataCalls::umask),
            call(132, "utime", "path ptr", MetadataCalls::utime),
            call(133, "mknod", "path oct hex", TreeCalls::mknod),
            call(137, "statfs", "path ptr", StatCalls::statfs),
            call(138, "fstatfs", "fd ptr", StatCalls::fstatfs),
            call(161, "chroot", "path", DirectoryCalls::chroot),
            call(162, "sync", "", ExtentCalls::sync),
            call(165, "mount", "path path str hex ptr", AttributeCalls::refused),
            call(166, "umount2", "path hex", AttributeCalls::refused),
            call(187, "readahead", "fd int size", ExtentCalls::readahead),
            call(188, "setxattr", "path str ptr size hex", AttributeCalls::unsupported),
            call(189, "lsetxattr", "path str ptr size hex", AttributeCalls::unsupported),
            call(190, "fsetxattr", "fd str ptr size hex", AttributeCalls::unsupported),
            call(191, "getxattr", "path str ptr size", AttributeCalls::get),
            call(192, "lgetxattr", "path str ptr size", AttributeCalls::getOfLink),
            call(193, "fgetxattr", "fd str ptr size", AttributeCalls::getOfDescriptor),
            call(194, "listxattr", "path ptr size", AttributeCalls::list),
            call(195, "llistxattr", "path ptr size", AttributeCalls::listOfLink),
            call(196, "flistxattr", "fd ptr size", AttributeCalls::listOfDescriptor),
            call(197, "removexattr", "path str", AttributeCalls::get),
            call(198, "lremovexattr", "path str", AttributeCalls::getOfLink),
            call(199, "fremovexattr", "fd str", AttributeCalls::getOfDescriptor),
            call(217, "getdents64", "fd ptr size", DirectoryCalls::getdents64),
            call(221, "fadvise64", "fd int size int", ExtentCalls::fadvise64),
            call(235, "utimes", "path ptr", MetadataCalls::utimes),
            call(257, "openat", "dirfd path oct oct", OpenCalls::openat),
            call(258, "mkdirat", "dirfd path oct", TreeCalls::mkdirat),
            call(259, "mknodat", "dirfd path oct hex", TreeCalls::mknodat),
            call(260, "fchownat", "dirfd path int int hex", MetadataCalls::fchownat),
            call(261, "futimesat", "dirfd path ptr", MetadataCalls::futimesat),
            call(262, "newfstatat", "dirfd path ptr hex", StatCalls::newfstatat),
            call(263, "unlinkat", "dirfd path hex", TreeCalls::unlinkat),
            call(264, "renameat", "dirfd path dirfd path", TreeCalls::renameat),
            call(265, "linkat", "dirfd path dirfd path hex", TreeCalls::linkat),
            call(266, "symlinkat", "path dirfd path", TreeCalls::symlinkat),
            call(267, "readlinkat", "dirfd path out size", StatCalls::readlinkat),
            call(268, "fchmodat", "dirfd path oct", MetadataCalls::fchmodat),
            call(269, "faccessat", "dirfd path oct", StatCalls::faccessat),
            call(253, "inotify_init", "", InotifyCalls::init),
            call(254, "inotify_add_watch", "fd path hex", InotifyCalls::addWatch),
            call(255, "inotify_rm_watch", "fd int", InotifyCalls::removeWatch),
            call(294, "inotify_init1", "oct", InotifyCalls::init1),
            call(275, "splice", "fd ptr fd ptr size hex", CopyCalls::notSpliceable),
            call(276, "tee", "fd fd size hex", CopyCalls::notSpliceable),
            call(278, "vmsplice", "fd ptr int hex", CopyCalls::notSpliceable),
            call(280, "utimensat", "dirfd path ptr hex", MetadataCalls::utimensat),
            call(285, "fallocate", "fd hex int size", ExtentCalls::fallocate),
            call(292, "dup3", "fd fd oct", DescriptorCalls::dup3),
            call(295, "preadv", "fd ptr int int", ReadWriteCalls::preadv),
            call(296, "pwritev", "fd ptr int int", ReadWriteCalls::pwritev),
            call(303, "name_to_handle_at", "dirfd path ptr ptr hex", AttributeCalls::unsupported),
            call(306, "syncfs", "fd", ExtentCalls::syncfs),
            call(316, "renameat2", "dirfd path dirfd path hex", TreeCalls::renameat2),
            call(319, "memfd_create", "str hex", OpenCalls::memfdCreate),
            call(326, "copy_file_range", "fd ptr fd ptr size hex", CopyCalls::copyFileRange),
            call(327, "preadv2", "fd ptr int int int hex", ReadWriteCalls::preadv2),
            call(328, "pwritev2", "fd ptr int int int hex", ReadWriteCalls::pwritev2),
            call(332, "statx", "dirfd path hex hex ptr", StatCalls::statx),
            call(437, "openat2", "dirfd path ptr size", OpenCalls::openat2),
            call(436, "close_range", "fd fd hex", OpenCalls::closeRange),
            call(439, "faccessat2", "dirfd path oct hex", StatCalls::faccessat2),
            call(452, "fchmodat2", "dirfd path oct hex", MetadataCalls::fchmodat2),

            // ---- task: the process and its thread
            call(60, "exit", "int", ThreadCalls::exit),
            call(231, "exit_group", "int", ProcessCalls::exitGroup),
            call(158, "arch_prctl", "hex hex", ProcessCalls::archPrctl),
            call(218, "set_tid_address", "hex", ThreadCalls::setTidAddress),
            call(273, "set_robust_list", "hex size", ThreadCalls::setRobustList),
            call(274, "get_robust_list", "int ptr ptr", ProcessControlCalls::getRobustList),
            call(39, "getpid", "", IdentityCalls::getpid),
            call(110, "getppid", "", IdentityCalls::getppid),
            call(186, "gettid", "", IdentityCalls::gettid),
            call(102, "getuid", "", IdentityCalls::getuid),
            call(104, "getgid", "", IdentityCalls::getgid),
            call(105, "setuid", "int", IdentityCalls::setuid),
            call(106, "setgid", "int", IdentityCalls::setgid),
            call(107, "geteuid", "", IdentityCalls::geteuid),
            call(108, "getegid", "", IdentityCalls::getegid),
            call(113, "setreuid", "int int", IdentityCalls::setreuid),
            call(114, "setregid", "int int", IdentityCalls::setregid),
            call(115, "getgroups", "int ptr", IdentityCalls::getgroups),
            call(116, "setgroups", "int ptr", IdentityCalls::setgroups),
            call(117, "setresuid", "int int int", IdentityCalls::setresuid),
            call(118, "getresuid", "ptr ptr ptr", IdentityCalls::getresuid),
            call(119, "setresgid", "int int int", IdentityCalls::setresgid),
            call(120, "getresgid", "ptr ptr ptr", IdentityCalls::getresgid),
            call(122, "setfsuid", "int", IdentityCalls::setfsuid),
            call(123, "setfsgid", "int", IdentityCalls::setfsgid),
            call(109, "setpgid", "int int", IdentityCalls::setpgid),
            call(111, "getpgrp", "", IdentityCalls::getpgrp),
            call(112, "setsid", "", IdentityCalls::setsid),
            call(121, "getpgid", "int", IdentityCalls::getpgid),
            call(124, "getsid", "int", IdentityCalls::getsid),
            call(97, "getrlimit", "int ptr", ResourceCalls::getrlimit),
            call(160, "setrlimit", "int ptr", ResourceCalls::setrlimit),
            call(302, "prlimit64", "int int ptr ptr", ResourceCalls::prlimit64),
            call(98, "getrusage", "int ptr", ResourceCalls::getrusage),
            call(100, "times", "ptr", ResourceCalls::times),
            call(24, "sched_yield", "", SchedulerCalls::schedYield),
            call(140, "getpriority", "int int", SchedulerCalls::getpriority),
            call(141, "setpriority", "int int int", SchedulerCalls::setpriority),
            call(142, "sched_setparam", "int ptr", SchedulerCalls::setParam),
            call(143, "sched_getparam", "int ptr", SchedulerCalls::getParam),
            call(144, "sched_setscheduler", "int int ptr", SchedulerCalls::setScheduler),
            call(145, "sched_getscheduler", "int", SchedulerCalls::getScheduler),
            call(146, "sched_get_priority_max", "int", SchedulerCalls::highestPriority),
            call(147, "sched_get_priority_min", "int", SchedulerCalls::lowestPriority),
            call(203, "sched_setaffinity", "int size ptr", SchedulerCalls::setAffinity),
            call(204, "sched_getaffinity", "int size ptr", SchedulerCalls::getAffinity),
            call(251, "ioprio_set", "int int int", SchedulerCalls::ioprioSet),
            call(252, "ioprio_get", "int int", SchedulerCalls::ioprioGet),
            call(309, "getcpu", "ptr ptr", SchedulerCalls::getcpu),
            call(63, "uname", "ptr", SystemCalls::uname),
            call(99, "sysinfo", "ptr", SystemCalls::sysinfo),
            call(103, "syslog", "int ptr size", SystemCalls::syslog),
            call(318, "getrandom", "ptr size hex", SystemCalls::getrandom),
            call(125, "capget", "ptr ptr", ProcessControlCalls::capget),
            call(126, "capset", "ptr ptr", ProcessControlCalls::capset),
            call(135, "personality", "hex", ProcessControlCalls::personality),
            call(157, "prctl", "int hex hex hex hex", ProcessControlCalls::prctl),
            call(324, "membarrier", "int hex", MembarrierCalls::membarrier),
            call(202, "futex", "ptr int int ptr ptr int", FutexCalls::futex),
            call(334, "rseq", "ptr size hex hex", ThreadCalls::rseq),
            call(56, "clone", "hex ptr ptr ptr hex", ThreadCalls::clone),
            call(57, "fork", "", ProcessControlCalls::unsupported),
            call(58, "vfork", "", ProcessControlCalls::unsupported),
            call(435, "clone3", "ptr size", ThreadCalls::clone3),
            call(59, "execve", "path ptr ptr", ProcessControlCalls::unsupported),
            call(322, "execveat", "dirfd path ptr ptr hex", ProcessControlCalls::unsupported),
            call(298, "perf_event_open", "ptr int int fd hex", AttributeCalls::refused),
            call(321, "bpf", "int ptr size", AttributeCalls::refused),
            call(101, "ptrace", "int int hex hex", AttributeCalls::refused),
            call(323, "userfaultfd", "hex", ProcessControlCalls::unsupported),
            call(425, "io_uring_setup", "int ptr", ProcessControlCalls::unsupported),
            call(426, "io_uring_enter", "fd int int hex ptr size", ProcessControlCalls::unsupported),
            call(427, "io_uring_register", "fd int ptr int", ProcessControlCalls::unsupported),
            call(206, "io_setup", "int ptr", ProcessControlCalls::unsupported),
            call(312, "kcmp", "int int int hex hex", ProcessControlCalls::unsupported),
            call(272, "unshare", "hex", AttributeCalls::refused),
            call(61, "wait4", "int ptr hex ptr", ProcessControlCalls::noChildren),
            call(247, "waitid", "int int ptr hex ptr", ProcessControlCalls::noChildren),

            // ---- signal
            call(13, "rt_sigaction", "sig ptr ptr size", SignalCalls::sigaction),
            call(14, "rt_sigprocmask", "int ptr ptr size", SignalCalls::sigprocmask),
            call(15, "rt_sigreturn", "", SignalCalls::sigreturn),
            call(34, "pause", "", SignalWaitCalls::pause),
            call(62, "kill", "int sig", SignalSendCalls::kill),
            call(127, "rt_sigpending", "ptr size", SignalCalls::sigpending),
            call(128, "rt_sigtimedwait", "ptr ptr ptr size", SignalWaitCalls::sigtimedwait),
            call(129, "rt_sigqueueinfo", "int sig ptr", SignalSendCalls::sigqueueinfo),
            call(130, "rt_sigsuspend", "ptr size", SignalWaitCalls::sigsuspend),
            call(131, "sigaltstack", "ptr ptr", SignalCalls::sigaltstack),
            call(200, "tkill", "int sig", SignalSendCalls::tkill),
            call(234, "tgkill", "int int sig", SignalSendCalls::tgkill),
            call(282, "signalfd", "int ptr size", SignalFdCalls::signalfd),
            call(289, "signalfd4", "int ptr size hex", SignalFdCalls::signalfd4),
            call(297, "rt_tgsigqueueinfo", "int int sig ptr", SignalSendCalls::tgsigqueueinfo),

            // ---- time
            call(36, "getitimer", "int ptr", IntervalTimerCalls::getitimer),
            call(37, "alarm", "int", IntervalTimerCalls::alarm),
            call(38, "setitimer", "int ptr ptr", IntervalTimerCalls::setitimer),
            call(222, "timer_create", "int ptr ptr", PosixTimerCalls::create),
            call(223, "timer_settime", "int hex ptr ptr", PosixTimerCalls::settime),
            call(224, "timer_gettime", "int ptr", PosixTimerCalls::gettime),
            call(225, "timer_getoverrun", "int", PosixTimerCalls::getoverrun),
            call(226, "timer_delete", "int", PosixTimerCalls::delete),
            call(35, "nanosleep", "ptr ptr", SleepCalls::nanosleep),
            call(96, "gettimeofday", "ptr ptr", ClockCalls::gettimeofday),
            call(159, "adjtimex", "ptr", ClockCalls::adjtimex),
            call(164, "settimeofday", "ptr ptr", ClockCalls::notPermitted),
            call(201, "time", "ptr", ClockCalls::time),
            call(227, "clock_settime", "int ptr", ClockCalls::clockSettime),
            call(228, "clock_gettime", "int ptr", ClockCalls::clockGettime),
            call(229, "clock_getres", "int ptr", ClockCalls::clockGetres),
            call(230, "clock_nanosleep", "int int ptr ptr", SleepCalls::clockNanosleep),
            call(305, "clock_adjtime", "int ptr", ClockCalls::clockAdjtime),

            // ---- net: sockets
            call(41, "socket", "int hex int", SocketCalls::socket),
            call(42, "connect", "fd ptr size", SocketCalls::connect),
            call(43, "accept", "fd ptr ptr", SocketCalls::accept),
            call(44, "sendto", "fd buf size hex ptr size", MessageCalls::sendto),
            call(45, "recvfrom", "fd out size hex ptr ptr", MessageCalls::recvfrom),
            call(46, "sendmsg", "fd ptr hex", MessageCalls::sendmsg),
            call(47, "recvmsg", "fd ptr hex", MessageCalls::recvmsg),
            call(48, "shutdown", "fd int", SocketCalls::shutdown),
            call(49, "bind", "fd ptr size", SocketCalls::bind),
            call(50, "listen", "fd int", SocketCalls::listen),
            call(51, "getsockname", "fd ptr ptr", SocketCalls::getsockname),
            call(52, "getpeername", "fd ptr ptr", SocketCalls::getpeername),
            call(53, "socketpair", "int hex int ptr", SocketCalls::socketpair),
            call(54, "setsockopt", "fd int int ptr size", OptionCalls::setsockopt),
            call(55, "getsockopt", "fd int int ptr ptr", OptionCalls::getsockopt),
            call(288, "accept4", "fd ptr ptr hex", SocketCalls::accept4),
            call(299, "recvmmsg", "fd ptr size hex ptr", MessageCalls::recvmmsg),
            call(307, "sendmmsg", "fd ptr size hex", MessageCalls::sendmmsg),

            // ---- event: poll and friends
            call(7, "poll", "ptr size int", PollCalls::poll),
            call(22, "pipe", "ptr", PipeCalls::pipe),
            call(271, "ppoll", "ptr size ptr ptr size", PollCalls::ppoll),
            call(293, "pipe2", "ptr hex", PipeCalls::pipe2),
            call(23, "select", "int ptr ptr ptr ptr", SelectCalls::select),
            call(213, "epoll_create", "int", EpollCalls::epollCreate),
            call(232, "epoll_wait", "fd ptr int int", EpollCalls::epollWait),
            call(233, "epoll_ctl", "fd int fd ptr", EpollCalls::epollCtl),
            call(270, "pselect6", "int ptr ptr ptr ptr ptr", SelectCalls::pselect6),
            call(281, "epoll_pwait", "fd ptr int int ptr size", EpollCalls::epollPwait),
            call(283, "timerfd_create", "int hex", TimerFdCalls::timerfdCreate),
            call(284, "eventfd", "int", EventFdCalls::eventfd),
            call(286, "timerfd_settime", "fd hex ptr ptr", TimerFdCalls::timerfdSettime),
            call(287, "timerfd_gettime", "fd ptr", TimerFdCalls::timerfdGettime),
            call(290, "eventfd2", "int hex", EventFdCalls::eventfd2),
            call(291, "epoll_create1", "hex", EpollCalls::epollCreate1),
            call(441, "epoll_pwait2", "fd ptr int ptr ptr size", EpollCalls::epollPwait2)
            );

    private static final Syscall[] BY_NUMBER = index();

    private SyscallTable() {}

    /** All supported calls, as the table has them. */
    public static List<Syscall> calls() {
        return CALLS;
    }

    public static Optional<Syscall> find(int number) {
        return number >= 0 && number < BY_NUMBER.length ? Optional.ofNullable(BY_NUMBER[number]) : Optional.empty();
    }

    private static Syscall call(int number, String name, String arguments, Syscall.Handler handler) {
        return new Syscall(number, name, arguments, handler);
    }

    private static Syscall[] index() {
        Syscall[] table = new Syscall[512];
        for (Syscall call : CALLS) {
            if (table[call.number()] != null) {
                throw new IllegalStateException("two entries for call " + call.number());
            }
            table[call.number()] = call;
        }
        return table;
    }
}
