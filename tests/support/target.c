/* SPDX-License-Identifier: MIT */
/* Accounts, and a process that serves them. */
#include "tests/support/target.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/proc.h"
#include "tests/support/stopwatch.h"

enum { ARGUMENTS = 8 };

const char *target_password(const char *name)
{
    static _Thread_local char text[TARGET_PASSWORD];

    snprintf(text, sizeof text, "%s-" TARGET_MARK, name);
    return text;
}

const char *target_ln(void)
{
    return figure_judges_times() ? "14" : "12";
}

void target_import(struct target *target, const char *ln,
                   const char names[][TARGET_NAME], size_t count)
{
    size_t size = count * (TARGET_NAME + TARGET_PASSWORD) + 32;
    char *roster = malloc(size);
    struct fixture *fixture = &target->fixture;
    size_t len;

    ck_assert_ptr_nonnull(roster);
    len = (size_t)snprintf(roster, size, "name,password\n");
    for (size_t i = 0; i < count; i++)
        len += (size_t)snprintf(roster + len, size - len, "%s,%s\n", names[i],
                                target_password(names[i]));
    fixture_import(fixture, ln, fixture_file(fixture, "users.csv", roster));
    free(roster);
}

void target_choose(struct target *target, const char *build)
{
    snprintf(target->program, sizeof target->program, "%s/chat-server", build);
}

void target_open(struct target *target, const char *ln)
{
    static const char costly[][TARGET_NAME] = {"victim", "friend"};
    static int number; /* distinguishes the targets of this process */

    memset(target, 0, sizeof *target);
    fixture_open(&target->fixture);
    snprintf(target->log, sizeof target->log, "%s/logs/%ld-%d.log", run_dir,
             (long)getpid(), ++number);
    target_choose(target, fixture_builds[0]);
    for (int i = 0; i < TARGET_USERS; i++)
        snprintf(target->names[i], TARGET_NAME, "u%02d", i);
    database_add(target, target->names, TARGET_USERS);
    target_import(target, ln, costly, 2);
}

void target_close(struct target *target)
{
    fixture_close(&target->fixture);
}

void target_serve(struct target *target, const char *const *extra,
                  const struct process_way *way)
{
    struct process_way ours = {.log = NULL};
    char *argv[7 + ARGUMENTS] = {target->program, "--db", target->fixture.db,
                                 "--port", "0"};
    int n = 5;

    if (way != NULL)
        ours = *way;
    ours.log = target->log;
    while (extra != NULL && *extra != NULL)
        argv[n++] = (char *)*extra++;
    target->fixture.server = process_start_in(argv, &ours);
    target->fixture.url =
        process_ready(target->fixture.server, &target->fixture.server->out);
}

double target_stop(struct target *target)
{
    double began = stopwatch_now();

    kill(target->fixture.server->pid, SIGTERM);
    process_exits(target->fixture.server, 0);
    process_end(target->fixture.server);
    target->fixture.server = NULL;
    return stopwatch_now() - began;
}

void target_kill(struct target *target)
{
    process_kill(target->fixture.server, SIGKILL);
    process_end(target->fixture.server);
    target->fixture.server = NULL;
}

int target_login(const struct target *target, const char *name)
{
    char token[KIT_TOKEN_MAX + 1];
    struct http http;

    http_open(&http, target->fixture.url, NULL);
    http_login(&http, name, target_password(name), token);
    http_close(&http);
    return http.status;
}

int target_ask(const struct target *target, struct http *http, int who)
{
    who %= TARGET_USERS;
    return http_ask(http, target->names[who], target->tokens[who],
                    target->names[(who + 1) % TARGET_USERS]);
}

void target_log_in(struct target *target)
{
    struct http http;

    http_open(&http, target->fixture.url, NULL);
    for (int i = 0; i < TARGET_USERS; i++)
        ck_assert_int_eq(http_login(&http, target->names[i],
                                    target_password(target->names[i]),
                                    target->tokens[i]),
                         200);
    http_close(&http);
}

void target_begin(struct target *target, const char *ln)
{
    static const char costly[][TARGET_NAME] = {"costly"};

    target_open(target, "10");
    target_serve(target, NULL, NULL);
    target_log_in(target);
    target_import(target, ln, costly, 1);
}

long target_memory(const struct target *target)
{
    return proc_memory(target->fixture.server->pid);
}

long target_peak(const struct target *target)
{
    return proc_peak(target->fixture.server->pid);
}

long target_files(const struct target *target)
{
    return proc_files(target->fixture.server->pid);
}

double target_cpu(const struct target *target)
{
    return proc_cpu(target->fixture.server->pid);
}

double target_idle_cpu(const struct target *target)
{
    double before = target_cpu(target), began = stopwatch_now();

    stopwatch_wait_until(began + 1e3);
    return (target_cpu(target) - before) * 1e3 / (stopwatch_now() - began);
}

long target_log_count(const struct target *target, const char *word)
{
    FILE *file = fopen(target->log, "r");
    char line[1024];
    long count = 0;

    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL)
        count += strstr(line, word) != NULL;
    fclose(file);
    return count;
}
