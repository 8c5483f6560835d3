/* SPDX-License-Identifier: MIT */
/* Passwords from a file or a terminal, one line either way. */
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

/* What would end or stop the program while the terminal does not echo. */
static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t caught; /* the last of them that came */

static void remember(int number)
{
    caught = number;
}

/* The longest password between a byte order mark and "\r\n". */
struct line {
    size_t len; /* without the newline */
    char bytes[3 + KIT_PASSWORD_MAX + 2];
};

/* The terminal and the program as they were before the question. */
struct quiet {
    struct termios terminal;
    struct sigaction actions[SIGNALS];
    sigset_t mask;
};

/*
 * Waits for a byte at FD. The signals are let through here and nowhere else,
 * so that none can slip in between a look at CAUGHT and the waiting.
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

/* Reads one byte; at a terminal there is QUIET. */
static ssize_t read_byte(char *byte, int fd, const struct quiet *quiet)
{
    ssize_t n;

    do {
        if (quiet != NULL && wait_for_key(fd, &quiet->mask) != 0)
            return -1;
        n = read(fd, byte, 1);
    } while (n < 0 && errno == EINTR);
    return n;
}

/*
 * Reads up to the first newline, byte by byte: what stands behind it in a
 * pipe may be for somebody else. Of a longer line only the head is read.
 */
static int read_line(struct line *line, int fd, const struct quiet *quiet)
{
    ssize_t n;

    for (line->len = 0; line->len < sizeof line->bytes; line->len++) {
        n = read_byte(line->bytes + line->len, fd, quiet);
        if (n < 0)
            return -1;
        if (n == 0 || line->bytes[line->len] == '\n')
            break;
    }
    return 0;
}

/* Copies LINE to OUT when it is a password; otherwise says why not. */
static int copy(char *out, size_t out_size, const struct line *line,
                const char *source)
{
    size_t len = line->len;

    if (len == 0) {
        kit_error("%s: the first line is empty, there is no password", source);
        return -1;
    }
    if (len > KIT_PASSWORD_MAX || len >= out_size) {
        kit_error("%s: a password has at most %d bytes", source,
                  KIT_PASSWORD_MAX);
        return -1;
    }
    memcpy(out, line->bytes, len);
    out[len] = '\0';
    if (strlen(out) != len || !kit_is_password(out)) {
        kit_error("%s: a password is UTF-8 text without a zero byte", source);
        return -1;
    }
    return 0;
}

/* Notes that others on this machine can read the password in FILE. */
static void check_mode(int fd, const char *file)
{
    struct stat status;
    char word[KIT_QUOTED_SIZE];

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & (S_IRGRP | S_IROTH)) == 0)
        return;
    kit_shell_quote(word, file);
    kit_note("others can read the password in %s; type: chmod 600 %s", file,
             word);
}

/* Drops a byte order mark and CR from LINE, the first line of FILE. */
static int clean(struct line *line, const char *file)
{
    char why[KIT_TEXT_FILE_WHY];
    const char *newline;

    /* Not KIT_UTF8: a line that is too long may be cut inside a character. */
    if (kit_text_file_clean(why, line->bytes, &line->len, KIT_ASCII) != 0) {
        kit_error("%s: %s", file, why);
        return -1;
    }
    /* If lines end in CR alone, read_line has read several. */
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
    rc = clean(line, file);
done:
    if (fd >= 0)
        close(fd);
    return rc;
}

/* Signals wait: those that come are remembered for echo_on. */
static void hold_signals(struct quiet *quiet)
{
    struct sigaction action = {.sa_handler = remember};
    sigset_t blocked;

    caught = 0;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    for (int i = 0; i < SIGNALS; i++)
        sigaddset(&blocked, signals[i]);
    sigprocmask(SIG_BLOCK, &blocked, &quiet->mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &action, &quiet->actions[i]);
}

/* The terminal on FD does not echo any more. */
static int echo_off(const struct quiet *quiet, int fd)
{
    struct termios silent = quiet->terminal;

    /* The newline is still shown, so that the next line starts at the left. */
    silent.c_lflag &= ~(tcflag_t)ECHO;
    silent.c_lflag |= ICANON | ISIG | ECHONL;
    return tcsetattr(fd, TCSAFLUSH, &silent);
}

/* All as it was. A signal that came meanwhile now has its usual effect. */
static void echo_on(const struct quiet *quiet, int fd)
{
    tcsetattr(fd, TCSAFLUSH, &quiet->terminal);
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &quiet->actions[i], NULL);
    if (caught != 0)
        raise(caught);
    sigprocmask(SIG_SETMASK, &quiet->mask, NULL);
}

/* Asks once. Returns 1 when the program was stopped and goes on: ask again. */
static int ask(struct line *line, int fd, const char *prompt)
{
    struct quiet quiet;
    int rc = -1;

    if (tcgetattr(fd, &quiet.terminal) == 0) {
        hold_signals(&quiet);
        if (echo_off(&quiet, fd) == 0 && write(fd, prompt, strlen(prompt)) >= 0)
            rc = read_line(line, fd, &quiet);
        echo_on(&quiet, fd);
        if (caught == SIGTSTP)
            return 1;
    }
    if (rc != 0)
        kit_error("no password came from the terminal: " ADVICE);
    return rc;
}

static int read_terminal(struct line *line, const char *prompt)
{
    int fd = open("/dev/tty", O_RDWR);
    int rc = 1;

    if (fd < 0 || fd >= FD_SETSIZE) {
        kit_error("there is no terminal to ask on: " ADVICE);
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
        rc = copy(out, out_size, &line, file != NULL ? file : "the terminal");
    if (rc != 0)
        kit_wipe(out, out_size);
    kit_wipe(&line, sizeof line);
    return rc;
}
