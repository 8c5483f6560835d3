/* SPDX-License-Identifier: MIT */
/* A server to attack: a process of its own, on a database in a file. */
#ifndef TESTS_SUPPORT_TARGET_H
#define TESTS_SUPPORT_TARGET_H

#include "lib/wire.h"
#include "tests/support/fixture.h"

enum {
    TARGET_CROWD = 64, /* u00 to u63, whose hashes are cheap */
    TARGET_NAME = 16,
    TARGET_PASSWORD = 64,
};

/* In every password, so that no log can hold one unseen. */
#define TARGET_MARK "keep-this-to-yourself"

struct target {
    struct fixture fixture; /* its folder; alice, bob and carol are there too */
    char log[PATH_SIZE];    /* what the server says on standard error */
    char program[PATH_SIZE]; /* the server itself; may be changed */
    char names[TARGET_CROWD][TARGET_NAME];
    char tokens[TARGET_CROWD][KIT_TOKEN_MAX + 1]; /* from target_crowd on */
};

/*
 * target_open: a folder with accounts: the crowd, and as the newest ones
 * "victim" and "friend", whose passwords cost LN ("14" as a real one, "10"
 * the cheapest). All logins cost what the dearest account does. target_close
 * takes all of it away; the log stays.
 */
void target_open(struct target *target, const char *ln);
void target_close(struct target *target);

/*
 * target_import: more accounts, COUNT names with passwords of the cost LN,
 * while no server runs or while one does.
 */
void target_import(struct target *target, const char *ln,
                   const char names[][TARGET_NAME], size_t count);

/*
 * target_ln: what a password costs where that matters: "14", as a real one;
 * "12", a quarter of it, where times are only shown.
 */
const char *target_ln(void);

/* target_password: the password of NAME, in a text that the next call ends. */
const char *target_password(const char *name);

/*
 * target_serve: starts the server with up to 8 EXTRA arguments, up to a NULL,
 * in this WAY (or NULL), and waits until it is ready. target_stop: SIGTERM;
 * it must end well. Returns the milliseconds that it took.
 */
void target_serve(struct target *target, const char *const *extra,
                  const struct process_way *way);
double target_stop(struct target *target);

/* target_kill: SIGKILL. */
void target_kill(struct target *target);

/* target_crowd: logs all of the crowd in. */
void target_crowd(struct target *target);

/*
 * target_begin: opens, serves and logs in the crowd, while that is cheap; then
 * "dear" is added, whose password costs LN, and so does every other from then
 * on.
 */
void target_begin(struct target *target, const char *ln);

/* target_login: a good login of NAME; returns its status. */
int target_login(const struct target *target, const char *name);

/*
 * What the process has: KiB of memory now and at the most, open files, and
 * milliseconds of processor time until now.
 */
long target_memory(const struct target *target);
long target_peak(const struct target *target);
long target_files(const struct target *target);
double target_cpu(const struct target *target);

/* target_log_count: how many lines of its log have all of WORD in them. */
long target_log_count(const struct target *target, const char *word);

#endif
