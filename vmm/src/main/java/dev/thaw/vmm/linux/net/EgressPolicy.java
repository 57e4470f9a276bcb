package dev.thaw.vmm.linux.net;

import java.util.Collection;
import java.util.List;

/**
 * What a program may reach outside its VM: the {@code egress} list of its manifest. Immutable.
 *
 * <p>A rule is {@code [tcp://|udp://]target[:port|:from-to]}; without a protocol it is for both, without a port for all. A target is
 * a host name ({@code api.example.com}), all names below one ({@code *.example.com}), all names ({@code *}), an address or a CIDR of
 * either family ({@code 203.0.113.0/24}, {@code [2001:db8::/32]:443}). What no rule allows fails with EACCES, which connect(2)
 * has for a local firewall's refusal; a name that no rule has does not exist (NXDOMAIN).
 *
 * <p>127.0.0.0/8, ::1 and the wildcards are the VM's own loopback always. Addresses that lead inside ({@link InsideAddresses}) are
 * out of reach of a host name's rule whatever DNS says, and need a rule of addresses that is meant for them.
 */
public final class EgressPolicy {
    /** Rules of one list. */
    public static final int MOST_RULES = 256;

    /** Nothing. */
    public static final EgressPolicy NONE = new EgressPolicy(List.of(), HostNames.SYSTEM);

    private final List<EgressRule> rules;
    private final HostNames names;

    private EgressPolicy(List<EgressRule> rules, HostNames names) {
        this.rules = rules;
        this.names = names;
    }

    /**
     * Reads a manifest's list; an empty one allows nothing.
     *
     * @throws IllegalArgumentException that names the first wrong rule and says what is allowed
     */
    public static EgressPolicy parse(List<String> rules) {
        if (rules.size() > MOST_RULES) {
            throw new IllegalArgumentException(rules.size() + " egress rules: " + MOST_RULES + " is the most");
        }
        return new EgressPolicy(rules.stream().map(EgressRuleParser::parse).toList(), HostNames.SYSTEM);
    }

    /** The same rules with another source of addresses than the host's resolver. */
    public EgressPolicy withNames(HostNames source) {
        return new EgressPolicy(rules, source);
    }

    HostNames names() {
        return names;
    }

    /** Whether nothing at all is allowed. */
    public boolean isNone() {
        return rules.isEmpty();
    }

    /** Whether the program may know this name's addresses. @param name lower case, without a dot at its end */
    boolean allowsName(String name) {
        return rules.stream().anyMatch(rule -> rule instanceof EgressRule.Name host && host.matches(name));
    }

    /** Whether a rule of addresses reaches this address at any port. */
    boolean allowsAddress(Endpoint.Inet to, InsideAddresses inside) {
        Endpoint.Inet plain = InsideAddresses.plain(to);
        return rules.stream().anyMatch(rule -> rule instanceof EgressRule.Range range && reaches(range, plain, inside));
    }

    /**
     * Whether the program may send there.
     *
     * @param tcp else UDP
     * @param names those that the address was an answer for
     */
    boolean allows(boolean tcp, Endpoint.Inet to, Collection<String> names, InsideAddresses inside) {
        Endpoint.Inet plain = InsideAddresses.plain(to);
        return rules.stream().anyMatch(rule -> rule.traffic().covers(tcp, to.port()) && switch (rule) {
            case EgressRule.Range range -> reaches(range, plain, inside);
            case EgressRule.Name host -> inside.isOutside(plain) && names.stream().anyMatch(host::matches);
        });
    }

    private static boolean reaches(EgressRule.Range range, Endpoint.Inet plain, InsideAddresses inside) {
        return !plain.local() && range.prefix().contains(plain) && inside.namedBy(range.prefix(), plain);
    }
}
