/** Small complete functions to begin with, for {@code thaw init}. Their files are resources below {@code dev/thaw/deploy/templates}. */
package dev.thaw.deploy.init;
