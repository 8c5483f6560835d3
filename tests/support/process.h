/* SPDX-License-Identifier: MIT */
/*
 * A program under test: a process with pipes to its three standard streams.
 *
 * Nothing here sleeps. Each function waits for an event (a line, an end of
 * file, an exit) for at most stopwatch_patience; after that the test fails
 * with the output of the program so far.
 */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    PROCESS_OUTPUT = 1 << 20, /* bytes kept of each stream */
    PROCESS_FINDING = 99,     /* exit code of a sanitizer's report */
    PROCESS_SETTINGS = 2,     /* variables added to its environment */
    PROCESS_WORDS = 24,       /* words of a command line, with the final NULL */
};

/* All output on one stream since the program started. */
struct stream {
    int fd;            /* -1: at its end */
    size_t len, taken; /* bytes read; bytes that process_line returned */
    char bytes[PROCESS_OUTPUT];
};

struct process {
    char name[256]; /* of its file, for messages */
    pid_t pid;      /* 0: not running */
    int in;         /* writes to its standard input; -1: closed */
    struct stream out, err;
    char where[128]; /* the result of process_ready */
};

/* How to start a program, besides its arguments; zero members are unused. */
struct process_way {
    const char *log;      /* a file to append its standard error to */
    void (*before)(void); /* called in the child before exec */
    const char *settings[PROCESS_SETTINGS]; /* "NAME=value", up to a NULL */
};

/*
 * process_start: runs ARGV, which ends with NULL. Its environment is only PATH
 * and options of the sanitizers. Call process_end when done. If the test ends
 * earlier, Check kills its process group, which includes this process.
 */
struct process *process_start(char *const argv[]);

/* process_start_in: the same, started as WAY says. WAY may be NULL. */
struct process *process_start_in(char *const argv[],
                                 const struct process_way *way);

/*
 * process_words: the same for the words of a command line, up to a NULL:
 * process_words(NULL, "sh", "server/certs.sh", "localhost", NULL). WAY may be
 * NULL.
 */
__attribute__((sentinel)) struct process *
process_words(const struct process_way *way, ...);

/*
 * process_add_words: for functions like process_words: appends WORDS, up to a
 * NULL, to the COUNT words of ARGV.
 */
void process_add_words(char *argv[PROCESS_WORDS], int count, va_list words);

/* process_write: writes LEN bytes to its standard input. */
void process_write(struct process *p, const void *bytes, size_t len);

/* process_close_input: closes its standard input. */
void process_close_input(struct process *p);

/*
 * process_line: the next line of STREAM (&p->out or &p->err) without its
 * newline, valid until the next call. NULL at the end of the stream.
 */
const char *process_line(struct process *p, struct stream *stream);

/* process_find: the same for the next line that contains PART. */
const char *process_find(struct process *p, struct stream *stream,
                         const char *part);

/*
 * process_ready: waits for a line that contains "listening on " and returns its
 * last word, valid until process_end.
 */
const char *process_ready(struct process *p, struct stream *stream);

/*
 * process_wait: closes its input, reads all its output and waits for its end.
 * Returns its exit code, or minus the signal that killed it.
 */
int process_wait(struct process *p);

/*
 * process_exits: does process_wait. If the exit code is not CODE, fails the
 * test and prints the output of the program.
 */
void process_exits(struct process *p, int code);

/*
 * process_fails: P must exit with CODE and print only an error that contains
 * PART. Then does process_end.
 */
void process_fails(struct process *p, int code, const char *part);

/* process_succeeds: process_exits with 0, then process_end. */
void process_succeeds(struct process *p);

/* process_has: whether a folder in PATH has a program called NAME. */
bool process_has(const char *name);

/* process_kill: sends SIGNAL, then does process_wait. */
int process_kill(struct process *p, int signal);

/* process_end: kills P if it runs, and frees it. P may be NULL. */
void process_end(struct process *p);

#endif
