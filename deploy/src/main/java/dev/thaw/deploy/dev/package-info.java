/** The loop of {@code thaw dev}: watch a folder, deploy it again when it has changed. */
package dev.thaw.deploy.dev;
