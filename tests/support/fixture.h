/* SPDX-License-Identifier: MIT */
/* A folder with accounts, and the server, senders and receivers that use it. */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "tests/support/process.h"

enum { PATH_SIZE = 512, FIXTURE_PATHS = 64 };

/* The build folders of the two backends, from the command line. */
extern const char *fixture_builds[2];

struct fixture {
    char dir[64];       /* a folder for this test alone */
    char db[PATH_SIZE]; /* accounts alice, bob, carol with password NAME-pw */
    struct process *server;
    const char *url;               /* "http://127.0.0.1:12345" */
    const struct process_way *way; /* for programs started later, or NULL */
    char *paths[FIXTURE_PATHS];
    size_t path_count;
};

/* fixture_open: a folder with accounts. fixture_close: removes all of it. */
void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/* fixture_path: the string FOLDER/NAME, valid until FIXTURE is closed. */
char *fixture_path(struct fixture *fixture, const char *folder,
                   const char *name);

/* fixture_file: writes TEXT to the file NAME in the folder; returns its path.
 */
char *fixture_file(struct fixture *fixture, const char *name, const char *text);

/*
 * fixture_command: starts "chat-server COMMAND" of BUILD with the database, and
 * with more arguments, up to a NULL.
 */
__attribute__((sentinel)) struct process *
fixture_command(struct fixture *fixture, const char *build, const char *command,
                ...);

/*
 * fixture_import: adds the accounts in the file ROSTER with passwords hashed
 * at cost LN, whether the server runs or not.
 */
void fixture_import(struct fixture *fixture, const char *ln, char *roster);

/* fixture_serve: starts the server of BUILD with the database. */
void fixture_serve(struct fixture *fixture, const char *build);

/*
 * fixture_client: starts PROGRAM ("solution/sender") of BUILD for USER, with
 * more arguments, up to a NULL.
 */
__attribute__((sentinel)) struct process *
fixture_client(struct fixture *fixture, const char *build, const char *program,
               const char *user, ...);

/* fixture_receiver: starts the solution's receiver, and waits until it listens.
 */
struct process *fixture_receiver(struct fixture *fixture, const char *build,
                                 const char *user);

/* fixture_sender: starts the solution's sender from USER to RECEIVER. */
struct process *fixture_sender(struct fixture *fixture, const char *build,
                               const char *user, const char *receiver);

/* fixture_say: runs that sender with TEXT as its input. Returns its exit code.
 */
int fixture_say(struct fixture *fixture, const char *build, const char *user,
                const char *receiver, const char *text);

/* fixture_expect: the next line of P's standard output must be WANTED. */
void fixture_expect(struct process *p, const char *wanted);

#endif
