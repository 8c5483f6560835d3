/* SPDX-License-Identifier: MIT */
/* Parses command lines with GNU-style options, described in a table. */
#ifndef KIT_OPTIONS_H
#define KIT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "backends/crypto.h"

#define KIT_VERSION "1.0"

/* One option. A table of them ends with one whose NAME is NULL. */
struct kit_option {
    const char *name;  /* "port" for --port */
    const char *value; /* the name of its value in --help; NULL: a switch */
    const char *help;  /* what it does, in a few words */
    const char **text; /* is set to the value */
    bool *flag;        /* for a switch: is set to true */
};

/* A program, or one of its subcommands. */
struct kit_command {
    const char *name;     /* "sender", or "chat-server import" */
    const char *operands; /* what follows the options: "RECEIVER", or "" */
    const char *about;    /* what it does, in a sentence or a few */
    int min, max;         /* how many operands */
    const struct kit_option *options; /* NULL: --help and --version only */
};

/*
 * kit_options: parses the command line and moves the operands after the
 * options, in their order. Returns the index of the first operand in ARGV.
 * ARGV[0] is the word before the first option.
 *
 * Every command has --help and --version: they print and exit with EX_OK. If
 * the command line is wrong, prints one line that says what to type, and exits
 * with EX_USAGE. From here on errors and notes begin with the command's name
 * (lib/say.h).
 *
 * Every program calls this first, so it also opens the standard streams
 * (lib/streams.h) and tests the cryptography (lib/selftest.h). If an algorithm
 * does not work, it prints its name and exits with EX_UNAVAILABLE.
 */
int kit_options(int argc, char **argv, const struct kit_command *command);

/*
 * kit_option_number: returns the number in TEXT, the value of option NAME:
 * decimal digits only, from MIN to MAX. Otherwise prints an error and exits
 * with EX_USAGE. If TEXT is NULL, the option was not given: returns FALLBACK.
 */
long kit_option_number(const char *name, const char *text, long min, long max,
                       long fallback);

#endif
