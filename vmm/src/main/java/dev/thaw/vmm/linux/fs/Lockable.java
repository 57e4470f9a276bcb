package dev.thaw.vmm.linux.fs;

import dev.thaw.vmm.linux.Task;
import java.util.ArrayList;
import java.util.List;

/** An open description that keeps others of the same file or directory out: flock(2), and for files ranges too. */
interface Lockable {
    /** The locks that this description holds. */
    FileLocks locks();

    /** What is locked. */
    Inode locked();

    /** The other open descriptions of the same. */
    default List<Lockable> others(Task task) {
        List<Lockable> others = new ArrayList<>();
        for (int fd : task.files().descriptors()) {
            if (task.files().get(fd) instanceof Lockable other && other != this && other.locked() == locked()) {
                others.add(other);
            }
        }
        return others;
    }
}
