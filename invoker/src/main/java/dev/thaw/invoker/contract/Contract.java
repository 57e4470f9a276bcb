package dev.thaw.invoker.contract;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.linux.net.GuestService;
import java.util.List;
import java.util.Optional;

/** How one VM gets its events and gives its answers. Safe for the VM's thread and the host's. */
public sealed interface Contract permits LambdaContract, HttpContract, StdioContract {
    /** Largest response, bytes: 6 MiB and 100 bytes, what Lambda's Runtime API takes. */
    int MAX_RESPONSE = (6 << 20) + 100;

    /** Servers that the guest finds on its loopback. */
    List<GuestService> services();

    /** The guest's descriptor 0. */
    InputSource stdin();

    /** The guest wrote to descriptor 1; true when the contract takes it as the function's answer, false when it is log output. */
    boolean tookStdout(byte[] bytes, int at, int length);

    /** Is given the VM that it serves, booted or thawed, before that runs. */
    void attach(Machine machine);

    /** Whether the function waits for an event, or for the restore before it: the moment to freeze. */
    boolean ready();

    /** Hands over an event; only when {@link #ready}. The caller then wakes the VM. */
    void offer(Event event);

    /** What the function said since the last {@link #offer}, or in its initialisation. */
    Optional<Answer> answer();

    /** Takes the program's clean end (exit status 0) as an answer, where the contract has it so. */
    Optional<Answer> answerAtExit();

    /** Is told once per event when {@link #answer} is there; on the VM's thread, under its lock, and so must not wait. */
    void whenAnswered(Runnable action);

    /** Is told each time the function comes to be {@link #ready}; on the VM's thread, under its lock, and so must not wait. */
    void whenReady(Runnable action);

    /** What the contract remembers at a freeze besides what lies in the VM. */
    byte[] save();

    /** Takes that up again, before the VM is thawed. */
    void load(byte[] saved);
}
