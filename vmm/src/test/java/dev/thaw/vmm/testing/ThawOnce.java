package dev.thaw.vmm.testing;

import dev.thaw.vmm.Machine;
import dev.thaw.vmm.snapshot.Snapshot;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The main program of a process that thaws a snapshot which another process froze: folder, program folder, line of input. */
public final class ThawOnce {
    private ThawOnce() {}

    public static void main(String[] arguments) {
        Vm vm = new Vm(Path.of(arguments[1])).stdin(ScriptedInput.of(arguments[2] + "\n"));
        try (Snapshot snapshot = Snapshot.open(Path.of(arguments[0]));
                Machine machine = Machine.thaw(vm.config(), snapshot)) {
            Result result = vm.result(machine.run(TimeUnit.SECONDS.toNanos(Pace.limit(300))));
            System.out.println(result.all() + result.how());
        }
    }
}
