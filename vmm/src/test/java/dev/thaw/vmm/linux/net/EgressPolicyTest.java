package dev.thaw.vmm.linux.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an egress list allows, and how a wrong one is refused. */
class EgressPolicyTest {
    /** The host of these tests has the address 198.51.100.10. */
    private static final InsideAddresses INSIDE = new InsideAddresses(List.of(address("198.51.100.10", 0)));

    private static Endpoint.Inet address(String literal, int port) {
        byte[] bytes = InetAddress.ofLiteral(literal).getAddress();
        ByteBuffer b = ByteBuffer.wrap(bytes);
        return bytes.length == 4 ? Endpoint.Inet.ofV4(b.getInt(), port) : new Endpoint.Inet(b.getLong(), b.getLong(), port);
    }

    private static boolean tcp(String rules, String to, int port, String... names) {
        return EgressPolicy.parse(List.of(rules.split(" "))).allows(true, address(to, port), List.of(names), INSIDE);
    }

    private static boolean udp(String rules, String to, int port) {
        return EgressPolicy.parse(List.of(rules.split(" "))).allows(false, address(to, port), List.of(), INSIDE);
    }

    @Test
    void anEmptyListAllowsNothing() {
        EgressPolicy none = EgressPolicy.parse(List.of());
        assertTrue(none.isNone());
        assertFalse(none.allows(true, address("203.0.113.7", 443), List.of("example.com"), INSIDE));
        assertFalse(none.allowsName("example.com"));
    }

    @Test
    void aRuleIsForItsProtocolAndItsPortsAndWithoutThemForAll() {
        assertTrue(tcp("203.0.113.7", "203.0.113.7", 1));
        assertTrue(udp("203.0.113.7", "203.0.113.7", 65_535));
        assertFalse(tcp("203.0.113.7", "203.0.113.7", 0));
        assertTrue(tcp("tcp://203.0.113.7:443", "203.0.113.7", 443));
        assertFalse(udp("tcp://203.0.113.7:443", "203.0.113.7", 443));
        assertFalse(tcp("UDP://203.0.113.7", "203.0.113.7", 443));
        assertFalse(tcp("203.0.113.7:443", "203.0.113.7", 444));
        assertTrue(tcp("203.0.113.7:8000-8080", "203.0.113.7", 8080));
        assertFalse(tcp("203.0.113.7:8000-8080", "203.0.113.7", 8081));
    }

    @Test
    void aRangeHasItsAddressesOfItsFamily() {
        assertTrue(tcp("203.0.113.0/24:443", "203.0.113.255", 443));
        assertFalse(tcp("203.0.113.0/24", "203.0.114.0", 443));
        assertTrue(tcp("[2001:db8::/32]:443", "2001:db8:ffff::1", 443));
        assertTrue(tcp("2001:db8::/32", "2001:db8::", 80));
        assertFalse(tcp("2001:db8::/32", "2001:db9::", 80));
        assertFalse(tcp("::/0", "203.0.113.7", 443));
        assertFalse(tcp("0.0.0.0/0", "2001:db8::1", 443));
        assertTrue(tcp("0.0.0.0/0 ::/0", "2001:db8::1", 443));
    }

    @Test
    void aNameIsItselfAndAStarIsWhatIsBelow() {
        assertTrue(tcp("api.example.com:443", "203.0.113.7", 443, "api.example.com"));
        assertFalse(tcp("api.example.com:443", "203.0.113.7", 80, "api.example.com"));
        assertFalse(tcp("api.example.com", "203.0.113.7", 443, "www.example.com"));
        assertTrue(tcp("*.Example.com", "203.0.113.7", 443, "a.b.example.com"));
        assertFalse(tcp("*.example.com", "203.0.113.7", 443, "example.com"));
        assertFalse(tcp("*.example.com", "203.0.113.7", 443, "notexample.com"));
        assertTrue(tcp("*", "203.0.113.7", 443, "anything.test"));
        assertFalse(tcp("*", "203.0.113.7", 443));
        EgressPolicy policy = EgressPolicy.parse(List.of("*.example.com:443", "203.0.113.0/24"));
        assertTrue(policy.allowsName("a.example.com"));
        assertFalse(policy.allowsName("example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.7",
        "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.0.2", "198.51.100.10", "::1", "::", "fd00::1", "fe80::1", "ff02::1",
        "fec0::1", "2001:0:1::1", "fd00:ec2::254", "64:ff9b:1::1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2002:c0a8:101::1", "::127.0.0.1", "::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:c633:640a::"})
    void whatLeadsInsideIsOutOfReachOfNamesAndOfTheWholeInternet(String inside) {
        assertFalse(tcp("* 0.0.0.0/0 ::/0 0.0.0.0/1 128.0.0.0/1", inside, 443, "evil.test"), inside);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.1.2.3, true", "10.1.2.3, 10.1.2.3, true", "8.0.0.0/5, 10.1.2.3, false",
        "169.254.0.0/16, 169.254.1.1, true", "169.254.0.0/16, 169.254.169.254, false", "169.254.169.254, 169.254.169.254, true",
        "198.51.100.0/24, 198.51.100.10, false", "198.51.100.0/24, 198.51.100.11, true", "198.51.100.10/32, 198.51.100.10, true",
        "fd00::/8, fd12::1, true", "fd00::/8, fd00:ec2::254, false", "fc00::/6, fd12::1, false", "10.0.0.0/8, 64:ff9b::10.0.0.1, true",
        "10.0.0.0/8, 2002:a00:1::, true"})
    void aRuleOfAddressesReachesWhatItIsMeantFor(String rule, String to, boolean allowed) {
        assertEquals(allowed, tcp(rule, to, 443, "evil.test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "tcp://", "http://example.com", "example.com:", "example.com:0", "example.com:65536",
        "example.com:9-8", "example.com:80-", "example.com:http", "exa mple.com", "-a.com", "a..b", "*example.com", "a.*.com", "*.",
        "**", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "127.1", "2130706433", "0x7f000001", "0x7f.1", "1.2.3.4/33", "1.2.3.4/8",
        "1.2.3.4/", "1.2.3.4/-1", "2001:db8::/129", "2001:db8::1/64", "2001:db8:::1", "[2001:db8::1", "[2001:db8::1]443",
        "[1.2.3.4]:80", "127.0.0.1", "127.0.0.0/8", "127.1.2.3/32", "0.0.0.0", "0.0.0.0/8", "::1", "::", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::/96", "localhost", "x.localhost", "fe80::1%eth0", "example.com/path", "user@example.com", "ü.example"})
    void aWrongRuleIsRefusedAndNamed(String rule) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> EgressPolicy.parse(List.of(rule)));
        assertTrue(e.getMessage().startsWith("egress rule \"" + rule + "\": "), e.getMessage());
    }

    @Test
    void aListAndARuleHaveBounds() {
        assertThrows(IllegalArgumentException.class, () -> EgressPolicy.parse(Collections.nCopies(257, "a.example")));
        assertThrows(IllegalArgumentException.class, () -> EgressPolicy.parse(List.of("a.".repeat(200) + "example")));
        assertThrows(IllegalArgumentException.class, () -> EgressPolicy.parse(List.of("abcdef.".repeat(37) + "example")));
    }
}
