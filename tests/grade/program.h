/* SPDX-License-Identifier: MIT */
/*
 * A program under test: a process in a group and a folder of its own, with an
 * environment of nearly nothing, with limits on time, memory, files and
 * output, and with pipes to its three streams.
 *
 * Nothing here sleeps. Every wait is for something that will happen, and has a
 * deadline. A program that ends where it should not ends the check, with the
 * word for how it ended.
 */
#ifndef GRADE_PROGRAM_H
#define GRADE_PROGRAM_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    PROGRAM_SECONDS = 10,     /* for anything that a check waits for */
    PROGRAM_OUTPUT = 1 << 20, /* bytes of each stream; more is a flood */
    PROGRAM_FINDING = 99,     /* exit code of a sanitizer's report */
    PROGRAM_WATCHED = 3,      /* descriptors to wait for at once */
};

struct stream {
    int fd; /* -1: at its end */
    size_t len, taken;
    char *bytes; /* PROGRAM_OUTPUT and a zero */
};

struct program {
    const char *role; /* "your sender" */
    bool ours;        /* the kit's: if it fails there is no verdict */
    pid_t pid;        /* as long as it runs, then 0 */
    int status;       /* of waitpid, when it is gone */
    long rss;         /* the most memory it had in use, KiB; when gone */
    int in;           /* to its standard input; -1: closed */
    struct stream out, err;
};

/* What happened first. */
enum event {
    EVENT_READY, /* the descriptor that was asked about */
    EVENT_HEARD, /* more stands in out or err */
    EVENT_GONE,  /* the program has ended, and all it said was read */
    EVENT_LATE,  /* the deadline */
};

/*
 * program_start: runs ARGV, up to a NULL, in the current folder. OPTIONS are
 * more words for ASAN_OPTIONS, "" for none.
 */
struct program *program_start(const char *role, char *const argv[],
                              const char *options);

/* program_deadline: PROGRAM_SECONDS from now, on the clock of kit_ticks. */
int64_t program_deadline(void);

/*
 * program_watch: waits until END for one of COUNT descriptors (at most
 * PROGRAM_WATCHED) as poll does, or for P, which may be NULL. program_turn:
 * the same for EVENTS on one FD, -1 for none.
 */
enum event program_watch(struct program *p, struct pollfd *fds, int count,
                         int64_t end);
enum event program_turn(struct program *p, int fd, short events, int64_t end);

/*
 * program_ready: waits until FD is ready for EVENTS. The check fails when P
 * ends before that or the time is over; WHAT says what was waited for: "a
 * connection to the receiver".
 */
void program_ready(struct program *p, int fd, short events, const char *what);

/* program_write: LEN bytes to its standard input; it may end before. */
void program_write(struct program *p, const void *bytes, size_t len);

/* program_close_input: the end of file for its standard input. */
void program_close_input(struct program *p);

/*
 * program_line: the next line of STREAM (&p->out or &p->err), terminated,
 * without its newline. NULL at END or when the program is gone.
 */
const char *program_line(struct program *p, struct stream *stream, int64_t end);

/*
 * program_wait: waits until it is gone. Returns its exit code. The check fails
 * when it does not end in time, or ends by a signal or a sanitizer's report.
 */
int program_wait(struct program *p);

/* program_died: fails the check with how P ended, while WHAT was expected. */
_Noreturn void program_died(struct program *p, const char *what);

/* program_while: what is going on, for the causes of crashes. */
void program_while(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* program_going_on: what program_while has said, or "". */
const char *program_going_on(void);

/* program_leaving: the cause, from here on, when it ends where it should not.
 */
void program_leaving(const char *cause);

/* program_started: no verdict if a sanitizer could not work in P. */
void program_started(const struct program *p);

/* program_clean: fails the check if a sanitizer has reported something. */
void program_clean(struct program *p);

/* program_end: kills what still runs, and gives all back. NULL: nothing. */
void program_end(struct program *p);

/* program_said: the last lines of standard error, made harmless. */
const char *program_said(const struct program *p);

#endif
