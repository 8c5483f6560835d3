/* SPDX-License-Identifier: MIT */
/* Reads one line, from a file or without echo from the terminal. */
#include "lib/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "lib/say.h"
#include "lib/show.h"
#include "lib/text_file.h"

#define ADVICE "put the password into a file and name it with --password-file"

/* The signals that would end or stop the program while echo is off. */
static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t caught; /* the last one received, or 0 */

static void remember(int number)
{
    caught = number;
}

/* A line: a byte order mark, the longest password, and "\r\n". */
struct line {
    size_t len; /* without the newline */
    char bytes[3 + KIT_PASSWORD_MAX + 2];
};

/* The settings to restore after the password was typed. */
struct saved {
    struct termios terminal;
    struct sigaction actions[SIGNALS];
    sigset_t mask;
};

/*
 * Waits until FD can be read. The signals are blocked except inside pselect.
 * So none can arrive after CAUGHT was tested and before the wait begins.
 */
static int wait_for_key(int fd, const sigset_t *mask)
{
    fd_set readable;

    do {
        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        if (pselect(fd + 1, &readable, NULL, NULL, NULL, mask) > 0)
            return 0;
    } while (errno == EINTR && caught == 0);
    return -1;
}

/* Reads one byte. SAVED is NULL for a file. */
static ssize_t read_byte(char *byte, int fd, const struct saved *saved)
{
    ssize_t n;

    do {
        if (saved != NULL && wait_for_key(fd, &saved->mask) != 0)
            return -1;
        n = read(fd, byte, 1);
    } while (n < 0 && errno == EINTR);
    return n;
}

/*
 * Reads up to the first newline. Reads single bytes, because what follows in a
 * pipe may be meant for another program. Stops when LINE is full.
 */
static int read_line(struct line *line, int fd, const struct saved *saved)
{
    ssize_t n;

    for (line->len = 0; line->len < sizeof line->bytes; line->len++) {
        n = read_byte(line->bytes + line->len, fd, saved);
        if (n < 0)
            return -1;
        if (n == 0 || line->bytes[line->len] == '\n')
            break;
    }
    return 0;
}

/* Copies LINE to OUT if it is a valid password. Otherwise prints an error. */
static int check_and_copy(char *out, size_t out_size, const struct line *line,
                          const char *source)
{
    size_t len = line->len;

    if (len == 0) {
        kit_error("%s: the password is empty: use 1 to %d bytes", source,
                  KIT_PASSWORD_MAX);
        return -1;
    }
    if (len > KIT_PASSWORD_MAX || len >= out_size) {
        kit_error("%s: the password has more than %d bytes: use a shorter one",
                  source, KIT_PASSWORD_MAX);
        return -1;
    }
    memcpy(out, line->bytes, len);
    out[len] = '\0';
    if (strlen(out) != len || !kit_is_password(out)) {
        kit_error("%s: the password has a zero byte or is not UTF-8: use "
                  "another",
                  source);
        return -1;
    }
    return 0;
}

/* Prints a note if other users of this machine can read FILE. */
static void check_mode(int fd, const char *file)
{
    struct stat status;
    char quoted[KIT_QUOTED_SIZE];

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & (S_IRGRP | S_IROTH)) == 0)
        return;
    kit_shell_quote(quoted, file);
    kit_note("other users can read the password in %s; type: chmod 600 %s",
             file, quoted);
}

/* Removes a byte order mark and CR from LINE, the first line of FILE. */
static int clean_line(struct line *line, const char *file)
{
    char why[KIT_TEXT_FILE_WHY];
    const char *newline;

    /* KIT_8BIT, because a line that is too long may end inside a character. */
    if (kit_text_file_clean(why, line->bytes, &line->len, KIT_8BIT) != 0) {
        kit_error("%s: %s", file, why);
        return -1;
    }
    /* If lines end with CR only, read_line has read several of them. */
    newline = memchr(line->bytes, '\n', line->len);
    if (newline != NULL)
        line->len = (size_t)(newline - line->bytes);
    return 0;
}

static int read_file(struct line *line, const char *file)
{
    int rc = -1;
    int fd = open(file, O_RDONLY);

    if (fd < 0 || read_line(line, fd, NULL) != 0) {
        kit_error("cannot read the password file %s (%s): check the name "
                  "after --password-file",
                  file, strerror(errno));
        goto done;
    }
    check_mode(fd, file);
    rc = clean_line(line, file);
done:
    if (fd >= 0)
        close(fd);
    return rc;
}

/* Blocks the signals. Those that arrive are stored in CAUGHT for echo_on. */
static void block_signals(struct saved *saved)
{
    struct sigaction action = {.sa_handler = remember};
    sigset_t blocked;

    caught = 0;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    for (int i = 0; i < SIGNALS; i++)
        sigaddset(&blocked, signals[i]);
    sigprocmask(SIG_BLOCK, &blocked, &saved->mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &saved->actions[i]);
}

/* Turns echo off on the terminal FD. Returns 0 or -1. */
static int echo_off(const struct saved *saved, int fd)
{
    struct termios silent = saved->terminal;

    /* ECHONL shows the newline, so that the next output starts a new line. */
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ICANON | ISIG | ECHONL;
    return tcsetattr(fd, TCSAFLUSH, &silent);
}

/* Restores everything. A signal that arrived meanwhile takes effect now. */
static void echo_on(const struct saved *saved, int fd)
{
    tcsetattr(fd, TCSAFLUSH, &saved->terminal);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &saved->actions[i], NULL);
    if (caught != 0)
        raise(caught);
    sigprocmask(SIG_SETMASK, &saved->mask, NULL);
}

/* Asks once. Returns 0, -1, or 1 to ask again: the program was stopped. */
static int ask(struct line *line, int fd, const char *prompt)
{
    struct saved saved;
    int rc = -1;

    if (tcgetattr(fd, &saved.terminal) == 0) {
        block_signals(&saved);
        if (echo_off(&saved, fd) == 0 && write(fd, prompt, strlen(prompt)) >= 0)
            rc = read_line(line, fd, &saved);
        echo_on(&saved, fd);
        if (caught == SIGTSTP)
            return 1;
    }
    if (rc != 0)
        kit_error("cannot read a password from the terminal: " ADVICE);
    return rc;
}

static int read_terminal(struct line *line, const char *prompt)
{
    int fd = open("/dev/tty", O_RDWR);
    int rc = 1;

    if (fd < 0 || fd >= FD_SETSIZE) {
        kit_error("there is no terminal to ask for a password: " ADVICE);
        rc = -1;
    }
    while (rc == 1)
        rc = ask(line, fd, prompt);
    if (fd >= 0)
        close(fd);
    return rc;
}

int kit_password_read(char *out, size_t out_size, const char *file,
                      const char *prompt)
{
    struct line line;
    int rc =
        file != NULL ? read_file(&line, file) : read_terminal(&line, prompt);

    if (rc == 0)
        rc = check_and_copy(out, out_size, &line,
                            file != NULL ? file : "the terminal");
    if (rc != 0)
        kit_wipe(out, out_size);
    kit_wipe(&line, sizeof line);
    return rc;
}
