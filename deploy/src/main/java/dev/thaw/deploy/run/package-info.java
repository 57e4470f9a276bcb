/** {@code thaw run}: a Linux program in a microVM on this terminal's streams. */
package dev.thaw.deploy.run;
