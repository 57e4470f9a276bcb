package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function that brings AWS's runtime interface client, unmodified: JNI, libcurl and all, as runtime {@code provided}. */
class LambdaClientTest {
    private static final Pattern JARS = Pattern.compile(".*/(aws-lambda-java-|crac-|utils-lite-)[^/]*\\.jar");
    private static final String MANIFEST = """
            name: ric
            runtime: provided
            command: [java, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -Xmx160m, --enable-native-access=ALL-UNNAMED,
                      -Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac, -cp, "classes:lib/*",
                      com.amazonaws.services.lambda.runtime.api.client.AWSLambda, "fn.App::handleRequest"]
            memory: 384
            timeout: 60s
            """;
    private static final String CODE = """
            package fn;
            import com.amazonaws.services.lambda.runtime.*;
            import java.util.*;
            public class App implements RequestHandler<Map<String, String>, String>, org.crac.Resource {
                private final List<String> seen = new ArrayList<>();
                public App() { org.crac.Core.getGlobalContext().register(this); }
                public void beforeCheckpoint(org.crac.Context<? extends org.crac.Resource> context) { seen.add("before"); }
                public void afterRestore(org.crac.Context<? extends org.crac.Resource> context) { seen.add("after"); }
                public String handleRequest(Map<String, String> event, Context context) {
                    context.getLogger().log("handling " + event.get("name"));
                    if (event.containsKey("fail")) {
                        throw new IllegalStateException(event.get("fail"));
                    }
                    return event.get("name") + " " + seen + " " + context.getFunctionName() + " " + (context.getRemainingTimeInMillis() > 5000);
                }
            }
            """;

    @TempDir Path folder;

    @Test
    void runsAnOrdinaryRequestHandlerWithItsSnapStartHooks() throws Exception {
        try {
            new JdkFinder(System.getenv()).find();
        } catch (PrepareException e) {
            assumeTrue(false, e.getMessage());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "needs a JDK that brings its compiler");
        try (Functions functions = new Functions(folder)) {
            FunctionVersion version = functions.of(MANIFEST);
            Path lib = Files.createDirectories(version.packageFolder().resolve("lib"));
            List<String> jars = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (JARS.matcher(entry).matches()) {
                    jars.add(entry);
                    Files.copy(Path.of(entry), lib.resolve(Path.of(entry).getFileName()));
                }
            }
            Path source = Files.createDirectories(folder.resolve("src/fn")).resolve("App.java");
            Files.writeString(source, CODE);
            assertEquals(0, compiler.run(null, null, null, "-proc:none", "-cp", String.join(File.pathSeparator, jars), "-d",
                    Files.createDirectories(version.packageFolder().resolve("classes")).toString(), source.toString()));
            for (int i = 0; i < 2; i++) {
                assertEquals("\"Ada [before, after] ric true\"", functions.answer(version, "{\"name\": \"Ada\"}"));
            }
            InvocationResult.FunctionError error = functions.error(version, "{\"fail\": \"no\"}");
            assertEquals("java.lang.IllegalStateException", error.errorType());
            assertEquals("no", error.errorMessage());
            assertTrue(functions.lines.stream().anyMatch(line -> line.contains("handling Ada")), functions.lines.toString());
        }
    }
}
