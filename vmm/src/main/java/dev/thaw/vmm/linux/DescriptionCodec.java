package dev.thaw.vmm.linux;

import dev.thaw.vmm.linux.event.Epoll;
import dev.thaw.vmm.linux.event.EventFd;
import dev.thaw.vmm.linux.event.PipeEnd;
import dev.thaw.vmm.linux.event.SignalFd;
import dev.thaw.vmm.linux.event.TimerFd;
import dev.thaw.vmm.linux.fs.DescriptionKind;
import dev.thaw.vmm.linux.fs.FileDescription;
import dev.thaw.vmm.linux.net.SocketDescription;
import dev.thaw.vmm.snapshot.StateReader;

/** Reads open file descriptions back, each by the loader of its kind. File system and network are loaded before. */
final class DescriptionCodec {
    private DescriptionCodec() {}

    /** One description, as {@link FileDescription#save} wrote it. */
    static FileDescription load(Kernel kernel, StateReader in) {
        DescriptionKind kind = DescriptionKind.read(in);
        return switch (kind) {
            case FILE, DIRECTORY, PATH, DEVICE, TEXT, STREAM, INOTIFY -> kernel.fileSystem().loadDescription(kind, in);
            case SOCKET -> SocketDescription.load(in, kernel.network());
            case PIPE -> PipeEnd.load(in, kernel);
            case EVENT -> EventFd.load(in, kernel);
            case EPOLL -> Epoll.load(in, kernel);
            case SIGNAL -> SignalFd.load(in, kernel);
            case TIMER -> TimerFd.load(in, kernel);
        };
    }
}
