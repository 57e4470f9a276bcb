package dev.thaw.wasm.wasi;

import dev.thaw.wasm.wasi.Descriptor.OpenDirectory;
import dev.thaw.wasm.wasi.Descriptor.OpenFile;
import dev.thaw.wasm.wasi.Descriptor.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * {@code poll_oneoff}: waits until one of several things has come about. Everything but time is ready at once: input is there whole, and
 * whatever can be written takes it. So a poll either returns immediately or sleeps, and the deadline's interrupt ends the sleep.
 */
final class PollCalls {
    private static final int SUBSCRIPTION_SIZE = 48;
    private static final int EVENT_SIZE = 32;
    /** The most subscriptions of a call. */
    private static final int MOST = 4096;

    /** What came about; {@code error} is one of {@link Errno}. */
    private record Event(long userData, int error, int type, long bytes, int flags) {}

    /** A wish to be woken, {@code nanos} from now. */
    private record Alarm(long userData, long nanos) {}

    private PollCalls() {}

    static int pollOneoff(Call call) {
        long from = call.u32(0);
        long to = call.u32(1);
        long count = call.u32(2);
        if (count == 0 || count > MOST) {
            return Errno.INVAL;
        }
        call.guest().check(from, count * SUBSCRIPTION_SIZE);
        call.guest().check(to, count * EVENT_SIZE);
        call.guest().check(call.u32(3), 4);
        List<Event> events = new ArrayList<>();
        List<Alarm> alarms = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = from + (long) i * SUBSCRIPTION_SIZE;
            int type = call.guest().u8(at + 8);
            if (type == Abi.EVENT_CLOCK) {
                clock(call, at, events, alarms);
            } else if (type == Abi.EVENT_FD_READ || type == Abi.EVENT_FD_WRITE) {
                events.add(descriptor(call, call.guest().i64(at), type, call.guest().u32(at + 16)));
            } else {
                return Errno.INVAL;
            }
        }
        // alarms that are due belong into the answer in any case; later ones only when there is nothing else, after a sleep
        long wait = events.isEmpty() ? alarms.stream().mapToLong(Alarm::nanos).min().orElse(0) : 0;
        if (wait > 0) {
            sleep(call.process(), wait);
        }
        alarms.stream().filter(alarm -> alarm.nanos <= wait)
                .forEach(alarm -> events.add(new Event(alarm.userData, Errno.SUCCESS, Abi.EVENT_CLOCK, 0, 0)));
        for (Event event : events) {
            call.guest().putI64(to, event.userData);
            call.guest().putI64(to + 8, event.error | (long) event.type << 16);
            call.guest().putI64(to + 16, event.bytes);
            call.guest().putI64(to + 24, event.flags);
            to += EVENT_SIZE;
        }
        call.guest().putU32(call.u32(3), events.size());
        return Errno.SUCCESS;
    }

    private static void clock(Call call, long at, List<Event> events, List<Alarm> alarms) {
        long userData = call.guest().i64(at);
        long id = call.guest().u32(at + 16);
        long timeout = call.guest().i64(at + 24);
        int flags = call.guest().u16(at + 40);
        OptionalLong now = switch ((int) Math.min(id, Integer.MAX_VALUE)) {
            case Abi.CLOCK_REALTIME -> OptionalLong.of(call.process().clocks.realtime());
            case Abi.CLOCK_MONOTONIC -> OptionalLong.of(call.process().clocks.monotonic());
            // processor time does not go on while a module waits for it
            default -> OptionalLong.empty();
        };
        if (now.isEmpty() || (flags & ~Abi.SUBSCRIPTION_CLOCK_ABSTIME) != 0) {
            events.add(new Event(userData, now.isEmpty() && id <= Abi.CLOCK_THREAD_CPUTIME ? Errno.NOTSUP : Errno.INVAL, Abi.EVENT_CLOCK, 0, 0));
            return;
        }
        // unsigned: beyond 2^63 is later than any deadline
        long until = timeout < 0 ? Long.MAX_VALUE : timeout;
        boolean absolute = (flags & Abi.SUBSCRIPTION_CLOCK_ABSTIME) != 0;
        alarms.add(new Alarm(userData, absolute ? Math.max(0, until - now.getAsLong()) : until));
    }

    private static Event descriptor(Call call, long userData, int type, long number) {
        Descriptor descriptor;
        try {
            descriptor = call.descriptors().get(number, Rights.POLL_FD_READWRITE);
            descriptor.require(type == Abi.EVENT_FD_READ ? Rights.FD_READ : Rights.FD_WRITE);
        } catch (WasiError error) {
            return new Event(userData, error.errno(), type, 0, 0);
        }
        if (type == Abi.EVENT_FD_WRITE) {
            return new Event(userData, Errno.SUCCESS, type, 1 << 16, 0);
        }
        return switch (descriptor) {
            case Stream _ -> {
                int left = call.process().inputLeft();
                yield new Event(userData, Errno.SUCCESS, type, left, left == 0 ? Abi.EVENT_HANGUP : 0);
            }
            case OpenFile file -> {
                long left = Math.max(0, call.files().file(file.inode).size() - file.position);
                yield new Event(userData, Errno.SUCCESS, type, left, 0);
            }
            case OpenDirectory _ -> new Event(userData, Errno.BADF, type, 0, 0);
        };
    }

    private static void sleep(WasiProcess process, long nanos) {
        long began = process.clocks.monotonic();
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException deadline) {
            Thread.currentThread().interrupt();
            process.checkDeadline();
        } finally {
            process.clocks.slept(process.clocks.monotonic() - began);
        }
    }
}
