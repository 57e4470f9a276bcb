package dev.thaw.vmm.linux.event;

import dev.thaw.vmm.linux.fs.Stat;

/** What fstat(2) shows of eventfd, timerfd and epoll: in Linux they share one inode without a type. */
final class AnonymousInode {
    static final Stat STAT = new Stat(15, 1, 0600, 1, 0, 0, 0, 0, 4096, 0, 0, 0, 0);

    private AnonymousInode() {}
}
