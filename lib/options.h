/* SPDX-License-Identifier: MIT */
/* Command lines in the GNU manner, from a table. */
#ifndef KIT_OPTIONS_H
#define KIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "backends/crypto.h"

#define KIT_VERSION "1.0"

/* One option. A table of them ends with one whose NAME is NULL. */
struct kit_option {
    const char *name;  /* "port" for --port */
    const char *value; /* what its value is called in --help; NULL: a switch */
    const char *help;  /* what it does, a few words */
    const char **text; /* where the value goes, unchanged */
    bool *flag;        /* for a switch: what becomes true */
};

/* A program, or one of its subcommands. */
struct kit_command {
    const char *name;     /* "sender", or "chat-server import" */
    const char *operands; /* what follows the options: "RECEIVER", or "" */
    const char *about;    /* what it does, a sentence or a few */
    int min, max;         /* how many operands */
    const struct kit_option *options; /* NULL: none of its own */
};

/*
 * kit_options: reads the command line; the operands are moved behind the
 * options, in their order. Returns the index of the first operand in ARGV.
 * --help and --version are known to every command; they print and exit with
 * 0. What the table does not know ends the program with EX_USAGE and one line
 * that says what to type. Errors and notes are said in the command's name
 * from here on (lib/say.h). ARGV[0] is the word before the first option.
 *
 * Every program calls this first, so it also opens the standard streams
 * (lib/streams.h) and, if the command line is right, tests the cryptography
 * (lib/selftest.h). If an algorithm does not work, it names that on standard
 * error and ends the program with EX_UNAVAILABLE.
 */
int kit_options(int argc, char **argv, const struct kit_command *command);

/*
 * kit_option_number: reads the value of option NAME, decimal digits and
 * nothing else, from MIN to MAX. Ends the program with EX_USAGE otherwise.
 * TEXT NULL gives FALLBACK.
 */
long kit_option_number(const char *name, const char *text, long min, long max,
                       long fallback);

#endif
