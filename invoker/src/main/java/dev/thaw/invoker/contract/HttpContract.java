package dev.thaw.invoker.contract;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.linux.net.GuestService;
import dev.thaw.vmm.linux.net.HostPeer;
import dev.thaw.vmm.linux.net.ServiceConnection;
import java.util.List;
import java.util.Optional;

/**
 * Any web server as a function: ready once it listens on the VM's loopback at {@link #PORT}. An event becomes a request to it, its
 * response the answer, in the form of {@link HttpEvent} and {@link HttpReply}.
 */
public final class HttpContract implements Contract {
    /** What PORT says in the program's environment. */
    public static final int PORT = 8080;

    private final Object lock = new Object();
    private Optional<Machine> machine = Optional.empty();
    private Optional<Exchange> running = Optional.empty();
    private Optional<Answer> answer = Optional.empty();
    private boolean listening;
    private Runnable whenAnswered = () -> {};
    private Runnable whenReady = () -> {};

    @Override
    public List<GuestService> services() {
        return List.of();
    }

    @Override
    public InputSource stdin() {
        return InputSource.EMPTY;
    }

    @Override
    public boolean tookStdout(byte[] bytes, int at, int length) {
        return false;
    }

    @Override
    public void attach(Machine attached) {
        synchronized (lock) {
            machine = Optional.of(attached);
        }
        attached.whenListening(PORT, () -> {
            Runnable action;
            synchronized (lock) {
                listening = true;
                action = whenReady;
            }
            action.run();
        });
    }

    @Override
    public boolean ready() {
        synchronized (lock) {
            return listening && running.isEmpty();
        }
    }

    @Override
    public void offer(Event event) {
        HttpEvent request;
        try {
            request = HttpEvent.of(event);
        } catch (BadRequestException e) {
            end(HttpReply.error("Runtime.InvalidEvent", e.getMessage()));
            return;
        }
        Exchange exchange = new Exchange(new HttpResponseParser(request.method().equals("HEAD"), MAX_RESPONSE));
        Machine vm;
        synchronized (lock) {
            answer = Optional.empty();
            running = Optional.of(exchange);
            vm = machine.orElseThrow(() -> new IllegalStateException("the contract has no VM yet"));
        }
        // Not under this lock: the VM's own comes first.
        Optional<ServiceConnection> connection = vm.connect(PORT, exchange);
        if (connection.isPresent()) {
            connection.get().send(request.bytes());
        } else {
            end(HttpReply.error("Runtime.NotListening", "the program does not listen on $PORT (" + PORT + ") any more"));
        }
    }

    /** The host's end of the connection that a request goes over. */
    private final class Exchange implements HostPeer {
        private final HttpResponseParser parser;
        private boolean done;

        Exchange(HttpResponseParser parser) {
            this.parser = parser;
        }

        @Override
        public void received(ServiceConnection connection, byte[] bytes) {
            if (done) {
                return;
            }
            try {
                if (parser.feed(bytes)) {
                    finish(connection, reply());
                }
            } catch (BadResponseException e) {
                finish(connection, HttpReply.error("Runtime.InvalidResponse", e.getMessage()));
            }
        }

        @Override
        public void ended(ServiceConnection connection) {
            if (done) {
                return;
            }
            try {
                parser.end();
                finish(connection, reply());
            } catch (BadResponseException e) {
                finish(connection, HttpReply.error("Runtime.InvalidResponse", e.getMessage()));
            }
        }

        @Override
        public void closed(ServiceConnection connection) {
            ended(connection);
        }

        private Answer reply() {
            return parser.bodyBytes() > MAX_RESPONSE
                    ? new Answer.TooLarge(parser.bodyBytes(), MAX_RESPONSE)
                    : new Answer.Response(parser.reply().json());
        }

        private void finish(ServiceConnection connection, Answer said) {
            done = true;
            connection.close();
            end(said);
        }
    }

    private void end(Answer said) {
        Runnable action;
        synchronized (lock) {
            running = Optional.empty();
            answer = Optional.of(said);
            action = whenAnswered;
        }
        action.run();
    }

    @Override
    public Optional<Answer> answer() {
        synchronized (lock) {
            return answer;
        }
    }

    @Override
    public Optional<Answer> answerAtExit() {
        return Optional.empty();
    }

    @Override
    public void whenAnswered(Runnable action) {
        synchronized (lock) {
            whenAnswered = action;
        }
    }

    @Override
    public void whenReady(Runnable action) {
        synchronized (lock) {
            whenReady = action;
        }
    }

    /** Nothing: that the program listens is in the VM. */
    @Override
    public byte[] save() {
        return new byte[0];
    }

    @Override
    public void load(byte[] saved) {}
}
