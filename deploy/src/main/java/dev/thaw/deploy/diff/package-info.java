/** What a deploy would change: the package and manifest on this machine beside those that the server has. For the commands. */
package dev.thaw.deploy.diff;
