/* SPDX-License-Identifier: MIT */
/* One line on a terminal, a few lines elsewhere. */
#include "server/commands/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/say.h"

enum {
    FEW_STEPS = 10,   /* up to this many: no first line outside a terminal */
    INTERVAL = 10000, /* milliseconds between lines outside a terminal */
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
    *progress = (struct progress){.what = what,
                                  .total = total,
                                  .terminal = isatty(STDERR_FILENO),
                                  .next = kit_ticks() + INTERVAL};
    if (progress->terminal || total > FEW_STEPS)
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
