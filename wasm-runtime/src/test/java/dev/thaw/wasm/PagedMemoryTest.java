package dev.thaw.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import run.endive.wasm.types.MemoryLimits;

/** A memory in frames, in one array, and in both does what one array of bytes would, and goes back to its image whatever it was. */
class PagedMemoryTest {
    private static final int PAGE = 1 << 16;

    private static byte[][] image(int pages, SplittableRandom random) {
        byte[][] frames = new byte[pages * CowMemory.FRAMES_A_PAGE][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = CowMemory.ZERO;
            if (random.nextInt(3) == 0) {
                frames[i] = new byte[CowMemory.FRAME];
                random.nextBytes(frames[i]);
            }
        }
        return frames;
    }

    private static byte[] bytes(byte[][] frames) {
        byte[] all = new byte[frames.length * CowMemory.FRAME];
        for (int i = 0; i < frames.length; i++) {
            System.arraycopy(frames[i], 0, all, i * CowMemory.FRAME, CowMemory.FRAME);
        }
        return all;
    }

    /** One access of any kind, in the memory and in the model. */
    private static byte[] step(PagedMemory memory, byte[] model, SplittableRandom random) {
        ByteBuffer plain = ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN);
        int at = random.nextInt(model.length - 8);
        if (random.nextInt(4) == 0) {
            // where frames meet
            at = Math.clamp((long) (at | CowMemory.FRAME - 1) - random.nextInt(8), 0, model.length - 8);
        }
        long value = random.nextLong();
        switch (random.nextInt(14)) {
            case 0 -> assertEquals(plain.get(at), memory.read(at));
            case 1 -> assertEquals(plain.getShort(at), memory.readShort(at));
            case 2 -> assertEquals(plain.getInt(at), memory.readInt(at));
            case 3 -> assertEquals(plain.getLong(at), memory.readLong(at));
            case 4 -> {
                plain.put(at, (byte) value);
                memory.writeByte(at, (byte) value);
            }
            case 5 -> {
                plain.putShort(at, (short) value);
                memory.writeShort(at, (short) value);
            }
            case 6 -> {
                plain.putInt(at, (int) value);
                memory.writeI32(at, (int) value);
            }
            case 7 -> {
                plain.putLong(at, value);
                memory.writeLong(at, value);
            }
            case 8 -> {
                if (random.nextInt(50) == 0) {
                    int length = random.nextInt(Math.min(model.length - at, 3 * CowMemory.FRAME));
                    Arrays.fill(model, at, at + length, (byte) value);
                    memory.fill((byte) value, at, at + length);
                }
            }
            case 9 -> {
                if (random.nextInt(50) == 0) {
                    int length = random.nextInt(Math.min(model.length - at, 3 * CowMemory.FRAME));
                    int to = random.nextInt(model.length - length);
                    System.arraycopy(model, at, model, to, length);
                    memory.copy(to, at, length);
                }
            }
            case 10 -> {
                if (random.nextInt(50) == 0) {
                    int length = random.nextInt(Math.min(model.length - at, 3 * CowMemory.FRAME));
                    assertArrayEquals(Arrays.copyOfRange(model, at, at + length), memory.readBytes(at, length));
                }
            }
            case 11 -> {
                if (random.nextInt(50) == 0) {
                    byte[] some = new byte[random.nextInt(Math.min(model.length - at, 3 * CowMemory.FRAME))];
                    random.nextBytes(some);
                    System.arraycopy(some, 0, model, at, some.length);
                    memory.write(at, some, 0, some.length);
                }
            }
            case 12 -> {
                int outside = random.nextBoolean() ? model.length - random.nextInt(4) : -1 - random.nextInt(1 << 30);
                assertThrows(WasmTrap.class, () -> memory.readInt(outside));
                assertThrows(WasmTrap.class, () -> memory.writeLong(outside, 1));
                assertThrows(WasmTrap.class, () -> memory.writeByte(outside | Integer.MIN_VALUE, (byte) 1));
            }
            default -> {
                if (model.length < 8 * PAGE && random.nextInt(2_000) == 0) {
                    assertEquals(model.length / PAGE, memory.grow(1));
                    return Arrays.copyOf(model, model.length + PAGE);
                }
            }
        }
        return model;
    }

    @Test
    void doesWhatOneArrayWouldAndGoesBackToItsImage() {
        for (int seed = 0; seed < 2; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[][] image = image(2, random);
            byte[] before = bytes(image);
            PagedMemory memory = new PagedMemory(new MemoryLimits(2, 16), new PageBudget(16), image);
            for (int request = 0; request < 3; request++) {
                byte[] model = before.clone();
                int steps = request == 0 ? 500 : 3 * CowMemory.PATIENCE;
                for (int i = 0; i < steps; i++) {
                    model = step(memory, model, random);
                }
                assertArrayEquals(model, memory.readBytes(0, memory.bytes()));
                memory.rollBack();
                assertEquals(before.length, memory.bytes());
                assertArrayEquals(before, memory.readBytes(0, before.length));
            }
            assertArrayEquals(before, bytes(image), "an image is never written");
        }
    }

    @Test
    void isCapturedAsItIsWhateverItLiesIn() {
        SplittableRandom random = new SplittableRandom(9);
        byte[][] image = image(1, random);
        PagedMemory memory = new PagedMemory(new MemoryLimits(1, 16), new PageBudget(16), image);
        byte[] model = bytes(image);
        for (int i = 0; i < 4 * CowMemory.PATIENCE; i++) {
            model = step(memory, model, random);
        }
        assertArrayEquals(model, bytes(memory.capture()));
    }

    @Test
    void anInstanceThatDoesLittleCostsWhatItTouches() {
        PagedMemory memory = new PagedMemory(new MemoryLimits(16, 16), new PageBudget(16));
        for (int i = 0; i < CowMemory.PATIENCE / 2; i++) {
            memory.writeI32(4 * (i % 1000), i);
        }
        assertEquals(1, memory.touchedFrames());
        for (int i = 0; i < 4 * CowMemory.PATIENCE; i++) {
            memory.writeI32(4 * (i % 1000), i);
        }
        assertTrue(memory.touchedFrames() >= 16 * CowMemory.FRAMES_A_PAGE, "one that does much has an array of its own");
    }
}
