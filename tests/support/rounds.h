/* SPDX-License-Identifier: MIT */
/*
 * What the rounds of a benchmark show: whether other work took the processor
 * during one, and whether the ratios of all of them meet a goal.
 */
#ifndef TESTS_SUPPORT_ROUNDS_H
#define TESTS_SUPPORT_ROUNDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    ROUNDS_LEAST = 5, /* undisturbed ones, for a verdict */
    ROUNDS_MOST = 50,
};

/*
 * Where the processors spent their time while something was measured, in
 * milliseconds.
 */
struct round_load {
    double wall;
    double ours;  /* the CPU of the measured processes and of the client */
    double busy;  /* of all processors that we may use; negative: unknown */
    int cores;    /* how many these are */
    double grain; /* by how much BUSY may be wrong: the kernel counts ticks */
    /* The CPU of SPINNERS threads that never wait, for systems on which BUSY is
       unknown. */
    double spun;
    int spinners;
};

/*
 * round_other: the time that other work took, as a share of one processor:
 * what the processors did beyond OURS. If the system does not tell what they
 * did, it is what the spinning threads did not get; without such threads the
 * result is negative.
 */
double round_other(const struct round_load *load);

/*
 * round_disturbed: whether other work can have changed what was measured. A
 * twentieth of a processor, beyond the grain, is too much, unless a whole
 * processor stayed idle meanwhile. True if round_other is negative.
 */
bool round_disturbed(const struct round_load *load);

/*
 * round_repeated: whether a round that was DISTURBED is measured again. There
 * are at most ROUNDS repetitions in all, of which REPEATED have been made, and
 * at most two of one round, of which TRIES have been made.
 */
bool round_repeated(bool disturbed, int tries, int repeated, int rounds);

/* The ratios of all rounds. */
struct round_spread {
    double median, low, high;
};

/* round_spread: the spread of COUNT RATIOS, at least one. */
struct round_spread round_spread(const double *ratios, size_t count);

/*
 * round_kept: writes the ratios that count to OUT, and returns how many these
 * are: those of COUNT rounds that were not DISTURBED; or all of them, if fewer
 * than ROUNDS_LEAST would be left.
 */
size_t round_kept(double *out, const double *ratios, const bool *disturbed,
                  size_t count);

enum round_goal { ROUND_SHOWN, ROUND_AT_MOST, ROUND_AT_LEAST };
enum round_verdict {
    ROUND_NO_GOAL,
    ROUND_OK,
    ROUND_MISSED,
    ROUND_UNDECIDED,
};

/*
 * round_judge: compares SPREAD, the ratios of QUIET undisturbed rounds, with a
 * LIMIT. Undecided if the limit is within the spread, or if there were too few
 * such rounds.
 */
enum round_verdict round_judge(const struct round_spread *spread, size_t quiet,
                               enum round_goal goal, double limit);

#endif
