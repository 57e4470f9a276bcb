package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What rtnetlink(7) answers: links and addresses, no routes; all changes are refused, as to a program without privileges. Layouts and
 * numbers: linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h.
 */
final class NetlinkAnswers {
    static final int HEADER = 16;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_MULTI = 2;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP = 0x300;
    private static final int FIRST_TYPE = 16;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_GETROUTE = 26;
    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_BROADCAST = 2;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_OPERSTATE = 16;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_F_PERMANENT = 0x80;
    private static final int QUEUE = 1000;
    private static final int OPERSTATE_UNKNOWN = 0;
    private static final int OPERSTATE_UP = 6;

    /** Who asks: what every answer repeats. */
    private record Request(int type, int flags, int sequence, int port, byte[] header, byte[] body) {
        boolean dump() {
            return (flags & NLM_F_DUMP) == NLM_F_DUMP;
        }

        int family() {
            return body.length > 0 ? body[0] & 0xff : SocketConstants.AF_UNSPEC;
        }
    }

    private NetlinkAnswers() {}

    /** The messages that answer all requests of one message sent; @param port the asking socket's */
    static List<byte[]> to(byte[] sent, int port) {
        List<byte[]> answers = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(sent).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (sent.length - at >= HEADER) {
            int length = in.getInt(at);
            if (length < HEADER || length > sent.length - at) {
                break;
            }
            int flags = in.getShort(at + 6) & 0xffff;
            int type = in.getShort(at + 4) & 0xffff;
            if ((flags & NLM_F_REQUEST) != 0 && type >= FIRST_TYPE) {
                answer(new Request(type, flags, in.getInt(at + 8), port, Arrays.copyOfRange(sent, at, at + HEADER),
                        Arrays.copyOfRange(sent, at + HEADER, at + length)), answers);
            }
            at += (length + 3) & -4;
        }
        return answers;
    }

    private static void answer(Request request, List<byte[]> answers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (request.dump()) {
            switch (request.type) {
                case RTM_GETLINK -> Interfaces.all().forEach(each -> link(request, each, out));
                case RTM_GETADDR -> Interfaces.all().forEach(each -> each.nets().forEach(net -> address(request, each, net, out)));
                case RTM_GETROUTE -> { }
                default -> {
                    answers.add(error(request, Errno.EOPNOTSUPP));
                    return;
                }
            }
            if (out.size() > 0) {
                answers.add(out.toByteArray());
            }
            answers.add(message(request, NLMSG_DONE, NLM_F_MULTI, new byte[4]));
            return;
        }
        boolean question = (request.type & 3) == 2;
        if (request.type == RTM_GETLINK) {
            Optional<Interfaces> one = request.body.length < 16 ? Optional.empty()
                    : Interfaces.numbered(ByteBuffer.wrap(request.body).order(ByteOrder.LITTLE_ENDIAN).getInt(4));
            if (one.isEmpty()) {
                answers.add(error(request, Errno.ENODEV));
                return;
            }
            link(request, one.get(), out);
            answers.add(out.toByteArray());
            if ((request.flags & NLM_F_ACK) != 0) {
                answers.add(error(request, 0));
            }
            return;
        }
        answers.add(error(request, !question ? Errno.EPERM
                : request.type == RTM_GETROUTE ? Errno.ENETUNREACH : Errno.EOPNOTSUPP));
    }

    private static byte[] message(Request request, int type, int flags, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate((HEADER + body.length + 3) & -4).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(HEADER + body.length).putShort((short) type).putShort((short) flags).putInt(request.sequence).putInt(request.port);
        return out.put(body).array();
    }

    private static byte[] error(Request request, int errno) {
        // A failure repeats the whole request, an acknowledgement its header.
        ByteBuffer body = ByteBuffer.allocate(4 + HEADER + (errno == 0 ? 0 : request.body.length)).order(ByteOrder.LITTLE_ENDIAN);
        body.putInt(-errno).put(request.header).put(request.body, 0, errno == 0 ? 0 : request.body.length);
        return message(request, NLMSG_ERROR, 0, body.array());
    }

    private static void link(Request request, Interfaces one, ByteArrayOutputStream out) {
        ByteBuffer body = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        body.putShort((short) 0).putShort((short) one.hardware()).putInt(one.index()).putInt(one.flags()).putInt(0);
        attribute(body, IFLA_IFNAME, (one.name() + "\0").getBytes(StandardCharsets.ISO_8859_1));
        attribute(body, IFLA_TXQLEN, number(QUEUE));
        attribute(body, IFLA_OPERSTATE, new byte[] {(byte) (one.broadcasts() ? OPERSTATE_UP : OPERSTATE_UNKNOWN)});
        attribute(body, IFLA_MTU, number(one.mtu()));
        attribute(body, IFLA_ADDRESS, one.address());
        byte[] everyone = new byte[one.address().length];
        Arrays.fill(everyone, (byte) (one.broadcasts() ? -1 : 0));
        attribute(body, IFLA_BROADCAST, everyone);
        out.writeBytes(message(request, RTM_NEWLINK, request.dump() ? NLM_F_MULTI : 0, used(body)));
    }

    private static void address(Request request, Interfaces one, Interfaces.Net net, ByteArrayOutputStream out) {
        boolean v4 = net.address().v4();
        int family = v4 ? SocketConstants.AF_INET : SocketConstants.AF_INET6;
        if (request.family() != SocketConstants.AF_UNSPEC && request.family() != family) {
            return;
        }
        ByteBuffer body = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        body.put((byte) family).put((byte) net.bits()).put((byte) IFA_F_PERMANENT).put((byte) net.scope()).putInt(one.index());
        if (v4) {
            attribute(body, IFA_ADDRESS, ByteBuffer.allocate(4).putInt(net.v4()).array());
            attribute(body, IFA_LOCAL, ByteBuffer.allocate(4).putInt(net.v4()).array());
            if (one.broadcasts()) {
                attribute(body, IFA_BROADCAST, ByteBuffer.allocate(4).putInt(net.broadcast()).array());
            }
            attribute(body, IFA_LABEL, (one.name() + "\0").getBytes(StandardCharsets.ISO_8859_1));
        } else {
            attribute(body, IFA_ADDRESS, ByteBuffer.allocate(16).putLong(net.address().high()).putLong(net.address().low()).array());
        }
        out.writeBytes(message(request, RTM_NEWADDR, NLM_F_MULTI, used(body)));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    }

    /** struct rtattr: length, type; padded to four bytes. */
    private static void attribute(ByteBuffer body, int type, byte[] value) {
        body.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        body.position((body.position() + 3) & -4);
    }

    private static byte[] used(ByteBuffer body) {
        return Arrays.copyOf(body.array(), body.position());
    }
}
