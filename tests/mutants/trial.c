/* SPDX-License-Identifier: MIT */
/* Running the grader, and reading its report. */
#include "tests/mutants/trial.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"

/* The checks that must fail, separated by commas. */
static const char *named_by(const struct mutant *m)
{
    static char list[sizeof m->fails];

    for (size_t i = 0; i < sizeof list; i++)
        list[i] = m->fails[i] == ' ' ? ',' : m->fails[i];
    return list;
}

/* The checks to run; NULL for all. */
static const char *only_of(const struct trial *t)
{
    const struct mutant *m = &t->mutant;

    if ((t->named || m->alone) && m->fails[0] != '\0' && m->points < 0)
        return named_by(m);
    if (m->only[0] != '\0')
        return strcmp(m->only, "all") == 0 ? NULL : m->only;
    if (m->sender && !m->receiver)
        return "B-01,M4,M5";
    if (m->receiver && !m->sender)
        return "B-02,R4,R5,A,X";
    return NULL;
}

int trial_start(struct trial *t)
{
    const char *only = only_of(t);
    char *argv[] = {"sh",
                    (char *)t->grader,
                    "--submission",
                    t->folder,
                    "--format",
                    "json",
                    "--report",
                    t->report,
                    "--jobs",
                    "3",
                    only != NULL ? "--only" : NULL,
                    (char *)only,
                    NULL};
    int nowhere;

    t->start = kit_ticks();
    mkdir(t->tmp, 0711);
    t->pid = fork();
    if (t->pid != 0)
        return t->pid > 0 ? 0 : -1;
    setenv("TMPDIR", t->tmp, 1);
    nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, 0);
    dup2(nowhere, 1);
    execvp("sh", argv);
    _exit(127);
}

/* Whether a process or a file of this trial is left. */
static bool left_behind(const struct trial *t)
{
    char path[300], line[4096];
    struct dirent *entry;
    bool found = rmdir(t->tmp) != 0;
    DIR *proc = opendir("/proc");

    while (proc != NULL && !found && (entry = readdir(proc)) != NULL) {
        ssize_t n;

        snprintf(path, sizeof path, "/proc/%s/exe", entry->d_name);
        n = readlink(path, line, sizeof line - 1);
        line[n > 0 ? n : 0] = '\0';
        found = strstr(line, t->tmp) != NULL;
    }
    if (proc != NULL)
        closedir(proc);
    return found;
}

/* The report, or NULL. */
static cJSON *read_report(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t len = 0;
    ssize_t n = file != NULL ? getdelim(&text, &len, '\0', file) : -1;
    cJSON *report = n > 0 ? cJSON_ParseWithLength(text, (size_t)n) : NULL;

    if (file != NULL)
        fclose(file);
    free(text);
    return report;
}

static const char *string_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static int number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(object, name);

    return cJSON_IsNumber(item) ? item->valueint : -1;
}

/* Lists the verdict of every check, and the ids of those that failed. */
static void list_verdicts(struct trial *t, char failed[200], const cJSON *all)
{
    const cJSON *one;
    size_t n = 0, f = 0;

    failed[0] = '\0';
    cJSON_ArrayForEach(one, all)
    {
        const char *state = string_of(one, "state");

        n += (size_t)snprintf(t->verdicts + n, sizeof t->verdicts - n, "%s%c ",
                              string_of(one, "id"), state[0]);
        if (strcmp(state, "fail") == 0 && f < 180)
            f += (size_t)snprintf(failed + f, 200 - f, "%s ",
                                  string_of(one, "id"));
    }
}

/* Whether check ID failed as the mutant expects. If not, sets T->why. */
static bool fails_as_expected(struct trial *t, const cJSON *all, const char *id,
                              size_t len)
{
    const struct mutant *m = &t->mutant;
    const cJSON *one;

    cJSON_ArrayForEach(one, all)
    {
        const char *cause = string_of(one, "cause");

        if (strncmp(string_of(one, "id"), id, len) != 0)
            continue;
        if (strcmp(string_of(one, "state"), "fail") != 0)
            snprintf(t->why, sizeof t->why, "%.*s: %s%s", (int)len, id,
                     string_of(one, "state"), string_of(one, "fix_first"));
        else if (strstr(cause, m->says) == NULL)
            snprintf(t->why, sizeof t->why, "%.*s says: %s", (int)len, id,
                     cause);
        else if (m->reason[0] != '\0' &&
                 strcmp(string_of(one, "reason"), m->reason) != 0)
            snprintf(t->why, sizeof t->why, "%.*s is: %s", (int)len, id,
                     string_of(one, "reason"));
        else
            return true;
        return false;
    }
    snprintf(t->why, sizeof t->why, "there is no check %.*s", (int)len, id);
    return false;
}

/* Compares the report with what the mutant expects. */
static bool judge(struct trial *t, const cJSON *report)
{
    const struct mutant *m = &t->mutant;
    const cJSON *all = cJSON_GetObjectItem(report, "results");
    int points = number_of(report, "checks");
    int attempt = number_of(report, "attempt");
    char failed[200];

    list_verdicts(t, failed, all);
    for (const char *at = m->fails; *at != '\0';) {
        size_t len = strcspn(at, " ");

        if (!fails_as_expected(t, all, at, len))
            return false;
        at += len + strspn(at + len, " ");
    }
    snprintf(t->why, sizeof t->why, "%s%d points, attempt %d", failed, points,
             attempt);
    return (m->points < 0 || m->points == points) &&
           (m->attempt < 0 || m->attempt == attempt);
}

void trial_finish(struct trial *t, int status)
{
    cJSON *report = read_report(t->report);

    t->pid = 0;
    t->milliseconds = (int)(kit_ticks() - t->start);
    t->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    if (report == NULL)
        snprintf(t->why, sizeof t->why, "no report; the grader ended with %d",
                 t->code);
    t->good = report != NULL && t->code <= 1 && judge(t, report);
    if (t->good && left_behind(t)) {
        snprintf(t->why, sizeof t->why, "something is left behind in %s",
                 t->tmp);
        t->good = false;
    }
    cJSON_Delete(report);
}
