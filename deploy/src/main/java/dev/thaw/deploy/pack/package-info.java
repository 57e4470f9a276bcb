/** From a function's folder to the zip that the server takes, and the checks that need no server. */
package dev.thaw.deploy.pack;
