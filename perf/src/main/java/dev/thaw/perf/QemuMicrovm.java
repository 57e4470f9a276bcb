package dev.thaw.perf;

import dev.thaw.perf.report.Taking;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A microVM with a Linux of its own under QEMU ({@code -M microvm}): from the start of QEMU to what {@code init} says first. With KVM where a
 * kernel comes up in it, else with QEMU's own emulation, which the name then says.
 */
final class QemuMicrovm {
    private static final String SAYS = "THAW-BENCH-INIT";
    private static final int KVM_SECONDS = 30;
    private static final int TCG_SECONDS = 90;

    private final Workshop shop;
    private final Collector found;

    QemuMicrovm(Workshop shop, Collector found) {
        this.shop = shop;
        this.found = found;
    }

    void measure(int count) throws IOException, InterruptedException {
        Optional<Path> kernel = kernel();
        if (Languages.onPath("qemu-system-x86_64").isEmpty()) {
            found.missing("QEMU microvm", "there is no qemu-system-x86_64: apt install qemu-system-x86");
        } else if (kernel.isEmpty()) {
            found.missing("QEMU microvm", "there is no kernel to boot: .ci/stock-kvm fetches Debian's once (THAW_LANE_CACHE), or /boot/vmlinuz-* has to be readable");
        } else {
            Path initramfs = shop.folder().resolve("init.cpio");
            Files.write(initramfs, Initramfs.of(Files.readAllBytes(shop.programs().compile("init.c", "-static"))));
            measure(kernel.get(), initramfs, count);
        }
    }

    private void measure(Path kernel, Path initramfs, int count) throws IOException, InterruptedException {
        String accelerator = "kvm";
        try {
            boot(kernel, initramfs, accelerator, KVM_SECONDS);
        } catch (BenchException e) {
            found.missing("QEMU microvm with KVM", e.getMessage() + "; emulated (TCG) instead");
            accelerator = "tcg";
        }
        Taking boots = Taking.yardstick("start.other.qemu", "QEMU microvm (" + accelerator + ") to the first line of init")
                .note(accelerator.equals("tcg") ? "emulated, not KVM" : "");
        for (int i = 0; i < count; i++) {
            try {
                boots.addNanos(boot(kernel, initramfs, accelerator, TCG_SECONDS));
            } catch (BenchException e) {
                found.missing("QEMU microvm", e.getMessage());
                return;
            }
        }
        found.add(boots);
    }

    /** Nanoseconds until init speaks. @throws BenchException with what QEMU or its kernel said instead */
    private static long boot(Path kernel, Path initramfs, String accelerator, int seconds) throws IOException, InterruptedException {
        List<String> command = List.of("qemu-system-x86_64", "-M", "microvm,acpi=off,pit=on,pic=on,rtc=off", "-accel", accelerator,
                "-cpu", accelerator.equals("kvm") ? "host" : "max", "-m", "128", "-smp", "1", "-nodefaults", "-no-user-config", "-display", "none",
                "-no-reboot", "-serial", "stdio", "-kernel", kernel.toString(), "-initrd", initramfs.toString(),
                "-append", "console=ttyS0 quiet panic=-1 reboot=t");
        long start = System.nanoTime();
        Process qemu = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile()).start();
        Thread limit = Thread.ofVirtual().start(() -> {
            try {
                TimeUnit.SECONDS.sleep(seconds);
                qemu.destroyForcibly();
            } catch (InterruptedException _) {
                // it was in time
            }
        });
        try (BufferedReader said = qemu.inputReader()) {
            String last = "";
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.contains(SAYS)) {
                    return System.nanoTime() - start;
                }
                last = line.isBlank() ? last : line.strip();
                if (line.contains("KVM internal error")) {
                    throw new BenchException("the kernel does not come up, QEMU says: " + last + said.lines().limit(2).reduce("", (a, b) -> a + "; " + b));
                }
            }
            throw new BenchException("no init within " + seconds + " s; the last it said was: " + last);
        } catch (IOException e) {
            throw new BenchException("no init within " + seconds + " s (" + e.getMessage() + ")");
        } finally {
            limit.interrupt();
            qemu.destroyForcibly();
            qemu.waitFor();
        }
    }

    /** The kernel of the stock KVM lane, else the newest of this machine that can be read. */
    private static Optional<Path> kernel() throws IOException {
        String cache = Optional.ofNullable(System.getenv("THAW_LANE_CACHE")).orElseGet(() -> Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .orElse(System.getProperty("user.home") + "/.cache") + "/thaw/stock-kvm");
        Path lane = Path.of(cache, "kernel", "vmlinuz");
        if (Files.isReadable(lane)) {
            return Optional.of(lane);
        }
        if (!Files.isDirectory(Path.of("/boot"))) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(Path.of("/boot"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("vmlinuz") && Files.isReadable(file)).max(Path::compareTo);
        }
    }
}
