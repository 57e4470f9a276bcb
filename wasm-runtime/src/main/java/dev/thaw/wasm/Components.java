package dev.thaw.wasm;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Says of a binary of the component model what it is and what to do instead. */
public final class Components {
    /** An interface's name as components write it. Source: component model, Explainer.md, import and export names. */
    private static final Pattern INTERFACE = Pattern.compile("wasi:[a-z][a-z0-9-]*/[a-z][a-z0-9-]*");
    /** Bytes of a component in which interfaces are looked for. */
    public static final int LOOKED_THROUGH = 1 << 20;

    private Components() {
    }

    /** @param component the binary or as much of its beginning as there is: the interfaces that it names are named */
    public static String refusal(byte[] component) {
        String text = new String(component, 0, Math.min(component.length, LOOKED_THROUGH), StandardCharsets.ISO_8859_1);
        List<String> interfaces = INTERFACE.matcher(text).results().map(MatchResult::group).distinct().limit(4).toList();
        String uses = interfaces.isEmpty() ? "" : " that uses " + String.join(", ", interfaces);
        boolean http = interfaces.stream().anyMatch(name -> name.startsWith("wasi:http"));
        return "a component (component model)" + uses + "; only core modules run here: "
                + (http ? "instead of wasi:http, read the event from standard input and write the response to standard output, and " : "")
                + "build for wasm32-wasip1 (WASI preview 1)";
    }
}
