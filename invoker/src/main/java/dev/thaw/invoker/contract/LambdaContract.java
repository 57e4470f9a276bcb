package dev.thaw.invoker.contract;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.linux.net.GuestService;
import java.util.List;
import java.util.Optional;

/** Events over the Lambda Runtime API; everything that is printed is log output. */
public final class LambdaContract implements Contract {
    /** What AWS_LAMBDA_RUNTIME_API says. */
    public static final String ADDRESS = "127.0.0.1:" + LambdaRuntimeApi.PORT;

    private final LambdaRuntimeApi api = new LambdaRuntimeApi();

    @Override
    public List<GuestService> services() {
        return List.of(api);
    }

    @Override
    public InputSource stdin() {
        return InputSource.EMPTY;
    }

    @Override
    public boolean tookStdout(byte[] bytes, int at, int length) {
        return false;
    }

    /** Nothing to do: the guest connects to the service. */
    @Override
    public void attach(Machine machine) {}

    @Override
    public boolean ready() {
        return api.ready();
    }

    @Override
    public void offer(Event event) {
        api.offer(event);
    }

    @Override
    public Optional<Answer> answer() {
        return api.answer();
    }

    @Override
    public Optional<Answer> answerAtExit() {
        return Optional.empty();
    }

    @Override
    public void whenAnswered(Runnable action) {
        api.whenAnswered(action);
    }

    @Override
    public void whenReady(Runnable action) {
        api.whenReady(action);
    }

    /** Nothing: the API's state is in the VM's snapshot. */
    @Override
    public byte[] save() {
        return new byte[0];
    }

    @Override
    public void load(byte[] saved) {}
}
