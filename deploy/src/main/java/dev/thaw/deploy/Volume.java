package dev.thaw.deploy;

import dev.thaw.vmm.linux.fs.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --volume HOSTDIR:GUESTDIR[:ro]}. */
final class Volume implements ITypeConverter<Mount> {
    @Override
    public Mount convert(String text) {
        String[] parts = text.split(":", -1);
        boolean readOnly = parts.length == 3 && parts[2].equals("ro");
        if (parts.length != 2 && !readOnly) {
            throw new TypeConversionException("'" + text + "' is not HOSTDIR:GUESTDIR or HOSTDIR:GUESTDIR:ro");
        }
        Path host = Path.of(parts[0]).toAbsolutePath().normalize();
        if (parts[0].isEmpty() || !Files.exists(host)) {
            throw new TypeConversionException("'" + text + "': there is no " + host + " on this machine");
        }
        Path guest = Path.of(parts[1]);
        if (!guest.isAbsolute() || guest.normalize().getNameCount() == 0) {
            throw new TypeConversionException("'" + text + "': the folder in the VM must be absolute and not /, as in " + parts[0] + ":/data");
        }
        return new Mount(guest.normalize().toString(), host.toString(), !readOnly);
    }
}
