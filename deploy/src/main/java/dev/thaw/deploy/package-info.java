/**
 * The {@code thaw} command: one class a subcommand, started by {@link dev.thaw.deploy.Main}, which the {@code thaw} script
 * at the top of the tree runs. Nothing else calls this package.
 *
 * <p>Commands that talk to a server go through {@link dev.thaw.deploy.client}; {@code server} and {@code dev} hold one
 * in this process; {@code run} needs none. Exit status: 0 done, 1 the function or the server failed, 2 wrong usage;
 * {@code run} hands on the program's.
 */
package dev.thaw.deploy;
