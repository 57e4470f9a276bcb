package dev.thaw.vmm.linux.net;

import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which names a VM's resolver gave which addresses for: a rule of a host name reaches those and no others. Bounded; the address used
 * longest ago is forgotten first. What is here was an answer, not a permission: each use is checked against the list.
 */
final class PinnedNames {
    static final int MOST_ADDRESSES = 4096;
    static final int MOST_NAMES = 8;

    private final Map<Endpoint.Inet, Set<String>> names = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoint.Inet, Set<String>> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /** The names that this address was an answer for; its port does not matter. */
    List<String> of(Endpoint.Inet address) {
        return List.copyOf(names.getOrDefault(address.withPort(0), Set.of()));
    }

    void pin(Endpoint.Inet address, String name) {
        Set<String> known = names.computeIfAbsent(address.withPort(0), _ -> new LinkedHashSet<>());
        known.remove(name);
        known.add(name);
        if (known.size() > MOST_NAMES) {
            known.remove(known.iterator().next());
        }
    }

    void save(StateWriter out) {
        out.putInt(names.size());
        names.forEach((address, known) -> {
            Endpoint.save(address, out);
            out.putInt(known.size());
            known.forEach(out::putString);
        });
    }

    void load(StateReader in) {
        record Pin(Endpoint.Inet address, String name) {}
        List<Pin> pins = new ArrayList<>();
        for (int i = in.getCount(8); i > 0; i--) {
            Endpoint.Inet address = (Endpoint.Inet) Endpoint.load(in);
            for (int j = in.getCount(4); j > 0; j--) {
                pins.add(new Pin(address, in.getString()));
            }
        }
        pins.forEach(pin -> pin(pin.address, pin.name));
    }
}
