/* SPDX-License-Identifier: MIT */
/* One line on a terminal, a few lines in a file. */
#include "server/commands/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/say.h"

enum {
    FEW = 10,         /* steps that need no line outside a terminal */
    INTERVAL = 10000, /* milliseconds between such lines */
};

static void show(const struct progress *progress, size_t done)
{
    if (progress->terminal)
        fprintf(stderr, "\r%s: %zu of %zu", progress->what, done,
                progress->total);
    else
        kit_note("%s: %zu of %zu", progress->what, done, progress->total);
}

void progress_begin(struct progress *progress, const char *what, size_t total)
{
    *progress = (struct progress){what, total, kit_ticks() + INTERVAL,
                                  isatty(STDERR_FILENO)};
    if (progress->terminal || total > FEW)
        show(progress, 0);
}

void progress_step(struct progress *progress, size_t done)
{
    int64_t now = kit_ticks();

    if (!progress->terminal && now < progress->next)
        return;
    progress->next = now + INTERVAL;
    show(progress, done);
}

void progress_end(struct progress *progress)
{
    if (progress->terminal)
        fputc('\n', stderr);
}
