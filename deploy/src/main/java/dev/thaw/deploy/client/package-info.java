/** The HTTP client of a Thaw server, with failures in words that a person can act on. Called by the commands and by {@code dev}. */
package dev.thaw.deploy.client;
