package dev.thaw.vmm.linux.time;

import dev.thaw.vmm.linux.mm.MappingSource;
import dev.thaw.vmm.memory.GuestMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The vDSO's code as a file that can be mapped: the image that src/main/vdso/build.sh makes. One page, immutable. */
public final class Vdso implements MappingSource {
    /** The id that stands for it in saved mappings; inodes have ids from 0 on. */
    public static final int STATE_ID = -2;

    private static final byte[] IMAGE = image();

    private static byte[] image() {
        try (InputStream in = Vdso.class.getResourceAsStream("vdso.so")) {
            byte[] image = in.readAllBytes();
            if (image.length > GuestMemory.PAGE) {
                throw new IllegalStateException("the vDSO image has " + image.length + " bytes, more than a page");
            }
            return image;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long readInto(long fileOffset, MemorySegment into, long at, long length) {
        long n = fileOffset >= IMAGE.length ? 0 : Math.min(length, IMAGE.length - fileOffset);
        MemorySegment.copy(IMAGE, (int) fileOffset, into, ValueLayout.JAVA_BYTE, at, (int) n);
        return n;
    }

    @Override
    public long sharedFrame(long fileOffset) {
        return NOT_SHAREABLE;
    }

    @Override
    public void unmapped() {}

    @Override
    public long size() {
        return GuestMemory.PAGE;
    }

    @Override
    public String mappingName() {
        return "[vdso]";
    }

    @Override
    public long inodeNumber() {
        return 0;
    }

    @Override
    public int stateId() {
        return STATE_ID;
    }
}
