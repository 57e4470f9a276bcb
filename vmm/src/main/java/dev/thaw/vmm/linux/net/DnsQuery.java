package dev.thaw.vmm.linux.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A question to the resolver, and its answer's bytes: RFC 1035, section 4. One question a message, as everyone sends it; what
 * stands behind the question (EDNS) is not read, so that an answer keeps to 512 bytes.
 *
 * @param id to be given back
 * @param recursion the RD bit, to be given back
 * @param question the question's bytes, to be given back
 * @param name lower case, without a dot at its end; empty for one that is no host name
 */
record DnsQuery(int id, boolean recursion, byte[] question, String name, int type, int opcode, int dnsClass) {
    static final int TYPE_A = 1;
    static final int TYPE_AAAA = 28;
    static final int CLASS_IN = 1;
    /** NS, CNAME, SOA, MX, TXT, SRV, NAPTR, CAA: RFC 1035, 2782, 3403, 8659. Not PTR, which would name what lies inside. */
    private static final Set<Integer> RELAYED = Set.of(2, 5, 6, 15, 16, 33, 35, 257);

    static final int NOERROR = 0;
    static final int FORMERR = 1;
    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    static final int NOTIMP = 4;
    static final int REFUSED = 5;

    private static final int HEADER = 12;
    /** Of an answer over UDP without EDNS. */
    static final int MOST_BYTES = 512;
    private static final int MOST_NAME = 255;
    private static final int MOST_LABEL = 63;
    private static final int QR = 0x8000;
    private static final int TC = 0x0200;
    private static final int RD = 0x0100;
    private static final int RA = 0x0080;
    private static final int TTL_SECONDS = 30;
    private static final Pattern HOST_LABEL = Pattern.compile("[a-z0-9_-]+");

    /** What is there to be answered; empty for what is no question at all. A question that is broken has no bytes. */
    static Optional<DnsQuery> parse(byte[] message) {
        if (message.length < HEADER) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(message);
        int id = in.getShort() & 0xffff;
        int flags = in.getShort() & 0xffff;
        int questions = in.getShort() & 0xffff;
        if ((flags & QR) != 0) {
            return Optional.empty();
        }
        in.position(HEADER);
        boolean recursion = (flags & RD) != 0;
        int opcode = flags >>> 11 & 0xf;
        Optional<String> name = questions == 1 ? name(in) : Optional.empty();
        if (name.isEmpty() || in.remaining() < 4) {
            return Optional.of(new DnsQuery(id, recursion, new byte[0], "", 0, opcode, 0));
        }
        int type = in.getShort() & 0xffff;
        int dnsClass = in.getShort() & 0xffff;
        return Optional.of(new DnsQuery(id, recursion, Arrays.copyOfRange(message, HEADER, in.position()), name.get(), type,
                opcode, dnsClass));
    }

    /** A name without compression; "" where it is well formed but no host's. */
    private static Optional<String> name(ByteBuffer in) {
        StringBuilder name = new StringBuilder();
        boolean host = true;
        int start = in.position();
        while (in.hasRemaining()) {
            int length = in.get() & 0xff;
            if (length == 0) {
                return Optional.of(host ? name.toString() : "");
            }
            if (length > MOST_LABEL || length > in.remaining() || in.position() - start + length > MOST_NAME) {
                return Optional.empty();
            }
            byte[] bytes = new byte[length];
            in.get(bytes);
            String label = new String(bytes, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            host &= HOST_LABEL.matcher(label).matches();
            name.append(name.isEmpty() ? "" : ".").append(label);
        }
        return Optional.empty();
    }

    boolean wellFormed() {
        return question.length > 0;
    }

    /** Whether it asks for records that a name server is asked for as it stands. */
    boolean relayed() {
        return RELAYED.contains(type);
    }

    /**
     * A name server's answer to this question, for who asked it.
     *
     * @param message whole, to the same question
     * @param most bytes that there is room for; a longer answer says that it is cut off
     */
    byte[] relay(byte[] message, int most) {
        boolean whole = message.length <= most;
        byte[] out = Arrays.copyOf(message, whole ? message.length : HEADER + question.length);
        int flags = QR | opcode << 11 | (whole ? 0 : TC) | (recursion ? RD : 0) | RA | message[3] & 0xf;
        ByteBuffer header = ByteBuffer.wrap(out).putShort((short) id).putShort((short) flags);
        if (!whole) {
            header.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        }
        return out;
    }

    /** The answer with these addresses, those of the type asked for: as many as there is room for. */
    byte[] answer(int code, List<Endpoint.Inet> addresses) {
        ByteBuffer out = ByteBuffer.allocate(MOST_BYTES);
        out.putShort((short) id).putShort((short) (QR | opcode << 11 | (recursion ? RD : 0) | RA | code));
        out.putShort((short) (wellFormed() ? 1 : 0)).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        out.put(question);
        short count = 0;
        for (Endpoint.Inet address : addresses) {
            int length = address.v4() ? 4 : 16;
            if (type != (address.v4() ? TYPE_A : TYPE_AAAA) || out.remaining() < 12 + length) {
                continue;
            }
            // The name is a pointer to the question's.
            out.putShort((short) (0xc000 | HEADER)).putShort((short) type).putShort((short) CLASS_IN).putInt(TTL_SECONDS);
            out.putShort((short) length);
            if (address.v4()) {
                out.putInt((int) address.low());
            } else {
                out.putLong(address.high()).putLong(address.low());
            }
            count++;
        }
        out.putShort(6, count);
        return Arrays.copyOf(out.array(), out.position());
    }
}
