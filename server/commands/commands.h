/* SPDX-License-Identifier: MIT */
/* The subcommands of chat-server, and what several of them need. */
#ifndef SERVER_COMMANDS_COMMANDS_H
#define SERVER_COMMANDS_COMMANDS_H

#include "backends/crypto.h"

/*
 * Each subcommand is given the command line from its own name on, and returns
 * an exit code of sysexits.h. If an option is invalid, it does not return: it
 * prints an error and exits (lib/options.h).
 */
int command_serve(int argc, char **argv);
int command_adduser(int argc, char **argv);
int command_passwd(int argc, char **argv);
int command_deluser(int argc, char **argv);
int command_users(int argc, char **argv);
int command_import(int argc, char **argv);
int command_slips(int argc, char **argv);

/* The --help texts of options that several subcommands have. */
#define COMMAND_DB_HELP "the database of accounts and sessions"
#define COMMAND_LN_HELP                                                        \
    "cost of a password hash, 10 to 17; one more doubles it (default 14)"
#define COMMAND_PASSWORD_HELP "read the password from a file's first line"

/*
 * command_check_db: returns 0 if DB, the value of --db, names a file.
 * Otherwise prints an error and returns -1.
 */
int command_check_db(const char *db) KIT_MUST_CHECK;

/*
 * command_parse_ln: the number in TEXT, the value of --scrypt-ln, or the
 * default if TEXT is NULL. Ends the program if TEXT is invalid.
 */
unsigned command_parse_ln(const char *text);

/*
 * command_hash_password: reads a password from the first line of FILE or, if
 * FILE is NULL, from the terminal after PROMPT. Hashes it at cost LN and writes
 * the stored form to PHC, PASSWORD_HASH_SIZE bytes. Returns EX_OK; or another
 * exit code with the reason on standard error.
 */
int command_hash_password(char *phc, const char *file, const char *prompt,
                          unsigned ln) KIT_MUST_CHECK;

#endif
