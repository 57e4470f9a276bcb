package dev.thaw.sdk.runtime;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets a snapshot be small, and lets no two VMs that come of it draw the same random numbers.
 *
 * <p>What differs after a thaw by itself: {@code SecureRandom} (NativePRNG reads /dev/urandom, see {@link #settle}), and with it
 * {@code UUID.randomUUID} and {@code Files.createTempFile}; System.currentTimeMillis. What is seeded anew here: {@code Math.random},
 * {@code ThreadLocalRandom} of this thread and of threads to come, {@code new Random()} and {@code new SplittableRandom()} from here
 * on. What no runtime can know of, the function has to reseed in {@code afterThaw}: its own {@code Random} and
 * {@code SplittableRandom} objects, other algorithms of {@code SecureRandom} (reseed()), ThreadLocalRandom of its own threads.
 */
final class JvmFreezePoint implements FreezePoint {
    /** NativePRNG keeps what it has read for 100 ms (MAX_BUFFER_TIME in sun.security.provider.NativePRNG), then reads anew. */
    private static final long SECURE_RANDOM_BUFFER_MILLIS = 100;

    private final List<AtomicLong> counters = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private Optional<Field> threadSeed = Optional.empty();
    private Optional<Random> mathRandom = Optional.empty();
    private Optional<FileInputStream> urandom = Optional.empty();

    @Override
    public void settle() {
        Math.random();
        ThreadLocalRandom.current().nextInt();
        // Needs --add-opens, which the java25 runtime gives; a JVM that was started otherwise goes without.
        mathRandom = held("java.lang.Math$RandomNumberGeneratorHolder", "randomNumberGenerator", Random.class);
        held("java.util.concurrent.ThreadLocalRandom", "seeder", AtomicLong.class).ifPresent(counters::add);
        held("java.util.Random", "seedUniquifier", AtomicLong.class).ifPresent(counters::add);
        held("java.util.SplittableRandom", "defaultGen", AtomicLong.class).ifPresent(counters::add);
        threadSeed = field("java.lang.Thread", "threadLocalRandomSeed");
        threads.addAll(running());
        try {
            urandom = Optional.of(new FileInputStream("/dev/urandom"));
        } catch (IOException e) {
            System.err.println("java.util.Random is not seeded anew after the thaw: " + e.getMessage());
        }
        reseed();
        System.gc();
        try {
            Thread.sleep(SECURE_RANDOM_BUFFER_MILLIS + 10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void reseed() {
        if (urandom.isEmpty()) {
            return;
        }
        ByteBuffer seeds = ByteBuffer.allocate(Long.BYTES * (1 + counters.size() + threads.size()));
        try {
            if (urandom.get().read(seeds.array()) < seeds.capacity()) {
                throw new IOException("too few bytes");
            }
            if (mathRandom.isPresent()) {
                mathRandom.get().setSeed(seeds.getLong());
            }
            for (AtomicLong counter : counters) {
                counter.set(seeds.getLong());
            }
            if (threadSeed.isPresent()) {
                for (Thread thread : threads) {
                    threadSeed.get().setLong(thread, seeds.getLong());
                }
            }
        } catch (IOException | IllegalAccessException e) {
            throw new IllegalStateException("/dev/urandom: " + e.getMessage(), e);
        }
    }

    /** How many pieces of the JVM's own state can be reached: all 5, or none in a JVM that is closed. */
    int reseeded() {
        return counters.size() + (mathRandom.isPresent() ? 1 : 0) + (threadSeed.isPresent() ? 1 : 0);
    }

    private static List<Thread> running() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        Thread[] found = new Thread[group.activeCount() + 16];
        return Arrays.asList(found).subList(0, group.enumerate(found));
    }

    private static <T> Optional<T> held(String className, String name, Class<T> type) {
        return field(className, name).map(field -> {
            try {
                return type.cast(field.get(null));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Optional<Field> field(String className, String name) {
        try {
            Field field = Class.forName(className).getDeclaredField(name);
            return field.trySetAccessible() ? Optional.of(field) : Optional.empty();
        } catch (ClassNotFoundException | NoSuchFieldException e) {
            return Optional.empty(); // another JDK's inside
        }
    }
}
