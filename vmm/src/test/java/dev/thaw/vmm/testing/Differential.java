package dev.thaw.vmm.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;

/** Runs the same program natively and in a VM and compares output, errors and exit status. */
public final class Differential {
    private Differential() {}

    /** A compiled program of {@code src/test/guest}. */
    public static void check(GuestSource source, Linkage linkage) {
        check(source, linkage, 1);
    }

    /** The same in a VM of {@code cpus} processors. */
    public static void check(GuestSource source, Linkage linkage, int cpus) {
        Needs.kvm();
        Path binary = GuestCompiler.compile(source, linkage);
        Result expected = NativeRun.run(binary, source.name(), source.arguments(), source.environment(), source.stdin());
        Result got = new Vm(binary.getParent()).cpus(cpus).stdin(ScriptedInput.of(source.stdin()))
                .run(Vm.PROGRAM + "/" + source.name(), source.arguments(), source.environment());
        same(source.name() + " (" + linkage.id() + ")", expected, got, UnaryOperator.identity());
    }

    /** A program of the host's, the same path inside. */
    public static void check(Path program, List<String> arguments, List<String> environment, byte[] stdin, Vm vm,
            UnaryOperator<String> normalise) {
        Needs.kvm();
        Result expected = NativeRun.run(program, program.toString(), arguments, environment, stdin);
        Result got = vm.stdin(ScriptedInput.of(stdin)).run(program.toString(), arguments, environment);
        same(program.getFileName() + " " + arguments, expected, got, normalise);
    }

    private static void same(String name, Result expected, Result got, UnaryOperator<String> normalise) {
        Assertions.assertEquals(normalise.apply(expected.all()), normalise.apply(got.all()),
                () -> name + " ended with " + got.how() + "; natively the first text, in a VM the second");
    }
}
