package dev.thaw.vmm.linux.fs;

/** The character devices of /dev, with the numbers of Documentation/admin-guide/devices.txt. */
enum DeviceKind {
    NULL(1, 3, "null"),
    ZERO(1, 5, "zero"),
    FULL(1, 7, "full"),
    RANDOM(1, 8, "random"),
    URANDOM(1, 9, "urandom"),
    TTY(5, 0, "tty");

    private final int major;
    private final int minor;
    private final String fileName;

    DeviceKind(int major, int minor, String fileName) {
        this.major = major;
        this.minor = minor;
        this.fileName = fileName;
    }

    String fileName() {
        return fileName;
    }

    /** The number as st_rdev has it. */
    long number() {
        return (long) major << 8 | minor;
    }
}
