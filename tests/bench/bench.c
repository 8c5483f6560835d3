/* SPDX-License-Identifier: MIT */
/* Measuring in rounds, and recording the results, which report.c prints. */
#include "tests/bench/bench.h"

#include <check.h>
#include <cjson/cJSON.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"

const char *bench_old;

static const char *const figure_names[BENCH_FIGURES] = {
    [BENCH_CPU] = "cpu_us", [BENCH_RATE] = "per_second", [BENCH_P50] = "p50_ms",
    [BENCH_P99] = "p99_ms", [BENCH_SIZE] = "memory_kib",
};

static const char *const verdicts[] = {
    [ROUND_NO_GOAL] = "",
    [ROUND_OK] = "ok",
    [ROUND_MISSED] = "MISSED",
    [ROUND_UNDECIDED] = "undecided",
};

int bench_rounds(void)
{
    const char *text = getenv("ROUNDS");
    int rounds = text != NULL ? atoi(text) : 0;

    return rounds > 0 && rounds <= ROUNDS_MOST ? rounds : ROUNDS_LEAST;
}

/* --- One slice ------------------------------------------------------------ */

/* The measurement between bench_begin and bench_end. */
static struct {
    pid_t judged[BENCH_JUDGED];
    double cpu[BENCH_JUDGED]; /* of each, at the beginning */
    size_t count;
    struct round_load load; /* the counters at the beginning */
} current;

static double milliseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* The CPU of this process. */
static double own_cpu(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
}

