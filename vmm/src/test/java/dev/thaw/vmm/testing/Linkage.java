package dev.thaw.vmm.testing;

import java.util.List;

/** How a guest program is linked. Each is another road through the ELF loader and another C library start. */
public enum Linkage {
    STATIC("static", false, "-static", "-fno-pie", "-no-pie"),
    STATIC_PIE("static-pie", false, "-static-pie", "-fPIE"),
    PIE("pie", false, "-pie", "-fPIE"),
    NO_PIE("no-pie", false, "-no-pie", "-fno-pie"),
    MUSL("musl", true, "-static");

    private final String id;
    private final boolean musl;
    private final List<String> options;

    Linkage(String id, boolean musl, String... options) {
        this.id = id;
        this.musl = musl;
        this.options = List.of(options);
    }

    /** The name in a source's header. */
    public String id() {
        return id;
    }

    public boolean musl() {
        return musl;
    }

    public List<String> options() {
        return options;
    }

    public static Linkage of(String id) {
        for (Linkage linkage : values()) {
            if (linkage.id.equals(id)) {
                return linkage;
            }
        }
        throw new IllegalArgumentException("no such linkage: " + id);
    }
}
