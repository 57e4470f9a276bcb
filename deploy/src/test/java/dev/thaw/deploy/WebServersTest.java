package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web frameworks as people use them, unmodified under runtime {@code http}, from a folder to an HTTP answer. */
class WebServersTest {
    private static final String EXPRESS = """
            const express = require('express');
            const app = express();
            app.use(express.json());
            let count = 0;
            app.get('/', (request, response) => response.json({from: 'Express', count: ++count, host: request.hostname !== ''}));
            app.listen(process.env.PORT, () => console.log('listening'));
            """;
    /** Answers from a worker thread after a timer: event loop, timers and the pool all go on after the thaw. */
    private static final String VERTX = """
            import io.vertx.core.Vertx;
            import io.vertx.ext.web.Router;

            class Main {
                static int count;

                public static void main(String[] arguments) {
                    Vertx vertx = Vertx.vertx();
                    Router router = Router.router(vertx);
                    router.get("/").handler(context -> vertx.setTimer(10, timer -> vertx.executeBlocking(() -> ++count)
                            .onSuccess(number -> context.response().end("from Vert.x " + number))));
                    vertx.createHttpServer().requestHandler(router).listen(Integer.parseInt(System.getenv("PORT")))
                            .onFailure(failure -> { failure.printStackTrace(); System.exit(1); });
                }
            }
            """;
    private static final Pattern VERTX_JARS = Pattern.compile(".*/(vertx|netty|jackson)-[^/]*\\.jar");

    @TempDir
    private Path folder;

    @BeforeEach
    void kvm() {
        Kvm.needed();
    }

    private Typed once(String manifest) throws IOException {
        Files.writeString(folder.resolve("function.yaml"), manifest);
        return Typed.with(new byte[0], Map.of(), "dev", folder.toString(), "--once", "--listen", "127.0.0.1:0");
    }

    @Test
    void anExpressAppAnswers() throws Exception {
        Files.writeString(folder.resolve("package.json"), "{\"name\": \"web\", \"private\": true}");
        Files.writeString(folder.resolve("server.js"), EXPRESS);
        install("express@5");
        Typed typed = once("name: express\nruntime: http\ncommand: [node, server.js]\ntimeout: 60s\n");
        assertEquals(0, typed.status(), typed.err());
        assertTrue(typed.out().contains("{\"from\":\"Express\",\"count\":1,\"host\":true}"), typed.out());
    }

    /** From npm's registry; skips the test where that cannot be. */
    private void install(String what) throws IOException, InterruptedException {
        Path said = folder.resolveSibling(folder.getFileName() + ".npm");
        Process npm;
        try {
            npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", what).directory(folder.toFile())
                    .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        } catch (IOException e) {
            assumeTrue(false, "npm is not installed");
            throw e;
        }
        try {
            boolean ended = npm.waitFor(60, TimeUnit.SECONDS);
            assumeTrue(ended && npm.exitValue() == 0,
                    () -> "npm cannot install " + what + ": " + read(said));
        } finally {
            npm.destroyForcibly().waitFor();
            Files.delete(said);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aVertxApplicationAnswers() throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "needs a JDK that brings its compiler");
        Path lib = Files.createDirectories(folder.resolve("lib"));
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (VERTX_JARS.matcher(entry).matches()) {
                jars.add(entry);
                Files.copy(Path.of(entry), lib.resolve(Path.of(entry).getFileName()));
            }
        }
        Path source = Files.writeString(folder.resolve("Main.java"), VERTX);
        assertEquals(0, compiler.run(null, null, null, "-proc:none", "-cp", String.join(File.pathSeparator, jars), "-d",
                Files.createDirectories(folder.resolve("classes")).toString(), source.toString()));
        Typed typed = once("name: vertx\nruntime: http\ncommand: [java, -XX:+UseSerialGC, -cp, \"classes:lib/*\", Main]\n"
                + "memory: 384\ntimeout: 60s\n");
        assertEquals(0, typed.status(), typed.err());
        assertTrue(typed.out().contains("from Vert.x 1"), typed.out());
    }
}
