/* SPDX-License-Identifier: MIT */
/* What a receiver under test prints, and what it should have printed. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/show.h"
#include "tests/grade/receiver_harness.h"
#include "tests/grade/transcript.h"

const char *receiver_expected_line(const char *sender, const void *text,
                                   size_t len)
{
    static char line[40 + KIT_SHOWN_SIZE(KIT_TEXT_MAX)];
    int n = snprintf(line, sizeof line, "%s: ", sender);

    kit_show(line + n, sizeof line - (size_t)n, text, len);
    return line;
}

_Noreturn void receiver_fail_silent(struct receiver_harness *h,
                                    const char *wanted, const char *cause)
{
    struct program *p = h->program;
    const char *rest = p->out.bytes + p->out.taken;
    int64_t end = kit_ticks() + RECEIVER_EXIT_MS;

    expected("%s", printable(wanted, strlen(wanted)));
    if (p->pid == 0)
        program_fail(p, wanted);
    if (strstr(rest, wanted) != NULL) {
        got("the same, but without a newline");
        fail("The newline after the message is missing or was not flushed.");
    }
    kill(p->pid, SIGTERM);
    while (program_poll_one(p, -1, 0, end) == EVENT_OUTPUT)
        ;
    if (strstr(rest, wanted) != NULL) {
        got("nothing until the receiver was stopped; then it came");
        fail("Nothing appeared until exit: fflush after each line.");
    }
    detail("standard error: %s", program_stderr_tail(p));
    got("nothing on standard output; on standard error: %s",
        program_stderr_tail(p));
    fail("%s", cause);
}

/* Fails the check because LINE is not the line WANTED. */
static _Noreturn void fail_other_line(struct receiver_harness *h,
                                      const char *wanted, const char *line,
                                      const char *cause)
{
    struct stream *out = &h->program->out;
    size_t len = strlen(line), want = strlen(wanted);
    bool at_end = len > want && strcmp(line + len - want, wanted) == 0;

    expected("%s", printable(wanted, want));
    got("%s", printable(line, len));
    /* If WANTED is there after all, then LINE should not be on stdout. */
    (void)program_poll_one(h->program, -1, 0, kit_ticks() + RECEIVER_GRACE_MS);
    if (at_end || strstr(out->bytes + out->taken, wanted) != NULL)
        fail(
            "Only messages belong on standard output. This came before one: %s",
            printable(line, at_end ? len - want : len));
    detail_difference(wanted, want, line, len);
    fail("%s", cause);
}

const char *receiver_next_line(struct receiver_harness *h, int fd)
{
    struct program *p = h->program;
    int64_t end = program_deadline();
    const char *line;

    while ((line = program_read_line(p, &p->out, 0)) == NULL && p->pid != 0) {
        switch (program_poll_one(p, fd, POLLIN, end)) {
        case EVENT_TIMEOUT:
            return NULL;
        case EVENT_READY:
            /* It closed the connection, so it has printed the line or soon
             * will. */
            fd = -1;
            end = kit_ticks() + RECEIVER_GRACE_MS;
            break;
        default:
            break;
        }
    }
    return line;
}

void receiver_expect_text(struct receiver_harness *h, int fd,
                          const char *sender, const void *text, size_t len,
                          const char *cause)
{
    const char *wanted = receiver_expected_line(sender, text, len);
    const char *line = receiver_next_line(h, fd);

    if (line == NULL)
        receiver_fail_silent(h, wanted, cause);
    step("It shows: %s", printable(line, strlen(line)));
    if (strcmp(line, wanted) != 0)
        fail_other_line(h, wanted, line, cause);
}

void receiver_expect_only(struct receiver_harness *h, const char *wanted,
                          const char *cause)
{
    struct program *p = h->program;
    const char *line = program_read_line(p, &p->out, program_deadline());
    size_t len;

    if (line == NULL && p->pid == 0)
        program_fail(p, "it continues, and shows the next good line");
    if (line == NULL)
        receiver_fail_silent(
            h, wanted,
            "After this line, your receiver shows no more messages.");
    if (strcmp(line, wanted) == 0)
        return;
    len = strlen(line);
    expected("only the next good line: %s", wanted);
    got("%s", printable(line, len));
    if (len > strlen(wanted) &&
        strcmp(line + len - strlen(wanted), wanted) == 0)
        fail("A refused line left \"%s\" on stdout.",
             printable(line, len - strlen(wanted)));
    if (strncmp(line, "refused", 7) == 0)
        fail("The refusal is on standard output. Only messages belong there: "
             "print it on standard error.");
    fail("%s", cause);
}
