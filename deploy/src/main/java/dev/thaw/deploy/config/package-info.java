/** The user's own settings: which servers there are, and with which keys. For the commands. */
package dev.thaw.deploy.config;
