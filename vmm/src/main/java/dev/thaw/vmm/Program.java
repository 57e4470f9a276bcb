package dev.thaw.vmm;

import java.util.List;

/**
 * What to run in a VM.
 *
 * @param path of the executable inside the guest, absolute
 * @param arguments argv, the program's own name first
 * @param environment NAME=value strings
 * @param workingDirectory absolute, inside the guest
 */
public record Program(String path, List<String> arguments, List<String> environment, String workingDirectory) {
    public Program {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }
}
