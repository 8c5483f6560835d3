/* SPDX-License-Identifier: MIT */
/* What most tests play on: a folder, accounts, a server, people. */
#ifndef E2E_STAGE_H
#define E2E_STAGE_H

#include "tests/e2e/process.h"

enum { PATH_SIZE = 512, STAGE_PATHS = 64 };

/* The build folders of the two backends, from the command line. */
extern const char *stage_builds[2];

struct stage {
    char dir[64];       /* of this test alone */
    char db[PATH_SIZE]; /* accounts alice, bob, carol: password NAME-pw */
    struct process *server;
    const char *url; /* "http://127.0.0.1:12345" */
    char *paths[STAGE_PATHS];
    size_t path_count;
};

/* stage_open: a folder with accounts; stage_close takes all of it away. */
void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/* stage_path: FOLDER/NAME, a text that lives as long as the stage. */
char *stage_path(struct stage *stage, const char *folder, const char *name);

/* stage_file: writes TEXT to a file NAME there; returns its path. */
char *stage_file(struct stage *stage, const char *name, const char *text);

/* stage_serve: starts the server of BUILD, on the same accounts as before. */
void stage_serve(struct stage *stage, const char *build);

/*
 * stage_receiver: starts the receiver of WHO ("solution") of BUILD for USER,
 * ready; WHERE is set to its address. EXTRA is one more option, or NULL.
 */
struct process *stage_receiver(struct stage *stage, const char *build,
                               const char *who, const char *user,
                               const char *extra, const char **where);

/* stage_sender: starts the sender of WHO of BUILD from USER to RECEIVER. */
struct process *stage_sender(struct stage *stage, const char *build,
                             const char *who, const char *user,
                             const char *receiver);

/*
 * stage_say: a whole run of the solution's sender from USER to RECEIVER with
 * LEN bytes of TEXT as its input. Returns its exit code.
 */
int stage_say(struct stage *stage, const char *build, const char *user,
              const char *receiver, const void *text, size_t len);

/* stage_expect: the next line of P's standard output is WANTED. */
void stage_expect(struct process *p, const char *wanted);

#endif
