package dev.thaw.invoker.contract;

import dev.thaw.vmm.InputSource;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.linux.net.GuestService;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The event on standard input, the response on standard output, the program's end as the end of the response. The program stands
 * ready when it asks for input for the first time; what it printed until then begins every response.
 */
public final class StdioContract implements Contract {
    /** What a runtime in the VM writes besides the response, bytes. */
    private static final int BESIDE_RESPONSE = 64 << 10;

    private final Object lock = new Object();
    /** What the whole output means, where it is not the response itself. */
    private final Optional<BiFunction<String, byte[], Optional<Answer>>> meaning;
    private final int most;
    private String requestId = "";
    private final ByteArrayOutputStream output = new ByteArrayOutputStream(256);
    private Optional<byte[]> event = Optional.empty();
    private int position;
    private boolean asked;
    private Runnable whenReady = () -> {};
    private long outputBytes;

    /** A program whose output is the response. */
    public StdioContract() {
        this.meaning = Optional.empty();
        this.most = MAX_RESPONSE;
    }

    /** @param meaning gives the answer for the request's id and the whole output; nothing when that has none in it */
    public StdioContract(BiFunction<String, byte[], Optional<Answer>> meaning) {
        this.meaning = Optional.of(meaning);
        this.most = MAX_RESPONSE + BESIDE_RESPONSE;
    }

    private final InputSource stdin = new InputSource() {
        @Override
        public int read(byte[] into, int at, int length) {
            synchronized (lock) {
                int count = Math.min(available(), length);
                if (count > 0) {
                    System.arraycopy(event.orElseThrow(), position, into, at, count);
                    position += count;
                }
                return count;
            }
        }

        @Override
        public int available() {
            synchronized (lock) {
                if (event.isEmpty()) {
                    if (!asked) {
                        asked = true;
                        whenReady.run();
                    }
                    return NOTHING_YET;
                }
                int left = event.get().length - position;
                return left == 0 ? END : left;
            }
        }
    };

    @Override
    public List<GuestService> services() {
        return List.of();
    }

    @Override
    public InputSource stdin() {
        return stdin;
    }

    @Override
    public boolean tookStdout(byte[] bytes, int at, int length) {
        synchronized (lock) {
            outputBytes += length;
            if (outputBytes <= most) {
                output.write(bytes, at, length);
            }
            return true;
        }
    }

    /** Nothing to do: the streams are all there is. */
    @Override
    public void attach(Machine machine) {}

    @Override
    public boolean ready() {
        synchronized (lock) {
            return asked && event.isEmpty();
        }
    }

    @Override
    public void offer(Event offered) {
        synchronized (lock) {
            event = Optional.of(offered.payload());
            requestId = offered.requestId();
        }
    }

    /** Nothing: only the program's end makes the response whole. */
    @Override
    public Optional<Answer> answer() {
        return Optional.empty();
    }

    @Override
    public Optional<Answer> answerAtExit() {
        synchronized (lock) {
            if (outputBytes > most) {
                return Optional.of(new Answer.TooLarge(outputBytes, MAX_RESPONSE));
            }
            return meaning.isPresent() ? meaning.get().apply(requestId, output.toByteArray())
                    : Optional.of(new Answer.Response(output.toByteArray()));
        }
    }

    @Override
    public void whenAnswered(Runnable action) {}

    @Override
    public void whenReady(Runnable action) {
        synchronized (lock) {
            whenReady = action;
        }
    }

    /** What was printed before the freeze. */
    @Override
    public byte[] save() {
        synchronized (lock) {
            return output.toByteArray();
        }
    }

    @Override
    public void load(byte[] saved) {
        synchronized (lock) {
            output.reset();
            output.writeBytes(saved);
            outputBytes = saved.length;
            asked = true;
        }
    }
}
