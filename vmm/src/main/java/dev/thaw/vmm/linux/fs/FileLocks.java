package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The locks that one open file description holds: flock(2)'s on the whole file, and those on ranges of fcntl(2)'s F_OFD_ commands.
 * A process's own locks (F_SETLK) are not among them: there is no other process that they could keep out.
 */
final class FileLocks {
    enum Kind { NONE, SHARED, EXCLUSIVE }

    /** A range of bytes, the end not included; Long.MAX_VALUE is the end of every file. */
    record Range(long start, long end, boolean exclusive) {
        boolean touches(long from, long to) {
            return start < to && from < end;
        }
    }

    /** A program that locks every other byte of a file is stopped here: ENOLCK. */
    private static final int MOST_RANGES = 4096;

    private Kind whole = Kind.NONE;
    private List<Range> ranges = new ArrayList<>();

    boolean any() {
        return whole != Kind.NONE || !ranges.isEmpty();
    }

    Kind whole() {
        return whole;
    }

    void setWhole(Kind kind) {
        whole = kind;
    }

    /** Whether another description's flock keeps this from being taken. */
    boolean refuses(Kind wanted) {
        return wanted == Kind.EXCLUSIVE ? whole != Kind.NONE : wanted == Kind.SHARED && whole == Kind.EXCLUSIVE;
    }

    /** A range that keeps another description from locking this one. */
    Optional<Range> conflict(long from, long to, boolean exclusive) {
        return ranges.stream().filter(range -> range.touches(from, to) && (exclusive || range.exclusive())).findFirst();
    }

    /** Unlocks a range, then locks it again if wanted. @throws GuestError ENOLCK */
    void set(long from, long to, Kind kind) {
        List<Range> after = new ArrayList<>();
        for (Range range : ranges) {
            if (!range.touches(from, to)) {
                after.add(range);
                continue;
            }
            if (range.start() < from) {
                after.add(new Range(range.start(), from, range.exclusive()));
            }
            if (range.end() > to) {
                after.add(new Range(to, range.end(), range.exclusive()));
            }
        }
        if (kind != Kind.NONE) {
            after.add(new Range(from, to, kind == Kind.EXCLUSIVE));
        }
        if (after.size() > MOST_RANGES) {
            throw new GuestError(Errno.ENOLCK);
        }
        ranges = after;
    }

    void save(StateWriter out) {
        out.putInt(whole.ordinal()).putInt(ranges.size());
        ranges.forEach(range -> out.putLong(range.start()).putLong(range.end()).putBoolean(range.exclusive()));
    }

    void load(StateReader in) {
        whole = Kind.values()[Math.floorMod(in.getInt(), Kind.values().length)];
        for (int i = in.getCount(17); i > 0; i--) {
            ranges.add(new Range(in.getLong(), in.getLong(), in.getBoolean()));
        }
    }
}
