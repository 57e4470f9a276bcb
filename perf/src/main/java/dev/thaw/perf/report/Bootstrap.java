package dev.thaw.perf.report;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a series' quantiles could have been: it is drawn anew many times from itself, first rounds and then values within them, since
 * values of one round share the host's load of that moment. A series of one or two rounds is cut into about √n stretches instead.
 *
 * @param p50 sorted only by chance: entry i of both belongs to drawing i
 */
record Bootstrap(double[] p50, double[] p99) {
    static final int DRAWINGS = 500;

    static Bootstrap of(Series series) {
        double[][] rounds = series.rounds().length >= 3 ? series.rounds() : stretches(series.rounds());
        SplittableRandom random = new SplittableRandom(series.id().hashCode()); // the same files always give the same verdict
        Bootstrap drawn = new Bootstrap(new double[DRAWINGS], new double[DRAWINGS]);
        int most = rounds.length * Arrays.stream(rounds).mapToInt(round -> round.length).max().orElseThrow();
        double[] values = new double[most];
        for (int drawing = 0; drawing < DRAWINGS; drawing++) {
            int count = 0;
            for (int i = 0; i < rounds.length; i++) {
                double[] round = rounds[random.nextInt(rounds.length)];
                for (int j = 0; j < round.length; j++) {
                    values[count++] = round[random.nextInt(round.length)];
                }
            }
            double[] sorted = Quantiles.sorted(Arrays.copyOf(values, count));
            drawn.p50[drawing] = Quantiles.of(sorted, 0.5);
            drawn.p99[drawing] = Quantiles.of(sorted, 0.99);
        }
        return drawn;
    }

    private static double[][] stretches(double[][] rounds) {
        double[] all = Arrays.stream(rounds).flatMapToDouble(Arrays::stream).toArray();
        int length = (int) Math.ceil(Math.sqrt(all.length));
        double[][] stretches = new double[(all.length + length - 1) / length][];
        for (int i = 0; i < stretches.length; i++) {
            stretches[i] = Arrays.copyOfRange(all, i * length, Math.min(all.length, (i + 1) * length));
        }
        return stretches;
    }
}
