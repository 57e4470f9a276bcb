package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.mm.UserBuffer;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What waits to be read at one end of a pipe or socket: a stream of bytes, or messages with their senders. Bounded by its own
 * limit and by the VM's {@link Budget}. One inbox is used either as a stream or for messages.
 */
public final class Inbox {
    /** Capacities of a stream's pieces: few objects for small writes, no large copies for big ones. */
    private static final int LEAST_PIECE = 1024;
    private static final int MOST_PIECE = 65_536;
    /** What a piece costs beside its bytes. */
    private static final int OVERHEAD = 128;

    /** A message, or a piece of a stream: the bytes in [start, end). */
    private static final class Piece {
        private final byte[] bytes;
        private final Optional<Endpoint> from;
        private final int charge;
        /** Tickets of the descriptions that travel in it. */
        private List<Integer> rights = List.of();
        private int start;
        private int end;

        Piece(byte[] bytes, int end, Optional<Endpoint> from, int charge) {
            this.bytes = bytes;
            this.end = end;
            this.from = from;
            this.charge = charge;
        }

        int length() {
            return end - start;
        }
    }

    private final Budget budget;
    private int limit;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long size;
    /** For the next piece. */
    private List<Integer> nextRights = List.of();
    /** Of pieces that were read or thrown away. */
    private final List<Integer> freedRights = new ArrayList<>();

    /** @param limit bytes that may wait here */
    public Inbox(Budget budget, int limit) {
        this.budget = budget;
        this.limit = limit;
    }

    /** Bytes that wait. */
    public long size() {
        return size;
    }

    /** Nothing waits, not even an empty message. */
    public boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Messages that wait. */
    public int count() {
        return pieces.size();
    }

    /** Bytes that {@link #fill} would take now. */
    public long room() {
        long left = budget.left() - Budget.KEPT - OVERHEAD - LEAST_PIECE;
        return Math.max(0, Math.min(limit - size, left / 2));
    }

    public int limit() {
        return limit;
    }

    /** Changes the bound; what waits stays. */
    public void setLimit(int bytes) {
        limit = bytes;
    }

    /** Whether poll(2) calls it writable: a third of it is free, so that writers do not wake for crumbs. */
    public boolean writable() {
        return room() >= limit / 3;
    }

    /** Appends to the stream what there is room for; returns the bytes taken. */
    public long fill(UserBuffer from) {
        long want = Math.min(from.remaining(), room());
        long done = 0;
        while (done < want) {
            Piece tail = pieces.peekLast();
            boolean fresh = tail == null || tail.end == tail.bytes.length || tail.charge == 0 || done == 0
                    && (!nextRights.isEmpty() || !tail.rights.isEmpty());
            if (fresh) {
                tail = charged((int) Math.clamp(want - done, LEAST_PIECE, MOST_PIECE));
            }
            int n = (int) Math.min(want - done, tail.bytes.length - tail.end);
            long got = from.get(MemorySegment.ofArray(tail.bytes), tail.end, n);
            if (got > 0 && fresh) {
                budget.take(tail.charge);
                add(tail);
            }
            tail.end += (int) got;
            size += got;
            done += got;
            if (got < n) {
                break;
            }
        }
        return done;
    }

    private void add(Piece piece) {
        piece.rights = nextRights;
        nextRights = List.of();
        pieces.addLast(piece);
    }

    /** The next piece carries these descriptions. */
    void carry(List<Integer> tickets) {
        nextRights = tickets;
    }

    /** Whether what {@link #carry} was given has gone with a piece; else it does not go with the next. */
    boolean carried() {
        boolean gone = nextRights.isEmpty();
        nextRights = List.of();
        return gone;
    }

    /** The descriptions of what was read or thrown away since: the caller's now. */
    List<Integer> freedRights() {
        if (freedRights.isEmpty()) {
            return List.of();
        }
        List<Integer> freed = List.copyOf(freedRights);
        freedRights.clear();
        return freed;
    }

    private void free(Piece piece) {
        freedRights.addAll(piece.rights);
        piece.rights = List.of();
    }

    private static Piece charged(int capacity) {
        return new Piece(new byte[capacity], 0, Optional.empty(), capacity + OVERHEAD);
    }

