package dev.thaw.wasm.wasi;

import java.util.List;
import java.util.Map;

/**
 * What a module is given.
 *
 * @param arguments   its command line, the program's name first
 * @param environment its environment variables
 * @param files       its files
 * @param limits      what an instance may hold
 * @param sources     its clocks and random bytes
 */
public record WasiConfig(
        List<String> arguments, Map<String, String> environment, PackageFiles files, WasiLimits limits, WasiHost.Sources sources) {
    public WasiConfig {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        arguments.forEach(argument -> check(argument, "an argument"));
        environment.forEach((name, value) -> {
            check(value, "the environment variable " + name);
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not a name of an environment variable: \"" + name + "\"");
            }
        });
    }

    /** A module of these files, named as its program, with nothing in its environment, limits as {@link WasiLimits#DEFAULT}. */
    public static WasiConfig of(String program, PackageFiles files) {
        return new WasiConfig(List.of(program), Map.of(), files, WasiLimits.DEFAULT, WasiHost.Sources.system());
    }

    private static void check(String text, String what) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " contains a NUL");
        }
    }
}
