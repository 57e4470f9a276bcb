package dev.thaw.vmm;

import dev.thaw.vmm.testing.Differential;
import dev.thaw.vmm.testing.Needs;
import dev.thaw.vmm.testing.Vm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Applets of the host's busybox, one process each, answer in a VM as they do natively. */
@Execution(ExecutionMode.CONCURRENT)
class BusyboxTest {
    private static final String TEXT = "pear 3\napple 10\nfig 7\napple 2\nquince 1\n";
    private static final List<String> ENVIRONMENT = List.of("PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC0", "COLOUR=blue");

    /** A shell line without a fork: everything that is no built-in of ash runs as an applet in the shell's own process. */
    private static String sh(String script) {
        return "sh\n-c\n" + script;
    }

    @TestFactory
    Stream<DynamicTest> applets() {
        return Stream.of(
                "cat", "sort", "sort\n-k2n", "wc", "sha256sum", "md5sum", "sha1sum", "sed\ns/apple/APPLE/;3d", "grep\n-n\napple",
                "awk\n{n[$1] += $2} END {for (k in n) print k, n[k] | \"cat\" }".replace(" | \"cat\"", ""), "head\n-n\n2",
                "tail\n-n\n2", "tr\na-z\nA-Z", "cut\n-d\n \n-f\n2", "seq\n1\n3\n20", "expr\n6\n*\n7", "date\n-u\n-d\n@1700000000",
                "date\n-u\n-d\n@951782400\n+%A %d %B %Y", "uniq\n-c", "od\n-c", "xxd", "hexdump\n-C", "printenv\nCOLOUR",
                "test\n-d\n/usr", "test\n-f\n/none", "uname\n-s", "uname\n-m", "tee", "tac", "rev", "nl", "fold\n-w\n4",
                "basename\n/a/b.c\n.c", "dirname\n/a/b/c", "echo\nhello\nworld", "true", "false", "printf\n%05d|%s\\n\n42\ntext",
                "factor\n1234567890", "base64", "cksum", "sum", "strings", "expand", "unexpand\n-a", "paste\n-", "comm\n-\n-",
                "cat\n/none/such", "ls\n/none", "cmp\n/usr/bin/env\n/usr/bin/env", "sleep\n0", "gzip\n-c\n-n", "bzip2\n-c", "head\n-c\n64\n/dev/zero",
                "dd\nbs=7\ncount=3\nif=/usr/bin/env", "cat\n/proc/self/comm", "readlink\n/proc/self/cwd/none", "id\n-u\n", "which\nenv",
                "crc32", "stat\n-c\n%F %a\n/dev/null", "timeout\n5\ntrue".replace("timeout\n5\n", ""), "find\n/usr/lib/python3\n-maxdepth\n0", "realpath\n/usr/../usr/bin",
                sh("echo hello $((6*7)) \"$COLOUR\"; for i in 1 2 3; do echo $i; done; exit 5"),
                sh("echo text > f; echo more >> f; read a < f; echo \"$a\"; cd /usr; test -f lib || echo no; [ -d lib ] && echo dir"),
                sh("while read word count; do echo \"$count:$word\"; done"),
                sh("x=abc; echo ${x#a} ${#x} ${x:-none} ${y:-none}; set -- a b c; echo $# $2; f() { echo in $1; return 3; }; f arg; echo $?"),
                sh("echo to stderr >&2; exec 3> out; echo three >&3; exec 3>&-; read l < out; echo $l; trap 'echo bye' EXIT; exit 0"),
                sh("umask 027; umask; ulimit -c; type cd; printf '%s\\n' *; case abc in a*) echo match;; esac; kill -9 $$"))
                .map(line -> DynamicTest.dynamicTest("busybox " + line.replace('\n', ' '), () -> check(line)));
    }

    private static void check(String line) {
        Path busybox = Stream.of("/usr/bin/busybox", "/bin/busybox").map(Path::of).filter(Files::isExecutable).findFirst()
                .orElse(Path.of("/none"));
        Assumptions.assumeTrue(Files.exists(busybox), "busybox is not installed");
        Needs.kvm();
        UnaryOperator<String> normalise = line.startsWith("id") ? text -> text : text -> text.replaceAll("[0-9.]+ *seconds.*", "")
                .replaceAll("\\(.*copied.*", "").replaceAll("(?m)^\\d+ bytes .*$", "");
        Differential.check(busybox, Arrays.asList(line.split("\n", line.startsWith("sh\n") ? 3 : -1)).stream()
                .filter(word -> !word.isEmpty()).toList(), ENVIRONMENT, TEXT.getBytes(StandardCharsets.UTF_8),
                new Vm(busybox.getParent()), normalise);
    }
}
