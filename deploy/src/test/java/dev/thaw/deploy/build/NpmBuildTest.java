package dev.thaw.deploy.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.deploy.Kvm;
import dev.thaw.deploy.ServerProcess;
import dev.thaw.deploy.Typed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A function whose packages npm really installs and whose script it runs, from the folder to the answer of a VM. */
@Timeout(600)
class NpmBuildTest {
    @TempDir
    private Path folder;

    private static void needs(String program) {
        Assumptions.assumeTrue(Stream.of(System.getenv("PATH").split(":")).anyMatch(each -> Files.isExecutable(Path.of(each, program))), "needs " + program);
    }

    @Test
    void whatRunsIsInstalledAndWhatBuildsIsGoneAgain() throws Exception {
        needs("npm");
        needs("node");
        Kvm.needed();
        Path project = Files.createDirectories(folder.resolve("npm"));
        Files.writeString(project.resolve("function.yaml"), "name: npm\nruntime: nodejs\nhandler: index.handler\ntimeout: 60s\n");
        Files.writeString(project.resolve("package.json"), """
                {"name": "npm", "private": true, "type": "module", "scripts": {"build": "node build.js"},
                 "dependencies": {"ms": "2.1.3"}, "devDependencies": {"picocolors": "1.1.1"}}
                """);
        Files.writeString(project.resolve("build.js"), """
                import colors from "picocolors";
                import { writeFileSync } from "node:fs";
                writeFileSync("made.js", `export const made = ${JSON.stringify(typeof colors.green)};\\n`);
                """);
        Files.writeString(project.resolve("index.js"), """
                import ms from "ms";
                import { made } from "./made.js";
                export const handler = async (event) => ({ millis: ms(event.text), made });
                """);
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            Map<String, String> environment = Map.of("THAW_SERVER", server.url());
            Typed deployed = Typed.with(new byte[0], environment, "deploy", project.toString());
            Assumptions.assumeFalse(deployed.err().matches("(?s).*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH).*"), "no npm registry: " + deployed.err());
            Assumptions.assumeFalse(deployed.err().contains("no Node.js from 20"), deployed.err());
            assertEquals(0, deployed.status(), deployed.err());
            assertTrue(Files.isDirectory(project.resolve("node_modules/ms")));
            assertFalse(Files.exists(project.resolve("node_modules/picocolors")), "a tool of the build is in no package");
            assertFalse(Files.exists(project.resolve("package-lock.json")), "the lock is the user's to make");
            Typed invoked = Typed.with(new byte[0], environment, "invoke", "npm", "-d", "{\"text\": \"2 days\"}");
            assertEquals("{\"millis\":172800000,\"made\":\"function\"}", invoked.out().strip(), invoked.err());
            Typed again = Typed.with(new byte[0], environment, "deploy", project.toString());
            assertTrue(again.err().contains("is version 1 already"), again.err());
        }
    }
}
