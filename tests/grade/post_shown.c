/* SPDX-License-Identifier: MIT */
/* What a receiver under test shows, and what it should have shown. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/show.h"
#include "tests/grade/post.h"
#include "tests/grade/transcript.h"

const char *post_shown(const char *sender, const void *text, size_t len)
{
    static char line[40 + KIT_SHOWN_SIZE(KIT_TEXT_MAX)];
    int n = snprintf(line, sizeof line, "%s: ", sender);

    kit_show(line + n, sizeof line - (size_t)n, text, len);
    return line;
}

/*
 * No line came. A text that stands without its newline, or comes only at the
 * end of the program, has a cause of its own.
 */
_Noreturn void post_nothing(struct post *post, const char *wanted,
                            const char *cause)
{
    struct program *p = post->program;
    const char *rest = p->out.bytes + p->out.taken;
    int64_t end = kit_ticks() + POST_ENDING_MS;

    expected("%s", shown(wanted, strlen(wanted)));
    if (p->pid == 0)
        program_died(p, wanted);
    if (strstr(rest, wanted) != NULL) {
        got("the same, without a newline behind it");
        fail("A message is one line: its newline is missing, or was not "
             "flushed.");
    }
    kill(p->pid, SIGTERM);
    while (program_turn(p, -1, 0, end) == EVENT_HEARD)
        ;
    if (strstr(rest, wanted) != NULL) {
        got("nothing, until the receiver was ended; then it came");
        fail("Nothing appeared until exit: fflush after each line.");
    }
    detail("standard error: %s", program_said(p));
    got("nothing on standard output; on standard error: %s", program_said(p));
    fail("%s", cause);
}

/* The line that came is not the one that was expected. */
static _Noreturn void other_line(struct post *post, const char *wanted,
                                 const char *line, const char *cause)
{
    struct stream *out = &post->program->out;
    size_t len = strlen(line), want = strlen(wanted);
    bool behind = len > want && strcmp(line + len - want, wanted) == 0;

    expected("%s", shown(wanted, want));
    got("%s", shown(line, len));
    /* What stands there beside the messages is another mistake. */
    (void)program_turn(post->program, -1, 0, kit_ticks() + POST_GRACE_MS);
    if (behind || strstr(out->bytes + out->taken, wanted) != NULL)
        fail("Only messages belong on standard output; this stood before one: "
             "%s",
             shown(line, behind ? len - want : len));
    detail_differ(wanted, want, line, len);
    fail("%s", cause);
}

const char *post_hear(struct post *post, int fd)
{
    struct program *p = post->program;
    int64_t end = program_deadline();
    const char *line;

    while ((line = program_line(p, &p->out, 0)) == NULL && p->pid != 0) {
        switch (program_turn(p, fd, POLLIN, end)) {
        case EVENT_LATE:
            return NULL;
        case EVENT_READY:
            /* Hung up: what it had to say it has said, or will at once. */
            fd = -1;
            end = kit_ticks() + POST_GRACE_MS;
            break;
        default:
            break;
        }
    }
    return line;
}

void post_expect(struct post *post, int fd, const char *sender,
                 const void *text, size_t len, const char *cause)
{
    const char *wanted = post_shown(sender, text, len);
    const char *line = post_hear(post, fd);

    if (line == NULL)
        post_nothing(post, wanted, cause);
    step("It shows: %s", shown(line, strlen(line)));
    if (strcmp(line, wanted) != 0)
        other_line(post, wanted, line, cause);
}

void post_only(struct post *post, const char *wanted, const char *cause)
{
    struct program *p = post->program;
    const char *line = program_line(p, &p->out, program_deadline());
    size_t len;

    if (line == NULL && p->pid == 0)
        program_died(p, "it goes on, and shows the next good line");
    if (line == NULL)
        post_nothing(post, wanted,
                     "After this line your receiver shows nothing any more.");
    if (strcmp(line, wanted) == 0)
        return;
    len = strlen(line);
    expected("nothing, and then the good line that follows: %s", wanted);
    got("%s", shown(line, len));
    if (len > strlen(wanted) &&
        strcmp(line + len - strlen(wanted), wanted) == 0)
        fail("A refused line left \"%s\" on stdout.",
             shown(line, len - strlen(wanted)));
    if (strncmp(line, "refused", 7) == 0)
        fail("The refusal is on standard output; there are messages, and "
             "nothing else: it belongs on standard error.");
    fail("%s", cause);
}
