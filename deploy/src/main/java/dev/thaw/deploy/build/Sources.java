package dev.thaw.deploy.build;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;

/** Whether what a build made is older than what it is made from. */
final class Sources {
    /** Folders that builds and tools fill. */
    private static final Set<String> MADE = Set.of(".git", ".thaw", ".idea", "__pycache__", "node_modules", "target");

    private Sources() {}

    /** Whether a path below a function's folder is nothing that a build reads. */
    static boolean isMade(Path relative) {
        for (Path part : relative) {
            if (MADE.contains(part.toString())) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code product} is there and no file below {@code folder} is newer, but for what builds and tools made. */
    static boolean older(Path folder, Path product) throws IOException {
        if (!Files.exists(product)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(product);
        boolean[] newer = {false};
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return isMade(folder.relativize(path)) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                newer[0] = attributes.lastModifiedTime().compareTo(made) > 0 && !path.equals(product);
                return newer[0] ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException problem) {
                return FileVisitResult.CONTINUE; // gone meanwhile, or not ours to read: the build will say so
            }
        });
        return !newer[0];
    }
}
