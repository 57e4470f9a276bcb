package dev.thaw.vmm.linux.mm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.vmm.linux.GuestError;
import dev.thaw.vmm.memory.GuestMemory;
import dev.thaw.vmm.memory.PageTables;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Mappings, pages and frames agree with each other, whatever is done to them. */
class AddressSpaceTest {
    private static final long PAGE = GuestMemory.PAGE;
    private static final long BASE = 0x10_0000_0000L;
    private static final int RW = Vma.PROT_READ | Vma.PROT_WRITE;

    private final GuestMemory memory = GuestMemory.anonymous(16 << 20, PAGE);
    private final PageTables tables = new PageTables(memory, memory.allocate());
    private final AddressSpace space = new AddressSpace(memory, tables);
    private final UserMemory user = new UserMemory(space, memory);

    AddressSpaceTest() {
        space.layOut(0x1000_0000L, 0x7f00_0000_0000L);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private void map(long page, long pages, int protection) {
        space.map(new Vma(BASE + page * PAGE, BASE + (page + pages) * PAGE, protection, Vma.Kind.ANONYMOUS,
                Optional.empty(), 0));
    }

    @Test
    void whatIsWrittenIsReadBackAcrossPages() {
        map(0, 4, RW);
        byte[] bytes = new byte[9000];
        new Random(1).nextBytes(bytes);
        user.writeBytes(BASE + 100, bytes);
        assertEquals(java.util.Arrays.toString(bytes), java.util.Arrays.toString(user.readBytes(BASE + 100, 9000)));
    }

    @Test
    void aBadAddressIsEfaultForReadingAndForWriting() {
        map(0, 1, Vma.PROT_READ);
        map(2, 1, 0);
        assertEquals(14, assertThrows(GuestError.class, () -> user.writeInt(BASE, 1)).errno());
        assertEquals(0, user.readInt(BASE));
        assertThrows(GuestError.class, () -> user.readInt(BASE + PAGE));
        assertThrows(GuestError.class, () -> user.readInt(BASE + 2 * PAGE));
        assertThrows(GuestError.class, () -> user.readLong(BASE + PAGE - 4));
        for (long address : new long[] {-1, -8, Long.MIN_VALUE, 0xffff_8000_0000_1000L, AddressSpace.TASK_SIZE, 0, 1L << 50}) {
            assertThrows(GuestError.class, () -> user.readLong(address), Long.toHexString(address));
            assertThrows(GuestError.class, () -> user.writeLong(address, 1), Long.toHexString(address));
        }
    }

    @Test
    void anUnmappedPageComesBackZeroed() {
        map(0, 1, RW);
        user.writeLong(BASE, 77);
        space.unmap(BASE, BASE + PAGE);
        apply();
        map(0, 1, RW);
        assertEquals(0, user.readLong(BASE));
    }

    @Test
    void aProtectedPageKeepsItsContent() {
        map(0, 1, RW);
        user.writeLong(BASE, 5);
        space.protect(BASE, BASE + PAGE, 0);
        assertThrows(GuestError.class, () -> user.readLong(BASE));
        space.protect(BASE, BASE + PAGE, Vma.PROT_READ);
        assertEquals(5, user.readLong(BASE));
    }

    @Test
    void movedPagesKeepTheirContent() {
        map(0, 3, RW);
        user.writeLong(BASE + 2 * PAGE, 9);
        space.move(BASE, 3 * PAGE, BASE + 100 * PAGE);
        assertEquals(9, user.readLong(BASE + 102 * PAGE));
        assertThrows(GuestError.class, () -> user.readLong(BASE));
    }

    @Test
    void memoryThatIsUsedUpIsSaidSo() {
        map(0, 8192, RW);
        assertThrows(OutOfGuestMemory.class, () -> {
            for (long p = 0; p < 8192; p++) {
                user.writeInt(BASE + p * PAGE, 1);
            }
        });
    }

    @Test
    void framesAreNeitherLostNorSharedInTenThousandRandomSteps() {
        Random random = new Random(42);
        int pages = 256;
        int[] protection = new int[pages];
        long[] content = new long[pages];
        java.util.Arrays.fill(protection, -1);
        for (int step = 0; step < 10_000; step++) {
            int from = random.nextInt(pages);
            int count = 1 + random.nextInt(Math.min(16, pages - from));
            long start = BASE + from * PAGE;
            switch (random.nextInt(4)) {
                case 0 -> {
                    map(from, count, RW);
                    java.util.Arrays.fill(protection, from, from + count, RW);
                    java.util.Arrays.fill(content, from, from + count, 0);
                }
                case 1 -> {
                    space.unmap(start, start + count * PAGE);
                    java.util.Arrays.fill(protection, from, from + count, -1);
                }
                case 2 -> {
                    if (space.mappings().covers(start, start + count * PAGE)) {
                        int wanted = new int[] {0, Vma.PROT_READ, RW}[random.nextInt(3)];
                        space.protect(start, start + count * PAGE, wanted);
                        java.util.Arrays.fill(protection, from, from + count, wanted);
                    }
                }
                case 3 -> {
                    if (protection[from] == RW) {
                        content[from] = random.nextLong();
                        user.writeLong(start, content[from]);
                    }
                }
                default -> throw new AssertionError();
            }
            int at = random.nextInt(pages);
            if (protection[at] > 0) {
                assertEquals(content[at], user.readLong(BASE + at * PAGE));
            } else {
                assertThrows(GuestError.class, () -> user.readLong(BASE + at * PAGE));
            }
            if (random.nextInt(3) == 0) {
                apply();
            }
        }
        space.unmap(BASE, BASE + pages * PAGE);
        apply();
        assertEquals(0, space.mappings().count());
        assertTrue(space.resident() <= 8 * PAGE, "only table pages remain: " + space.resident());
    }

    /** What ring 0 does with the edits. */
    private void apply() {
        for (int i = 0; i < tables.edits().count(); i++) {
            memory.putLong(tables.edits().entry(i), tables.edits().value(i));
        }
        tables.edits().clear();
    }
}
