import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/** Four threads fill a heap of 256 MB with linked structures, drop them and check them, until a line of input comes. */
public final class Collects {
    private static volatile boolean stop;
    private static final AtomicLong ROUNDS = new AtomicLong();
    private static final AtomicLong WRONG = new AtomicLong();

    private record Node(long value, byte[] weight, Node next) {}

    public static void main(String[] arguments) throws Exception {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            long seed = i;
            threads[i] = new Thread(() -> work(seed));
            threads[i].start();
        }
        int first = System.in.read();
        long then = ROUNDS.get();
        while (ROUNDS.get() < then + 40) {
            Thread.sleep(1);
        }
        stop = true;
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("wrong " + WRONG.get() + ", read " + (char) first);
    }

    private static void work(long seed) {
        ArrayDeque<Node> kept = new ArrayDeque<>();
        for (long round = seed; !stop; round += 4) {
            Node list = null;
            for (int i = 0; i < 200; i++) {
                list = new Node(round * 1000 + i, new byte[512 + i], list);
            }
            kept.add(list);
            if (kept.size() > 60) {
                check(kept.poll());
            }
            ROUNDS.incrementAndGet();
        }
        kept.forEach(Collects::check);
    }

    private static void check(Node list) {
        long base = list.value() / 1000 * 1000;
        int i = 199;
        for (Node node = list; node != null; node = node.next()) {
            if (node.value() != base + i || node.weight().length != 512 + i) {
                WRONG.incrementAndGet();
            }
            i--;
        }
        if (i != -1) {
            WRONG.incrementAndGet();
        }
    }
}