    /** Appends the host's bytes to the stream: no limit holds, the host bounds itself. */
    void append(byte[] bytes) {
        if (bytes.length > 0) {
            pieces.addLast(new Piece(bytes, bytes.length, Optional.empty(), 0));
            size += bytes.length;
        }
    }

    /** Appends one whole message; false when there is no room for it now. */
    boolean addMessage(byte[] bytes, Optional<Endpoint> from) {
        int charge = bytes.length + OVERHEAD;
        if (bytes.length > limit - size || count() * (long) OVERHEAD > limit || charge > budget.left() - Budget.KEPT || !budget.take(charge)) {
            return false;
        }
        add(new Piece(bytes, bytes.length, from, charge));
        size += bytes.length;
        return true;
    }

    /** Moves stream bytes to the guest as far as its buffer goes; with {@code peek} they stay here too. */
    public long drain(UserBuffer into, boolean peek) {
        long done = 0;
        Iterator<Piece> all = pieces.iterator();
        while (all.hasNext() && into.remaining() > 0) {
            Piece piece = all.next();
            int n = piece.length();
            int got = (int) into.put(piece.bytes, piece.start, n);
            done += got;
            boolean carrier = !piece.rights.isEmpty();
            if (!peek) {
                free(piece);
                piece.start += got;
                size -= got;
                if (piece.length() == 0) {
                    all.remove();
                    budget.give(piece.charge);
                }
            }
            // A reader gets one message's descriptions at a time.
            if (got < n || carrier) {
                break;
            }
        }
        return done;
    }

    /** Throws stream bytes away; returns how many. */
    long skip(long bytes) {
        long done = 0;
        while (done < bytes && !pieces.isEmpty()) {
            Piece piece = pieces.peekFirst();
            int n = (int) Math.min(bytes - done, piece.length());
            free(piece);
            piece.start += n;
            size -= n;
            done += n;
            if (piece.length() == 0) {
                pieces.removeFirst();
                budget.give(piece.charge);
            }
        }
        return done;
    }

    /** The first message's length, or 0. */
    int firstLength() {
        return pieces.isEmpty() ? 0 : pieces.peekFirst().length();
    }

    /** Who sent the first message. */
    Optional<Endpoint> firstSender() {
        return pieces.isEmpty() ? Optional.empty() : pieces.peekFirst().from;
    }

    /** Moves what fits of the first message to the guest; unless {@code peek}, the whole message is gone then. */
    long takeMessage(UserBuffer into, boolean peek) {
        Piece piece = pieces.peekFirst();
        long got = into.put(piece.bytes, piece.start, piece.length());
        if (!peek) {
            free(piece);
            pieces.removeFirst();
            size -= piece.length();
            budget.give(piece.charge);
        }
        return got;
    }

    /** Forgets everything. */
    public void clear() {
        pieces.forEach(piece -> budget.give(piece.charge));
        pieces.forEach(this::free);
        pieces.clear();
        size = 0;
    }

    public void save(StateWriter out) {
        out.putInt(pieces.size());
        for (Piece piece : pieces) {
            out.putBoolean(piece.charge != 0).putBoolean(piece.from.isPresent());
            piece.from.ifPresent(from -> Endpoint.save(from, out));
            out.putBytes(Arrays.copyOfRange(piece.bytes, piece.start, piece.end));
            out.putInt(piece.rights.size());
            piece.rights.forEach(out::putInt);
        }
    }

    /** Reads what {@link #save} wrote into an empty inbox. */
    public void load(StateReader in) {
        for (int i = in.getCount(12); i > 0; i--) {
            boolean isCharged = in.getBoolean();
            Optional<Endpoint> from = in.getBoolean() ? Optional.of(Endpoint.load(in)) : Optional.empty();
            byte[] bytes = in.getBytes();
            int charge = isCharged ? bytes.length + OVERHEAD : 0;
            budget.take(charge);
            List<Integer> rights = new ArrayList<>();
            for (int j = in.getCount(4); j > 0; j--) {
                rights.add(in.getInt());
            }
            Piece piece = new Piece(bytes, bytes.length, from, charge);
            piece.rights = List.copyOf(rights);
            pieces.addLast(piece);
            size += bytes.length;
        }
    }
}
