/* SPDX-License-Identifier: MIT */
/* A server to attack: a process with a database in a file. */
#ifndef TESTS_SUPPORT_TARGET_H
#define TESTS_SUPPORT_TARGET_H

#include "lib/wire.h"
#include "tests/support/fixture.h"
#include "tests/support/http_client.h"

enum {
    TARGET_USERS = 64, /* u00 to u63, whose hashes are cheap */
    TARGET_NAME = 16,
    TARGET_PASSWORD = 64,
};

/* Part of every password: a log that contains it has leaked one. */
#define TARGET_MARK "keep-this-to-yourself"

struct target {
    struct fixture fixture;  /* its folder; with alice, bob and carol */
    char log[PATH_SIZE];     /* the standard error of the server */
    char program[PATH_SIZE]; /* the server itself, see target_choose */
    char names[TARGET_USERS][TARGET_NAME];
    char tokens[TARGET_USERS][KIT_TOKEN_MAX + 1]; /* from target_log_in on */
};

/*
 * target_open: a folder with accounts: the users u00 to u63, and "victim" and
 * "friend", whose passwords are hashed at cost LN. The server's default is
 * "14", its minimum "10". Every login costs as much as that of the account with
 * the highest cost. target_close removes all of it except the log.
 */
void target_open(struct target *target, const char *ln);
void target_close(struct target *target);

/* target_choose: uses the server of BUILD instead of fixture_builds[0]. */
void target_choose(struct target *target, const char *build);

/*
 * target_import: adds accounts with COUNT NAMES and passwords hashed at cost
 * LN, whether the server runs or not.
 */
void target_import(struct target *target, const char *ln,
                   const char names[][TARGET_NAME], size_t count);

/*
 * target_ln: the cost for tests in which it matters: "14" as by default, or
 * "12", a quarter of that, where times are only shown.
 */
const char *target_ln(void);

/* target_password: the password of NAME, valid until the next call. */
const char *target_password(const char *name);

/*
 * target_serve: starts the server and waits until it is ready. EXTRA is NULL,
 * or has up to 8 more arguments and then a NULL. WAY has settings, or is NULL.
 * target_stop: stops the server with SIGTERM, after which it must exit with 0.
 * Returns how many milliseconds that took.
 */
void target_serve(struct target *target, const char *const *extra,
                  const struct process_way *way);
double target_stop(struct target *target);

/* target_kill: kills it with SIGKILL. */
void target_kill(struct target *target);

/* target_log_in: logs u00 to u63 in. */
void target_log_in(struct target *target);

/*
 * target_begin: target_open, target_serve and target_log_in at the lowest cost;
 * then adds the account "costly" at cost LN, so that from then on every login
 * costs that.
 */
void target_begin(struct target *target, const char *ln);

/* target_login: logs NAME in with the right password. Returns the status. */
int target_login(const struct target *target, const char *name);

/*
 * target_ask: sends an M3 over HTTP: user number WHO modulo TARGET_USERS asks
 * for the next user. Returns the status.
 */
int target_ask(const struct target *target, struct http *http, int who);

/* The functions of proc.h for the server. */
long target_memory(const struct target *target);
long target_peak(const struct target *target);
long target_files(const struct target *target);
double target_cpu(const struct target *target);

/* target_idle_cpu: how much processor time it uses in the next second. */
double target_idle_cpu(const struct target *target);

/* target_log_count: how many lines of its log contain WORD. */
long target_log_count(const struct target *target, const char *word);

#endif
