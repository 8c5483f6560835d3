/* SPDX-License-Identifier: MIT */
/*
 * A program under test: a real process, with pipes to its three streams.
 *
 * Nothing here sleeps. Every wait is for something that will happen (a line,
 * an end of file, an exit) and has a deadline; a deadline that passes ends
 * the test with what the program had said until then.
 */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    PROCESS_OUTPUT = 1 << 20, /* bytes kept of each stream */
    PROCESS_FINDING = 99,     /* exit code of a sanitizer's report */
    PROCESS_SETTINGS = 2,     /* of its environment, beside ours */
};

/* What came out of one stream, from the start of the program on. */
struct stream {
    int fd; /* -1: at its end */
    size_t len, taken;
    char bytes[PROCESS_OUTPUT];
};

struct process {
    const char *name; /* for messages */
    pid_t pid;        /* 0: not running */
    int in;           /* writes to its standard input, -1: closed */
    struct stream out, err;
    char where[128]; /* what process_ready gave */
};

/* What a program may be given beside its arguments; zero is nothing. */
struct process_way {
    const char *log;      /* a file that its standard error is added to */
    void (*before)(void); /* done in the child, before the program */
    const char *settings[PROCESS_SETTINGS]; /* "NAME=value", up to a NULL */
};

/*
 * process_start: runs ARGV, up to a NULL, with an environment of PATH and
 * sanitizer options alone. process_end when done; whatever happens, it dies
 * with the test, since Check kills the test's process group.
 */
struct process *process_start(char *const argv[]);

/* process_start_in: the same, in this WAY. */
struct process *process_start_in(char *const argv[],
                                 const struct process_way *way);

/* process_write: to its standard input, all of it. */
void process_write(struct process *p, const void *bytes, size_t len);

/* process_close_input: the end of file for its standard input. */
void process_close_input(struct process *p);

/*
 * process_line: the next line of STREAM (&p->out or &p->err), without its
 * newline, in a text that lives until the next call. NULL at the end.
 */
const char *process_line(struct process *p, struct stream *stream);

/*
 * process_ready: waits for a line that begins with "listening on " and gives
 * its last word, in a text that lives as long as the process.
 */
const char *process_ready(struct process *p, struct stream *stream);

/*
 * process_wait: closes its input, waits until it is gone, and reads all that
 * it said. Returns its exit code, or minus the signal that ended it.
 */
int process_wait(struct process *p);

/*
 * process_exits: process_wait, and the test has failed, with all that the
 * program said, unless it returns CODE.
 */
void process_exits(struct process *p, int code);

/*
 * process_run: runs ARGV in this WAY (NULL: the usual one) to its end. The
 * test fails, with all that the program said, unless it returns 0.
 */
void process_run(char *const argv[], const struct process_way *way);

/* process_has: whether a folder of PATH has a program of this NAME. */
bool process_has(const char *name);

/* process_kill: sends SIGNAL, then as process_wait. */
int process_kill(struct process *p, int signal);

/* process_end: kills what still runs, and gives all back. NULL: nothing. */
void process_end(struct process *p);

#endif
