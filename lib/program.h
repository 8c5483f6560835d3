/* SPDX-License-Identifier: MIT */
/*
 * How the user called this program, for messages that advise a command: if it
 * was called as build/libsodium/chat-server, the shell does not find it as
 * chat-server.
 */
#ifndef KIT_PROGRAM_H
#define KIT_PROGRAM_H

/*
 * kit_program_called: remembers ARGV0, the first word of the command line, if
 * it has a slash. If it has none, the shell has found the program by its name.
 * ARGV0 may be NULL. kit_options calls this. Call it earlier if a subcommand
 * has its own command line, which begins after ARGV0.
 */
void kit_program_called(const char *argv0);

/*
 * kit_program_command: returns what to type for COMMAND, which begins with the
 * name of this program, such as "chat-server users": the same, but with the
 * remembered path, quoted for a shell, in place of the name. The text is valid
 * until the next call. Only one thread at a time may call it.
 */
const char *kit_program_command(const char *command);

#endif
