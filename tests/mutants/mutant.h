/* SPDX-License-Identifier: MIT */
/*
 * A mutant is the solution or the starter with a few lines changed, and what
 * the grader must find in it. Most are wrong; some are right in another way,
 * and some cheat. Each file of this folder, NAME.mutants, has many of them:
 *
 *     # The nonce.
 *     in: sender.c
 *
 *     === S50: the last bytes of the nonce are never set
 *     fails M5-05: Bytes 9..12 of the nonce are always the same
 *     -    if (kit_random(box.nonce.bytes, sizeof box.nonce.bytes) != 0)
 *     +    if (kit_random(box.nonce.bytes, 8) != 0)
 *
 * "=== NAME: TITLE" begins a mutant. "=== NAME" begins a part: it is not
 * graded, but mutants can be based on it. Then come the heads:
 *
 *     fails IDS: WORDS         These checks must fail with these words. Without
 *                              ": WORDS" any words will do. "fails ID alone"
 *                              also runs no other check.
 *     reason: sanitizer        The report must give this reason.
 *     points: N, attempt: N    The scores it must get.
 *     only: IDS                The checks to run, with commas between them, or
 *                              all. By default: all those of the programs that
 *                              are changed.
 *     base: NAME               What it changes: starter, solution (the
 *                              default), or a mutant or part of any file.
 *     in: sender.c             The program that the next hunks change:
 *                              sender.c, receiver.c or both.
 *     new: sender.c            The same, but the next hunk is the whole
 * program.
 *
 * Heads above the first mutant are the defaults of the file. Comments begin
 * with #.
 *
 * A hunk looks as in a unified diff: lines to keep begin with a space, lines to
 * remove with -, lines to add with +. It ends at a blank line. The lines it
 * keeps and removes must be in the program exactly once. A hunk that only adds
 * is put below #include "lib/kit.h".
 */
#ifndef MUTANTS_MUTANT_H
#define MUTANTS_MUTANT_H

#include <stdbool.h>
#include <stddef.h>

enum { MUTANT_PATH = 512, MUTANT_FILES = 64 };

struct mutant {
    char name[64];    /* "S01" */
    char title[160];  /* "": a part */
    const char *path; /* of its file */
    int line;         /* of its === */
    const char *text; /* what is below */
    const char *top;  /* its whole file, which begins with the defaults */

    /* From mutant_make: its heads, and which programs it changes. */
    char base[64];
    char fails[64]; /* ids with spaces between */
    char says[300];
    char reason[32];
    char only[64];
    bool alone;          /* run only the checks of FAILS */
    int points, attempt; /* -1: any */
    bool sender, receiver;
};

/* All mutants and parts of a folder. Begins as {0}. */
struct mutant_list {
    struct mutant *all;
    size_t count;
    struct {
        char path[MUTANT_PATH], *text;
    } files[MUTANT_FILES];
    int file_count;
};

/*
 * mutants_read: fills LIST with the mutants and parts of all files
 * FOLDER/NAME.mutants. Returns 0; or -1 after an error. In both cases call
 * mutants_free.
 */
int mutants_read(struct mutant_list *list, const char *folder);
void mutants_free(struct mutant_list *list);

/* mutant_is: whether M, which is not a part, or its file is called NAME. */
bool mutant_is(const struct mutant *m, const char *name);

/*
 * mutant_make: reads the heads of M, a mutant of LIST, and writes its two
 * programs to FOLDER, which it makes. Returns 0; or -1 after an error that
 * names file and line.
 */
int mutant_make(struct mutant *m, const struct mutant_list *list,
                const char *folder);

#endif
