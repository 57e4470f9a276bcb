package dev.thaw.wasm.wasi;

/** Clocks. */
final class ClockCalls {
    private ClockCalls() {}

    /** A nanosecond for every clock: the unit, which says nothing of the host. */
    static int resolution(Call call) {
        call.process().clocks.time(call.u32(0));
        call.guest().putI64(call.u32(1), 1);
        return Errno.SUCCESS;
    }

    static int time(Call call) {
        call.guest().putI64(call.u32(2), call.process().clocks.time(call.u32(0)));
        return Errno.SUCCESS;
    }

    /** There is no other thread of the module to make way for; those of the host get their turns anyway. */
    static int yield(Call call) {
        call.process().checkDeadline();
        return Errno.SUCCESS;
    }
}
