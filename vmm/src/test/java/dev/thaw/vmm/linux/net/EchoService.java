package dev.thaw.vmm.linux.net;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A service that answers what it gets, and ends the connection at "bye". */
final class EchoService implements GuestService {
    final List<ServiceConnection> connections = new ArrayList<>();
    final List<Integer> closed = new ArrayList<>();
    String memory = "";

    @Override
    public int port() {
        return 9001;
    }

    @Override
    public void connected(ServiceConnection connection) {
        connections.add(connection);
    }

    @Override
    public void received(ServiceConnection connection, byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        memory += text;
        if (text.equals("bye")) {
            connection.close();
        } else {
            connection.send(bytes);
        }
    }

    @Override
    public void closed(ServiceConnection connection) {
        closed.add(connection.id());
    }

    @Override
    public byte[] save() {
        return memory.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void load(byte[] state, List<ServiceConnection> open) {
        memory = new String(state, StandardCharsets.ISO_8859_1);
        connections.addAll(open);
    }
}
