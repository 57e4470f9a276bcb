package dev.thaw.deploy.init;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A function to begin with. */
public enum Template {
    PYTHON("python", "a Lambda handler in Python", List.of("app.py")),
    NODE("node", "a Lambda handler in JavaScript, built by npm when it has dependencies", List.of("index.mjs", "package.json")),
    JAVA("java", "a Lambda handler in Java, built by Maven", List.of("pom.xml", "src/main/java/com/example/Function.java")),
    GO("go", "a static program in Go that speaks the Lambda Runtime API", List.of("go.mod", "main.go", "lambda.go")),
    C("c", "a static program in C that reads its event from standard input, built by make", List.of("main.c", "Makefile")),
    WASI("wasi", "a WebAssembly module in C, which needs no VM, built by make with clang", List.of("main.c", "Makefile"));

    private static final List<String> ALL_HAVE = List.of("function.yaml", "README.md", "test-event.json", ".gitignore", ".thawignore");

    private final String label;
    private final String description;
    private final List<String> files;

    Template(String label, String description, List<String> files) {
        this.label = label;
        this.description = description;
        this.files = files;
    }

    /** What the user calls it, and the folder of its resources. */
    public String label() {
        return label;
    }

    /** For the list of them. */
    public String description() {
        return description;
    }

    /** Paths of its files in a new folder. */
    List<String> files() {
        return java.util.stream.Stream.concat(ALL_HAVE.stream(), files.stream()).toList();
    }

    /** The template that is called so. */
    public static Optional<Template> named(String label) {
        return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
    }
}
