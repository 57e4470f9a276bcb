package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.linux.Errno;
import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.linux.mm.UserMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The ioctls of any socket that ask for interfaces: netdevice(7), linux/sockios.h, struct ifreq and ifconf of linux/if.h. */
final class InterfaceCalls {
    private static final int FIRST = 0x8900;
    private static final int LAST = 0x89ff;
    private static final int SIOCGIFNAME = 0x8910;
    private static final int SIOCGIFCONF = 0x8912;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCGIFADDR = 0x8915;
    private static final int SIOCGIFDSTADDR = 0x8917;
    private static final int SIOCGIFBRDADDR = 0x8919;
    private static final int SIOCGIFNETMASK = 0x891b;
    private static final int SIOCGIFMETRIC = 0x891d;
    private static final int SIOCGIFMTU = 0x8921;
    private static final int SIOCGIFHWADDR = 0x8927;
    private static final int SIOCGIFINDEX = 0x8933;
    private static final int SIOCGIFTXQLEN = 0x8942;
    /** Requests that change an interface. */
    private static final List<Integer> CHANGES = List.of(0x8914, 0x8916, 0x8918, 0x891a, 0x891c, 0x891e, 0x8922, 0x8923, 0x8924,
            0x8931, 0x8932, 0x8936, 0x8943, 0x8937);

    private static final int NAME_SIZE = 16;
    private static final int IFREQ_SIZE = 40;
    private static final int QUEUE = 1000;

    private InterfaceCalls() {}

    static boolean knows(int request) {
        return request >= FIRST && request <= LAST;
    }

    /** @param at struct ifreq, or ifconf for SIOCGIFCONF */
    static long ioctl(UserMemory user, int request, long at) {
        if (CHANGES.contains(request)) {
            return -Errno.EPERM;
        }
        return switch (request) {
            case SIOCGIFCONF -> configurations(user, at);
            case SIOCGIFNAME -> {
                Interfaces one = Interfaces.numbered(user.readInt(at + NAME_SIZE)).orElseThrow(() -> new GuestError(Errno.ENODEV));
                user.writeBytes(at, name(one));
                yield 0;
            }
            case SIOCGIFFLAGS, SIOCGIFADDR, SIOCGIFDSTADDR, SIOCGIFBRDADDR, SIOCGIFNETMASK, SIOCGIFMETRIC, SIOCGIFMTU, SIOCGIFHWADDR,
                    SIOCGIFINDEX, SIOCGIFTXQLEN -> {
                user.writeBytes(at + NAME_SIZE, about(one(user, at), request));
                yield 0;
            }
            default -> -Errno.ENOTTY;
        };
    }

    private static Interfaces one(UserMemory user, long at) {
        String name = new String(user.readBytes(at, NAME_SIZE), StandardCharsets.ISO_8859_1);
        int nul = name.indexOf('\0');
        return Interfaces.named(nul < 0 ? name : name.substring(0, nul)).orElseThrow(() -> new GuestError(Errno.ENODEV));
    }

    private static byte[] name(Interfaces one) {
        return Arrays.copyOf(one.name().getBytes(StandardCharsets.ISO_8859_1), NAME_SIZE);
    }

    /** What stands behind the name: a number, or a sockaddr. */
    private static byte[] about(Interfaces one, int request) {
        ByteBuffer value = ByteBuffer.allocate(NAME_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        return switch (request) {
            case SIOCGIFFLAGS -> Arrays.copyOf(value.putShort((short) one.flags()).array(), Short.BYTES);
            case SIOCGIFMETRIC -> Arrays.copyOf(value.putInt(0).array(), Integer.BYTES);
            case SIOCGIFMTU -> Arrays.copyOf(value.putInt(one.mtu()).array(), Integer.BYTES);
            case SIOCGIFINDEX -> Arrays.copyOf(value.putInt(one.index()).array(), Integer.BYTES);
            case SIOCGIFTXQLEN -> Arrays.copyOf(value.putInt(QUEUE).array(), Integer.BYTES);
            case SIOCGIFHWADDR -> value.putShort((short) one.hardware()).put(one.address()).array();
            case SIOCGIFNETMASK -> socketAddress(one.v4().mask());
            case SIOCGIFBRDADDR -> socketAddress(one.broadcasts() ? one.v4().broadcast() : 0);
            default -> socketAddress(one.v4().v4());
        };
    }

    private static byte[] socketAddress(int v4) {
        return ByteBuffer.allocate(NAME_SIZE).order(ByteOrder.LITTLE_ENDIAN).putShort((short) SocketConstants.AF_INET)
                .order(ByteOrder.BIG_ENDIAN).putInt(4, v4).array();
    }

    /** As many interfaces as fit, or with no place the size of all. */
    private static long configurations(UserMemory user, long at) {
        int room = user.readInt(at);
        long list = user.readLong(at + 8);
        int written = 0;
        for (Interfaces each : Interfaces.all()) {
            if (list == 0) {
                written += IFREQ_SIZE;
            } else if (written + IFREQ_SIZE <= room) {
                byte[] entry = Arrays.copyOf(name(each), IFREQ_SIZE);
                System.arraycopy(socketAddress(each.v4().v4()), 0, entry, NAME_SIZE, NAME_SIZE);
                user.writeBytes(list + written, entry);
                written += IFREQ_SIZE;
            }
        }
        user.writeInt(at, written);
        return 0;
    }
}