/* The CPU of this thread. */
static double thread_cpu(void)
{
    struct timespec used;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

void bench_begin(const pid_t *judged, size_t count)
{
    ck_assert_uint_le(count, BENCH_JUDGED);
    current.count = count;
    current.load.busy = proc_busy(&current.load.cores);
    current.load.ours = own_cpu();
    current.load.spun = thread_cpu();
    for (size_t i = 0; i < count; i++) {
        current.judged[i] = judged[i];
        current.cpu[i] = proc_cpu(judged[i]);
    }
    current.load.wall = stopwatch_now();
}

void bench_end(struct bench_result *result, double units)
{
    struct round_load *load = &result->load;
    double busy, cpu = 0;

    load->wall += stopwatch_now() - current.load.wall;
    for (size_t i = 0; i < current.count; i++)
        cpu += proc_cpu(current.judged[i]) - current.cpu[i];
    load->spun += thread_cpu() - current.load.spun;
    load->ours += own_cpu() - current.load.ours + cpu;
    busy = proc_busy(&load->cores);
    load->busy = busy < 0 ? busy : load->busy + busy - current.load.busy;
    result->cpu += cpu;
    result->units += units;
}

/* --- All rounds ----------------------------------------------------------- */

/* What was measured of one comparison. */
static struct {
    struct bench_result results[ROUNDS_MOST][BENCH_SIDES];
    bool disturbed[ROUNDS_MOST];
    double other[ROUNDS_MOST]; /* the share of other work */
    int rounds, repeated;
} all;

static int count_sides(const struct bench *bench)
{
    int count = 0;

    while (bench->sides[count].name != NULL)
        count++;
    return count;
}

static int count_slices(const struct bench *bench)
{
    return bench->slices > 0 ? bench->slices : 1;
}

/* Measures all sides of BENCH in turn, SLICES times. */
static void run_slices(struct bench_result *results, const struct bench *bench,
                       int slices)
{
    const struct bench_side *sides = bench->sides;
    int count = count_sides(bench);

    for (int i = 0; i < count; i++) {
        if (sides[i].open != NULL)
            sides[i].open(&sides[i]);
    }
    for (int slice = 0; slice < slices; slice++) {
        for (int i = 0; i < count; i++)
            sides[i].run(&results[i], &sides[i]);
    }
    for (int i = 0; i < count; i++) {
        if (sides[i].close != NULL)
            sides[i].close(&sides[i]);
    }
}

/* Sets the figures of RESULT, whose slices are complete. */
static void set_figures(struct bench_result *result, const struct bench *bench)
{
    double *figures = result->figures;

    if (result->units > 0) {
        figures[BENCH_CPU] = 1e3 * result->cpu / result->units;
        if (!bench->paced)
            figures[BENCH_RATE] = 1e3 * result->units / result->load.wall;
    }
    if (result->times.count > 0) {
        figures[BENCH_P50] = times_quantile(&result->times, 0.5);
        figures[BENCH_P99] = times_quantile(&result->times, 0.99);
    }
    figures[BENCH_SIZE] = result->memory;
    times_free(&result->times);
}

/*
 * How busy the machine was during a round. The kernel counts in ticks, which
 * are longer than many slices. So it may count the time of one side for the
 * next, and only the sum of all COUNT sides shows what other work there was.
 */
static struct round_load sum_load(const struct bench_result *results,
                                  const struct bench *bench, int count)
{
    struct round_load sum = {.cores = 1};

    for (int i = 0; i < count; i++) {
        const struct round_load *load = &results[i].load;

        if (load->wall == 0)
            continue;
        sum.wall += load->wall;
        sum.ours += load->ours;
        sum.spun += bench->client_spins ? load->spun : load->ours;
        sum.busy = load->busy < 0 ? load->busy : sum.busy + load->busy;
        sum.cores = load->cores;
        sum.grain += 1e3 * load->cores / (double)sysconf(_SC_CLK_TCK);
    }
    sum.spinners = bench->client_spins ? 1 : bench->judged_spinners;
    return sum;
}

/* Measures all sides of BENCH, as round NUMBER. */
static void run_round(const struct bench *bench, int number)
{
    struct bench_result *results = all.results[number];
    int count = count_sides(bench);
    struct round_load load;

    memset(results, 0, sizeof all.results[number]);
    run_slices(results, bench, count_slices(bench));
    for (int i = 0; i < count; i++)
        set_figures(&results[i], bench);
    load = sum_load(results, bench, count);
    all.disturbed[number] = round_disturbed(&load);
    all.other[number] = round_other(&load);
}

/* The first slice of each side also pays for page faults and cold caches. */
static void warm_up(const struct bench *bench)
{
    struct bench_result unused[BENCH_SIDES] = {{.cpu = 0}};

    run_slices(unused, bench, 1);
    for (int i = 0; i < BENCH_SIDES; i++)
        times_free(&unused[i].times);
}

static void run_rounds(const struct bench *bench)
{
    all.rounds = bench_rounds();
    all.repeated = 0;
    warm_up(bench);
    for (int i = 0; i < all.rounds; i++) {
        run_round(bench, i);
        for (int tries = 0;
             round_repeated(all.disturbed[i], tries, all.repeated, all.rounds);
             tries++) {
            all.repeated++;
            run_round(bench, i);
        }
    }
}

/* Whether a larger figure is a better one. */
static bool more_is_better(enum bench_figure figure)
{
    return figure == BENCH_RATE;
}

/* What our figure is compared with in round NUMBER. */
static double reference(const struct bench_goal *goal, int number)
{
    const struct bench_result *results = &all.results[number][goal->first];
    double sum = 0, least = DBL_MAX, most = 0;

    for (int i = 0; i < goal->count; i++) {
        double value = results[i].figures[goal->figure];

        sum += value;
        least = fmin(least, value);
        most = fmax(most, value);
    }
    if (goal->reference == BENCH_SUM)
        return sum;
    return more_is_better(goal->figure) ? most : least;
}

static double ratio(const struct bench_goal *goal, int number)
{
    double ours = all.results[number][goal->ours].figures[goal->figure];
    double theirs = reference(goal, number);

    if (goal->scale > 0)
        return log(ours / theirs) / log(goal->scale);
    if (goal->goal == ROUND_AT_LEAST && !more_is_better(goal->figure))
        return theirs / ours;
    return ours / theirs;
}

/* --- The record ----------------------------------------------------------- */

static void add_number(cJSON *to, const char *name, double value)
{
    ck_assert_ptr_nonnull(cJSON_AddNumberToObject(to, name, value));
}

static void add_text(cJSON *to, const char *name, const char *value)
{
    ck_assert_ptr_nonnull(cJSON_AddStringToObject(to, name, value));
}

/* Adds FIGURE of side I in all rounds, and its median, if it was measured. */
static void add_figure(cJSON *side, int i, enum bench_figure figure)
{
    double values[ROUNDS_MOST];
    char median[32];

    for (int n = 0; n < all.rounds; n++)
        values[n] = all.results[n][i].figures[figure];
    if (values[0] == 0)
        return;
    cJSON_AddItemToObject(side, figure_names[figure],
                          cJSON_CreateDoubleArray(values, all.rounds));
    snprintf(median, sizeof median, "%s_median", figure_names[figure]);
    add_number(side, median, round_spread(values, (size_t)all.rounds).median);
}

static void add_sides(cJSON *record, const struct bench *bench)
{
    cJSON *sides = cJSON_AddArrayToObject(record, "sides");

    for (int i = 0; i < count_sides(bench); i++) {
        cJSON *side = cJSON_CreateObject();

        add_text(side, "name", bench->sides[i].name);
        for (int f = 0; f < BENCH_FIGURES; f++)
            add_figure(side, i, f);
        cJSON_AddItemToArray(sides, side);
    }
}

/* How many rounds were not disturbed. */
static size_t quiet_rounds(void)
{
    size_t quiet = 0;

    for (int i = 0; i < all.rounds; i++)
        quiet += !all.disturbed[i];
    return quiet;
}

static void add_goal(cJSON *goals, const struct bench_goal *goal)
{
    double ratios[ROUNDS_MOST], kept[ROUNDS_MOST];
    struct round_spread spread;
    cJSON *item = cJSON_CreateObject();

    for (int i = 0; i < all.rounds; i++)
        ratios[i] = ratio(goal, i);
    spread = round_spread(
        kept, round_kept(kept, ratios, all.disturbed, (size_t)all.rounds));
    add_text(item, "what", goal->what);
    cJSON_AddItemToObject(item, "ratios",
                          cJSON_CreateDoubleArray(ratios, all.rounds));
    add_number(item, "median", spread.median);
    add_number(item, "low", spread.low);
    add_number(item, "high", spread.high);
    if (goal->goal != ROUND_SHOWN) {
        add_text(item, "goal",
                 goal->goal == ROUND_AT_MOST ? "at most" : "at least");
        add_number(item, "limit", goal->limit);
    }
    add_text(item, "verdict",
             verdicts[round_judge(&spread, quiet_rounds(), goal->goal,
                                  goal->limit)]);
    cJSON_AddItemToArray(goals, item);
}

static void add_rounds(cJSON *record, const struct bench *bench)
{
    cJSON *list = cJSON_AddArrayToObject(record, "disturbed");

    add_number(record, "rounds", all.rounds);
    add_number(record, "slices", count_slices(bench));
    add_number(record, "repeated", all.repeated);
    for (int i = 0; i < all.rounds; i++)
        cJSON_AddItemToArray(list, cJSON_CreateBool(all.disturbed[i]));
    cJSON_AddItemToObject(record, "other_work",
                          cJSON_CreateDoubleArray(all.other, all.rounds));
}

/* Appends RECORD to the records of this run, as one line. */
static void append(const cJSON *record)
{
    char path[128], *text = cJSON_PrintUnformatted(record);
    FILE *file;

    snprintf(path, sizeof path, "%s/" BENCH_RECORDS, run_dir);
    file = fopen(path, "a");
    ck_assert(file != NULL && text != NULL);
    fprintf(file, "%s\n", text);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
}

struct bench_goal bench_growth(enum bench_figure figure, int first, int ours,
                               double scale)
{
    return (struct bench_goal){.what = figure == BENCH_SIZE
                                           ? "memory, exponent of its growth"
                                           : "CPU, exponent of its growth",
                               .figure = figure,
                               .ours = ours,
                               .first = first,
                               .count = 1,
                               .scale = scale};
}

void bench_add_older(struct bench *bench, int ours, struct bench_side older)
{
    int side = count_sides(bench), goal = 0;

    while (bench->goals[goal].what != NULL)
        goal++;
    bench->sides[side] = older;
    bench->goals[goal] =
        (struct bench_goal){.what = "CPU, times the older version's",
                            .figure = BENCH_CPU,
                            .ours = ours,
                            .first = side,
                            .count = 1};
}

void bench_compare(const struct bench *bench)
{
    cJSON *record = cJSON_CreateObject();
    cJSON *goals, *missing;

    printf("%s ...\n", bench->work);
    fflush(stdout);
    run_rounds(bench);
    add_text(record, "work", bench->work);
    add_text(record, "unit", bench->unit);
    add_rounds(record, bench);
    add_sides(record, bench);
    missing = cJSON_AddArrayToObject(record, "missing");
    for (int i = 0; bench->missing[i] != NULL; i++)
        cJSON_AddItemToArray(missing, cJSON_CreateString(bench->missing[i]));
    goals = cJSON_AddArrayToObject(record, "goals");
    for (int i = 0; bench->goals[i].what != NULL; i++)
        add_goal(goals, &bench->goals[i]);
    append(record);
    cJSON_Delete(record);
}
