package dev.thaw.wasm;

import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.Instance;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.PassiveDataSegment;

/** An instance's data segments: copied when it is instantiated, or when its code asks; dropped ones come back with a rollback. */
final class DataSegments {
    private static final byte[] NO_BYTES = {};
    static final DataSegments NONE = new DataSegments(new DataSegment[0]);

    /** The instance's own array: what is dropped there is dropped here. */
    private final DataSegment[] segments;
    private final DataSegment[] all;
    private final byte[][] bytes;

    private DataSegments(DataSegment[] segments) {
        this.segments = segments;
        this.all = segments.clone();
        this.bytes = new byte[segments.length][];
    }

    /** Copies the active segments of a memory into it; {@code segments} is the instance's own array and is changed. */
    static DataSegments initialised(CowMemory memory, int memoryIndex, Instance instance, DataSegment[] segments) {
        for (int i = 0; i < segments.length; i++) {
            if (segments[i] instanceof ActiveDataSegment active && active.index() == memoryIndex) {
                int offset = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
                byte[] data = active.data();
                BulkAccess.write(memory, offset, data, 0, data.length);
                // as the specification has it: an active segment is dropped once it is copied
                segments[i] = PassiveDataSegment.EMPTY;
            }
        }
        return new DataSegments(segments);
    }

    void copy(CowMemory memory, int segment, int target, int offset, int size) {
        byte[] data = bytesOf(segment);
        if ((offset & 0xffff_ffffL) + (size & 0xffff_ffffL) > data.length) {
            throw CowMemory.outOfBounds();
        }
        BulkAccess.write(memory, target, data, offset, size);
    }

    /** A segment's bytes, of which Endive gives a copy each time: taken once. */
    private byte[] bytesOf(int segment) {
        if (segments[segment] == PassiveDataSegment.EMPTY) {
            return NO_BYTES;
        }
        if (bytes[segment] == null) {
            bytes[segment] = segments[segment].data();
        }
        return bytes[segment];
    }

    void drop(int segment) {
        segments[segment] = PassiveDataSegment.EMPTY;
    }

    /** Takes back what was dropped. */
    void rollBack() {
        System.arraycopy(all, 0, segments, 0, all.length);
    }
}
