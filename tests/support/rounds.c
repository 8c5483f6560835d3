/* SPDX-License-Identifier: MIT */
#include "tests/support/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 2 }; /* repetitions of one round */

/* More than this share of a processor disturbs a round. */
static const double noise = 0.05;

double round_other(const struct round_load *load)
{
    if (load->wall <= 0)
        return -1;
    if (load->busy >= 0)
        return fmax(0, load->busy - load->ours) / load->wall;
    if (load->spinners > 0)
        return fmax(0, load->spinners * load->wall - load->spun) / load->wall;
    return -1;
}

bool round_disturbed(const struct round_load *load)
{
    double other = round_other(load);

    if (other < 0 || load->busy < 0)
        return other < 0 || other > noise;
    return other > noise + load->grain / load->wall &&
           load->busy > (load->cores - 1) * load->wall;
}

bool round_repeated(bool disturbed, int tries, int repeated, int rounds)
{
    return disturbed && tries < TRIES && repeated < rounds;
}

static int by_value(const void *a, const void *b)
{
    const double *one = a, *two = b;

    return (*one > *two) - (*one < *two);
}

struct round_spread round_spread(const double *ratios, size_t count)
{
    double sorted[ROUNDS_MOST];
    size_t middle = count / 2;

    if (count == 0 || count > ROUNDS_MOST)
        return (struct round_spread){NAN, NAN, NAN};
    memcpy(sorted, ratios, count * sizeof sorted[0]);
    qsort(sorted, count, sizeof sorted[0], by_value);
    return (struct round_spread){
        .median = count % 2 != 0 ? sorted[middle]
                                 : (sorted[middle - 1] + sorted[middle]) / 2,
        .low = sorted[0],
        .high = sorted[count - 1],
    };
}

size_t round_kept(double *out, const double *ratios, const bool *disturbed,
                  size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (!disturbed[i])
            out[kept++] = ratios[i];
    }
    if (kept >= ROUNDS_LEAST)
        return kept;
    memcpy(out, ratios, count * sizeof out[0]);
    return count;
}

enum round_verdict round_judge(const struct round_spread *spread, size_t quiet,
                               enum round_goal goal, double limit)
{
    if (goal == ROUND_SHOWN)
        return ROUND_NO_GOAL;
    if (quiet < ROUNDS_LEAST)
        return ROUND_UNDECIDED;
    if (goal == ROUND_AT_MOST ? spread->high <= limit : spread->low >= limit)
        return ROUND_OK;
    if (goal == ROUND_AT_MOST ? spread->low > limit : spread->high < limit)
        return ROUND_MISSED;
    return ROUND_UNDECIDED;
}
