/* SPDX-License-Identifier: MIT */
/* The subcommands of chat-server: one file each. */
#ifndef SERVER_COMMANDS_COMMANDS_H
#define SERVER_COMMANDS_COMMANDS_H

#include "backends/crypto.h"

/*
 * Each takes the command line from its own name on and returns an exit code
 * of sysexits.h; mistakes in the command line end the program.
 */
int command_serve(int argc, char **argv);
int command_adduser(int argc, char **argv);
int command_passwd(int argc, char **argv);
int command_deluser(int argc, char **argv);
int command_users(int argc, char **argv);
int command_import(int argc, char **argv);

/* What several of them have in common. */
#define COMMAND_DB_HELP "the database of accounts and sessions"
#define COMMAND_LN_HELP                                                        \
    "cost of a password hash: 2^N steps (10 to 17, default 14)"
#define COMMAND_PASSWORD_HELP "read the password from a file's first line"

/* command_ln: the value of --scrypt-ln. Ends the program if it is none. */
unsigned command_ln(const char *text);

/*
 * command_password: reads a password from FILE, or where that is NULL from the
 * terminal after PROMPT, and hashes it at the cost LN into PHC,
 * PASSWORD_HASH_SIZE bytes. Returns EX_OK; or another exit code with the reason
 * on standard error.
 */
int command_password(char *phc, const char *file, const char *prompt,
                     unsigned ln) KIT_MUST_CHECK;

/*
 * command_name: whether NAME is a NAME; command_db: whether --db was given.
 * If not, they say so, and what to type instead.
 */
int command_name(const char *name);
int command_db(const char *db);

#endif
