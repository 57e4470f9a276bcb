package dev.thaw.deploy.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides for each invocation whether it succeeds, and keeps which records did. It outlives the servers, and the function does not answer
 * before it has asked here, so that nothing is handled without being known here.
 *
 * <p>Of invocations 5 % fail at random: half as a whole, half from one of their records on. Records that are {@code poison} fail always.
 */
final class Collector implements AutoCloseable {
    private static final double FAILS = 0.05;
    private static final int MOST_EVENT_BYTES = 8 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param seq counts the records of its key */
    private record Kafkas(String partition, long offset, String key, int seq, boolean poison) {
        String id() {
            return partition + ":" + offset;
        }
    }

    private final ServerSocket socket;
    private final String address;
    private final Random random = new Random(6);
    private final Map<String, Integer> successes = new HashMap<>();
    private final Map<String, Long> highest = new HashMap<>();
    private final Map<String, Integer> lastOfKey = new HashMap<>();
    private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
    private final List<String> outOfOrder = new ArrayList<>();
    private final Set<String> givenUp = new HashSet<>();
    private long invocations;
    private long failed;

    private Collector(String address) throws IOException {
        this.address = address;
        socket = new ServerSocket();
        socket.bind(new InetSocketAddress(address, 0), 256);
        Thread.ofVirtual().start(this::accept);
    }

    /** At an address of this machine that is not the loopback's, which a VM keeps to itself; empty where there is none. */
    static Optional<Collector> start() throws IOException {
        Optional<String> address = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                .map(each -> each.getHostAddress()).findFirst();
        return address.isEmpty() ? Optional.empty() : Optional.of(new Collector(address.get()));
    }

    String address() {
        return address;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket asked = socket.accept();
                Thread answer = Thread.ofVirtual().unstarted(() -> answer(asked));
                answering.add(answer);
                answer.start();
            } catch (IOException _) {
                return;
            }
        }
    }

    private void answer(Socket asked) {
        try (asked; DataInputStream in = new DataInputStream(asked.getInputStream())) {
            byte[] event = in.readNBytes(Math.clamp(in.readInt(), 0, MOST_EVENT_BYTES));
            asked.getOutputStream().write(decide(records(JSON.readTree(event))).getBytes(StandardCharsets.UTF_8));
        } catch (IOException _) {
            // Its server was killed while it asked: nothing of it was counted.
        } finally {
            answering.remove(Thread.currentThread());
        }
    }

    /** Waits until all is counted that was asked before, also by servers that are dead: who comes first is taken first. */
    void awaitCounted() throws IOException, InterruptedException {
        try (Socket last = new Socket(address, port())) {
            last.shutdownOutput();
            last.getInputStream().read(); // the end, once its turn has come
        }
        for (Thread each : Set.copyOf(answering)) {
            each.join();
        }
    }

    private static List<Kafkas> records(JsonNode event) {
        List<Kafkas> records = new ArrayList<>();
        for (JsonNode partition : event.path("records")) {
            for (JsonNode record : partition) {
                String[] value = new String(Base64.getDecoder().decode(record.path("value").asText()), StandardCharsets.UTF_8).split(":");
                records.add(new Kafkas(record.path("topic").asText() + "-" + record.path("partition").asInt(), record.path("offset").asLong(), value[0],
                        Integer.parseInt(value[1]), value[2].equals("poison")));
            }
        }
        return records;
    }

    private synchronized String decide(List<Kafkas> records) {
        invocations++;
        double chance = random.nextDouble();
        int first = records.stream().map(Kafkas::poison).toList().indexOf(true);
        if (first < 0 && chance >= FAILS) {
            records.forEach(this::succeeded);
            return "{\"batchItemFailures\": []}";
        }
        failed++;
        boolean whole = first < 0 ? chance < FAILS / 2 : chance < 0.5;
        if (whole || records.isEmpty()) {
            return "!";
        }
        int from = first < 0 ? random.nextInt(records.size()) : first;
        records.subList(0, from).forEach(this::succeeded);
        Kafkas item = records.get(from);
        return "{\"batchItemFailures\": [{\"itemIdentifier\": {\"partition\": \"" + item.partition() + "\", \"offset\": " + item.offset() + "}}]}";
    }

    private void succeeded(Kafkas record) {
        highest.merge(record.partition(), record.offset(), Math::max);
        if (successes.merge(record.id(), 1, Integer::sum) == 1) {
            int last = lastOfKey.getOrDefault(record.key(), -1);
            if (record.seq() <= last) {
                outOfOrder.add(record.id() + " is number " + record.seq() + " of " + record.key() + " and succeeded after " + last);
            }
            lastOfKey.put(record.key(), record.seq());
        }
    }

    /** Records of the failure topic. */
    synchronized void gaveUp(String partition, long first, long last) {
        for (long offset = first; offset <= last; offset++) {
            givenUp.add(partition + ":" + offset);
        }
    }

    /** Records that succeeded or were given up. */
    synchronized int settled() {
        return successes.size() + (int) givenUp.stream().filter(id -> !successes.containsKey(id)).count();
    }

    /** The offset after the last record of a partition that succeeded. */
    synchronized Map<String, Long> ends() {
        Map<String, Long> ends = new HashMap<>();
        highest.forEach((partition, offset) -> ends.put(partition, offset + 1));
        return ends;
    }

    synchronized List<String> outOfOrder() {
        return List.copyOf(outOfOrder);
    }

    /** Successes of records beyond their first. */
    synchronized long duplicates() {
        return successes.values().stream().mapToLong(count -> count - 1).sum();
    }

    synchronized int givenUp() {
        return givenUp.size();
    }

    @Override
    public synchronized String toString() {
        return successes.size() + " records succeeded, " + givenUp.size() + " given up, " + duplicates() + " successes again; " + invocations + " invocations, of which "
                + failed + " failed; " + outOfOrder.size() + " out of order";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
