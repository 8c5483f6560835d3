/* SPDX-License-Identifier: MIT */
/*
 * A program under test: a process in its own process group and folder, with a
 * minimal environment, limits on time, memory, files and output, and pipes to
 * its three standard streams.
 *
 * tests/support/process.h is for programs of the kit. A program under test runs
 * as another user and is polled together with the connections of the mocks. It
 * may leave children that hold its pipes open. If it prints too much, the check
 * fails.
 *
 * Nothing here sleeps for a fixed time. Each wait is for an event, and has a
 * deadline. If a program ends too early, the check fails, and the report has
 * its exit code or signal.
 */
#ifndef GRADE_PROGRAM_H
#define GRADE_PROGRAM_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    PROGRAM_SECONDS = 10,        /* for one event */
    PROGRAM_OUTPUT = 1 << 20,    /* bytes of each stream; more is a failure */
    PROGRAM_SANITIZER_EXIT = 99, /* exit code after a sanitizer's report */
    PROGRAM_POLLED = 3,          /* descriptors for program_poll */
};

/* Standard output or standard error. */
struct stream {
    int fd; /* -1: at its end */
    size_t len,
        taken;   /* bytes read so far; bytes that were returned as lines */
    char *bytes; /* PROGRAM_OUTPUT bytes and a terminating zero */
};

struct program {
    const char *role; /* "Your sender" */
    bool ours;        /* a program of the kit: no verdict if it fails */
    pid_t pid;        /* to wait for; 0 once it has ended */
    pid_t process;    /* its process, which can be below PID in a sandbox */
    int status;       /* as from waitpid, once it has ended */
    long rss;         /* as ru_maxrss of wait4, once it has ended */
    int in;           /* its standard input; -1: closed */
    struct stream out, err;
};

enum event {
    EVENT_READY,   /* a descriptor of the caller is ready */
    EVENT_OUTPUT,  /* there is new output in out or err */
    EVENT_EXITED,  /* the program has ended, and all its output was read */
    EVENT_TIMEOUT, /* the deadline has passed */
};

/*
 * program_start: runs ARGV, which ends with NULL, in the current folder.
 * OPTIONS are added to ASAN_OPTIONS; "" for none.
 */
struct program *program_start(const char *role, char *const argv[],
                              const char *options);

/* The end of the name of a trace. */
#define PROGRAM_TRACE ".jsonl"

/*
 * program_start_client: the same for the sender or the receiver under test. If
 * the option --trace was given, the program writes a trace to the current
 * folder.
 */
struct program *program_start_client(const char *role, char *const argv[],
                                     const char *options);

/*
 * program_start_ours: the same for a program of the kit, outside the sandbox.
 * If it fails, there is no verdict.
 */
struct program *program_start_ours(const char *role, char *const argv[],
                                   const char *options);

/* program_deadline: PROGRAM_SECONDS from now, on the clock of kit_ticks. */
int64_t program_deadline(void);

/*
 * program_poll: waits until the time END for the first event of P, which may be
 * NULL, or of one of COUNT descriptors, at most PROGRAM_POLLED. FDS is as for
 * poll. program_poll_one: the same for one descriptor FD, or -1 for none.
 */
enum event program_poll(struct program *p, struct pollfd *fds, int count,
                        int64_t end);
enum event program_poll_one(struct program *p, int fd, short events,
                            int64_t end);

/*
 * program_read_all: reads everything that P prints until it has ended or the
 * time is END; if END is 0, everything that it has printed so far. Returns
 * EVENT_EXITED or EVENT_TIMEOUT. program_terminate: the same, after SIGTERM.
 */
enum event program_read_all(struct program *p, int64_t end);
void program_terminate(struct program *p, int64_t end);

/*
 * program_await: waits until FD is ready for EVENTS. The check fails if P ends
 * first or the time is over. WHAT is what it waits for: "a connection to the
 * receiver".
 */
void program_await(struct program *p, int fd, short events, const char *what);

/*
 * program_write: writes LEN bytes to its standard input. It is not an error if
 * the program has ended.
 */
void program_write(struct program *p, const void *bytes, size_t len);

/* program_close_input: closes its standard input. */
void program_close_input(struct program *p);

/*
 * program_read_line: the next line of STREAM, which is &p->out or &p->err,
 * zero-terminated and without its newline. Returns static memory, or NULL when
 * the time is END or the program has ended.
 */
const char *program_read_line(struct program *p, struct stream *stream,
                              int64_t end);

/*
 * program_wait_exit: closes its input and waits until it has ended. Returns its
 * exit code. The check fails if it does not end in time, or ends by a signal or
 * with a sanitizer's report.
 */
int program_wait_exit(struct program *p);

/* program_own_pid: the process id that P itself sees, as from getpid. */
pid_t program_own_pid(const struct program *p);

/*
 * program_memory: the largest memory that P has used so far, in KiB, while it
 * runs; 0 if it has ended, or on a system without /proc. Then use rss, but not
 * in a sandbox, where rss is that of the tool that runs P.
 */
long program_memory(const struct program *p);

/* program_free: kills P if it still runs, and frees it. P may be NULL. */
void program_free(struct program *p);

#endif
