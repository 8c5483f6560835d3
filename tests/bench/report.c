/* SPDX-License-Identifier: MIT */
#include "tests/bench/report.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 65536 };

/* --- Reading and writing -------------------------------------------------- */

/* Writes the model of the processor to OUT, or OTHERWISE if Linux has none. */
static void read_model(char *out, size_t out_size, const char *otherwise)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];

    snprintf(out, out_size, "%s", otherwise);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        snprintf(out, out_size, "%.*s", (int)strcspn(colon + 1, "\n"),
                 colon + 1 + (colon[1] == ' '));
        out[strcspn(out, "\n")] = '\0';
        break;
    }
    if (file != NULL)
        fclose(file);
}

static void add_machine(cJSON *results)
{
    char model[128], system[256], date[32] = "";
    time_t now = time(NULL);
    struct utsname name;
    struct tm local;

    if (uname(&name) != 0)
        memset(&name, 0, sizeof name);
    read_model(model, sizeof model, name.machine);
    snprintf(system, sizeof system, "%s %s %s", name.sysname, name.release,
             name.machine);
    if (localtime_r(&now, &local) != NULL)
        strftime(date, sizeof date, "%Y-%m-%d %H:%M", &local);
    cJSON_AddStringToObject(results, "date", date);
    cJSON_AddStringToObject(results, "system", system);
    cJSON_AddStringToObject(results, "processor", model);
    cJSON_AddNumberToObject(results, "cores",
                            (double)sysconf(_SC_NPROCESSORS_ONLN));
}

cJSON *report_read(const char *records)
{
    cJSON *results = cJSON_CreateObject(), *list;
    FILE *file = fopen(records, "r");
    static char line[LINE_SIZE];

    add_machine(results);
    list = cJSON_AddArrayToObject(results, "comparisons");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        cJSON_AddItemToArray(list, cJSON_Parse(line));
    if (file != NULL)
        fclose(file);
    return results;
}

int report_write(const char *path, const cJSON *results)
{
    char *text = cJSON_Print(results);
    FILE *file = fopen(path, "w");
    int rc = -1;

    if (file != NULL && text != NULL && fprintf(file, "%s\n", text) > 0)
        rc = 0;
    if (file != NULL && fclose(file) != 0)
        rc = -1;
    free(text);
    if (rc != 0)
        fprintf(stderr, "cannot write %s: %s: check the folder\n", path,
                strerror(errno));
    return rc;
}

/* --- The table ------------------------------------------------------------ */

static const char *text_of(const cJSON *object, const char *name)
{
    const char *text =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

/* The number NAME of OBJECT, or NAN. */
static double number_of(const cJSON *object, const char *name)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* VALUE with three significant digits and UNIT, or nothing if it is NAN. */
static const char *shown(char out[32], double value, const char *unit)
{
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;

    out[0] = '\0';
    if (!isnan(value))
        snprintf(out, 32, "%.*f %s", digits, value, unit);
    return out;
}

/* Microseconds as the unit in which they are easy to read. */
static const char *shown_time(char out[32], double us)
{
    if (us >= 1e6)
        return shown(out, us / 1e6, "s");
    if (us >= 1e3)
        return shown(out, us / 1e3, "ms");
    if (us >= 1)
        return shown(out, us, "us");
    return shown(out, us * 1e3, "ns");
}

static void print_side(const cJSON *side)
{
    char cpu[32], rate[32], p50[32], p99[32], size[32];

    printf("    %-34s", text_of(side, "name"));
    shown_time(cpu, number_of(side, "cpu_us_median"));
    shown(rate, number_of(side, "per_second_median"), "/s");
    shown_time(p50, 1e3 * number_of(side, "p50_ms_median"));
    shown_time(p99, 1e3 * number_of(side, "p99_ms_median"));
    shown(size, number_of(side, "memory_kib_median"), "KiB");
    if (cpu[0] != '\0')
        printf(" %9s CPU", cpu);
    if (rate[0] != '\0')
        printf(" %12s", rate);
    if (p50[0] != '\0')
        printf("  p50 %s", p50);
    if (p99[0] != '\0')
        printf(", p99 %s", p99);
    if (size[0] != '\0')
        printf("  %s", size);
    puts("");
}

/* A ratio with enough digits to compare it with a limit. */
static const char *shown_ratio(char out[32], double value)
{
    snprintf(out, 32, "%.*f", value < 10 ? 3 : 1, value);
    return out;
}

static void print_goal(const cJSON *goal)
{
    char median[32], low[32], high[32];

    printf("    %-34s %7s (%s to %s)", text_of(goal, "what"),
           shown_ratio(median, number_of(goal, "median")),
           shown_ratio(low, number_of(goal, "low")),
           shown_ratio(high, number_of(goal, "high")));
    if (text_of(goal, "goal")[0] != '\0')
        printf("\n    %-34s %s %.3g: %s", "", text_of(goal, "goal"),
               number_of(goal, "limit"), text_of(goal, "verdict"));
    puts("");
}

/* How much other work there was, if it disturbed a round. */
static void print_rounds(const cJSON *record)
{
    const cJSON *item;
    int disturbed = 0, repeated = (int)number_of(record, "repeated");
    double most = 0;

    cJSON_ArrayForEach(item, cJSON_GetObjectItem(record, "disturbed"))
        disturbed += cJSON_IsTrue(item);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(record, "other_work")) most =
        fmax(most, cJSON_GetNumberValue(item));
    if (repeated > 0 || disturbed > 0)
        printf("    other work took up to %.0f %% of a processor; rounds "
               "repeated: %d, still disturbed: %d of %g\n",
               100 * most, repeated, disturbed, number_of(record, "rounds"));
}

/* Prints a comparison. */
static void print_record(const cJSON *record)
{
    const cJSON *item;

    printf("\n%s, for each %s\n", text_of(record, "work"),
           text_of(record, "unit"));
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(record, "sides"))
        print_side(item);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(record, "missing"))
        printf("    not measured: %s\n", cJSON_GetStringValue(item));
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(record, "goals"))
        print_goal(item);
    print_rounds(record);
}

/* How many goals of RESULTS have VERDICT. */
static int count(const cJSON *results, const char *verdict)
{
    const cJSON *record, *goal;
    int found = 0;

    cJSON_ArrayForEach(record, cJSON_GetObjectItem(results, "comparisons"))
        cJSON_ArrayForEach(goal, cJSON_GetObjectItem(record, "goals")) found +=
        strcmp(text_of(goal, "verdict"), verdict) == 0;
    return found;
}

int report_print(const cJSON *results)
{
    const cJSON *record;
    int missed = count(results, "MISSED");

    printf("\n%s, %s, %g cores, %s\n", text_of(results, "processor"),
           text_of(results, "system"), number_of(results, "cores"),
           text_of(results, "date"));
    puts("Each figure is the median of the rounds. Ratios also show (lowest to "
         "highest).");
    cJSON_ArrayForEach(record, cJSON_GetObjectItem(results, "comparisons"))
        print_record(record);
    printf("\ngoals: %d ok, %d missed, %d undecided\n", count(results, "ok"),
           missed, count(results, "undecided"));
    return missed;
}
