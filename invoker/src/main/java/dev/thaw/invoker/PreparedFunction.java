package dev.thaw.invoker;

import dev.thaw.invoker.contract.Contract;
import dev.thaw.invoker.contract.HttpContract;
import dev.thaw.invoker.contract.LambdaContract;
import dev.thaw.invoker.contract.StdioContract;
import dev.thaw.vmm.MachineConfig;
import dev.thaw.vmm.OutputSink;
import dev.thaw.vmm.snapshot.Snapshot;
import java.util.Optional;

/**
 * A function version with its snapshot open: VMs can be thawed.
 *
 * @param contractState what the contract remembers from the freeze
 */
record PreparedFunction(FunctionVersion version, GuestImage image, Snapshot snapshot, byte[] contractState)
        implements AutoCloseable {
    /** A contract that stands at the freeze. */
    Contract contract() {
        Contract contract = newContract(version.manifest());
        contract.load(contractState);
        return contract;
    }

    /** A contract at its beginning. */
    static Contract newContract(FunctionManifest manifest) {
        return switch (manifest.runtime()) {
            case PYTHON3, NODEJS, JAVA25, PROVIDED -> new LambdaContract();
            case HTTP -> new HttpContract();
            case STDIO -> new StdioContract();
            case WASI -> new StdioContract(ModuleAnswers.of(manifest));
        };
    }

    /** What a VM of this function is given; the same when it is booted and when it is thawed. */
    static MachineConfig machine(
            FunctionManifest manifest, GuestImage image, Contract contract, FunctionLog log, long outputLimit) {
        OutputSink logged = log.stdout();
        OutputSink stdout = (bytes, at, length) -> {
            if (!contract.tookStdout(bytes, at, length)) {
                logged.write(bytes, at, length);
            }
        };
        return new MachineConfig((long) manifest.memoryMb() << 20, image.mounts(), contract.stdin(), stdout, log.stderr(),
                outputLimit, contract.services(), "thaw", Optional.empty()).withCpus(manifest.cpu()).withEgress(image.egress());
    }

    /** Gives up the snapshot; VMs thawed from it live on. */
    @Override
    public void close() {
        snapshot.close();
    }
}
