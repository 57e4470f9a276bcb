package dev.thaw.vmm.linux.fs;

/** What an open file description is, as saved state names it: the first field of {@link FileDescription#save}. */
public enum DescriptionKind {
    FILE,
    DIRECTORY,
    PATH,
    DEVICE,
    TEXT,
    STREAM
}
