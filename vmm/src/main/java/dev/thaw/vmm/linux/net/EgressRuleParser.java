package dev.thaw.vmm.linux.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a line of an egress list: {@code [tcp://|udp://]} host, address or CIDR {@code [:port|:from-to]}. */
final class EgressRuleParser {
    private static final int MOST_CHARACTERS = 300;
    private static final int MOST_NAME = 253;
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Pattern V4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");
    /** What other programs take for an IPv4 address: its last part is a number. */
    private static final Pattern NUMBER = Pattern.compile("\\d+|0x[0-9a-f]*");

    private final String rule;

    private EgressRuleParser(String rule) {
        this.rule = rule;
    }

    /** @throws IllegalArgumentException that names the rule and says what is allowed */
    static EgressRule parse(String rule) {
        return new EgressRuleParser(rule).parse();
    }

    private IllegalArgumentException wrong(String why) {
        String shown = rule.length() > 100 ? rule.substring(0, 100) + "…" : rule;
        return new IllegalArgumentException("egress rule \"" + shown + "\": " + why);
    }

    private EgressRule parse() {
        if (rule.length() > MOST_CHARACTERS) {
            throw wrong("longer than " + MOST_CHARACTERS + " characters");
        }
        String text = rule.strip().toLowerCase(Locale.ROOT);
        boolean tcp = text.startsWith("tcp://");
        boolean udp = text.startsWith("udp://");
        if (tcp || udp) {
            text = text.substring("tcp://".length());
        } else if (text.contains("://")) {
            throw wrong("begins with tcp:// or udp://, or with neither for both; a URL is no rule, its host name and port are");
        }
        String target = text;
        Optional<String> ports = Optional.empty();
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0 || end + 1 < text.length() && text.charAt(end + 1) != ':') {
                throw wrong("an IPv6 address in brackets is followed by :port or by nothing, as in [2001:db8::/32]:443");
            }
            target = text.substring(1, end);
            ports = end + 1 < text.length() ? Optional.of(text.substring(end + 2)) : Optional.empty();
            if (!target.contains(":")) {
                throw wrong("only an IPv6 address stands in brackets");
            }
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            target = text.substring(0, text.indexOf(':'));
            ports = Optional.of(text.substring(text.indexOf(':') + 1));
        }
        EgressRule.Traffic traffic = traffic(!udp, !tcp, ports);
        boolean range = target.contains("/") || target.contains(":") || V4.matcher(target).matches();
        return range ? new EgressRule.Range(prefix(target), traffic) : name(target, traffic);
    }

    private EgressRule.Traffic traffic(boolean tcp, boolean udp, Optional<String> ports) {
        if (ports.isEmpty()) {
            return new EgressRule.Traffic(tcp, udp, 1, 65_535);
        }
        Matcher matcher = PORTS.matcher(ports.get());
        if (matcher.matches()) {
            int from = Integer.parseInt(matcher.group(1));
            int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
            if (from >= 1 && from <= to && to <= 65_535) {
                return new EgressRule.Traffic(tcp, udp, from, to);
            }
        }
        throw wrong("\"" + ports.get() + "\" is no port of 1 to 65535 and no range of them such as 8000-8080");
    }

    private EgressRule name(String target, EgressRule.Traffic traffic) {
        boolean below = target.startsWith("*.") || target.equals("*");
        String name = below ? target.substring(Math.min(2, target.length())) : target;
        if (name.isEmpty() && target.equals("*")) {
            return new EgressRule.Name("", true, traffic);
        }
        String[] labels = name.split("\\.", -1);
        if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
            throw wrong("an IPv4 address has four decimal parts of 0 to 255, as in 203.0.113.7");
        }
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw wrong("neither a host name (api.example.com, *.example.com, * for all), nor an address, nor a CIDR"
                        + " (203.0.113.0/24, 2001:db8::/32), with :port or :from-to behind it where one is meant");
            }
        }
        if (name.length() > MOST_NAME) {
            throw wrong("a host name has at most " + MOST_NAME + " characters");
        }
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            throw wrong("localhost is the VM's own loopback and needs no rule");
        }
        return new EgressRule.Name(name, below, traffic);
    }

    private Prefix prefix(String target) {
        int slash = target.indexOf('/');
        Prefix address = address(slash < 0 ? target : target.substring(0, slash));
        int all = address.v4() ? 32 : 128;
        int bits = slash < 0 ? all : bits(target.substring(slash + 1), all);
        Prefix prefix = new Prefix(address.high(), address.low(), bits + 128 - all);
        if (!prefix.proper()) {
            throw wrong("the address has bits beyond its prefix of " + bits);
        }
        Endpoint.Inet first = new Endpoint.Inet(prefix.high(), prefix.low(), 0);
        Endpoint.Inet plain = InsideAddresses.plain(first);
        if (first.local() && prefix.bits() > 8 + Prefix.V4_BITS - 1) {
            throw wrong("127.0.0.0/8, 0.0.0.0, ::1 and 192.0.0.2 are the VM's own and need no rule: list another address of the host's");
        }
        if (!plain.sameAddress(first)) {
            throw wrong("the address stands for an IPv4 address: write that one");
        }
        return prefix;
    }

    private int bits(String text, int most) {
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) <= most) {
            return Integer.parseInt(text);
        }
        throw wrong("\"/" + text + "\" is no prefix length of 0 to " + most);
    }

    private Prefix address(String text) {
        Matcher v4 = V4.matcher(text);
        if (v4.matches()) {
            int[] parts = new int[4];
            for (int i = 0; i < 4; i++) {
                parts[i] = Integer.parseInt(v4.group(i + 1));
                boolean octal = v4.group(i + 1).length() > 1 && v4.group(i + 1).startsWith("0");
                if (parts[i] > 255 || octal) {
                    throw wrong("an IPv4 address has four decimal parts of 0 to 255, as in 203.0.113.7");
                }
            }
            return Prefix.ofV4(parts[0], parts[1], parts[2], parts[3], 32);
        }
        if (!text.matches("[0-9a-f:.]+") || !text.contains(":")) {
            throw wrong("\"" + text + "\" is no IPv4 or IPv6 address");
        }
        try {
            InetAddress parsed = InetAddress.ofLiteral(text);
            if (!(parsed instanceof Inet6Address)) {
                throw wrong("the address stands for an IPv4 address: write that one");
            }
            ByteBuffer bytes = ByteBuffer.wrap(parsed.getAddress());
            return new Prefix(bytes.getLong(), bytes.getLong(), 128);
        } catch (IllegalArgumentException e) {
            if (e.getMessage().startsWith("egress rule")) {
                throw e;
            }
            throw wrong("\"" + text + "\" is no IPv6 address");
        }
    }
}
