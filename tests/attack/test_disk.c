/* SPDX-License-Identifier: MIT */
/* A full disk: simulated by the injector, and a real one of 8 MiB. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/sessions.h"
#include "tests/attack/faulty.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/suites.h"
#include "tests/support/temp.h"

enum {
    LOGINS = 12, /* one of each of the first users, while the disk is full */
    ASKER = 40,  /* the first of the users who only ask */
    ASKS = 20,
    IDLE_CPU = 100,
};

/* The newest tokens of each user, as many as the server keeps. */
static struct {
    long count;
    char tokens[SESSIONS_MAX][KIT_TOKEN_MAX + 1];
} grants[LOGINS];

/* Answers while there was no room. */
static long refused, strange, unanswered;

/* Logs in once, and remembers the token. */
static int log_in(int user)
{
    char token[KIT_TOKEN_MAX + 1];

    if (faulty_log_in(target.names[user], token) == 200)
        memcpy(grants[user].tokens[grants[user].count++ % SESSIONS_MAX], token,
               sizeof token);
    return http.status;
}

/* How many of the remembered tokens are not valid. */
static long bad_tokens(void)
{
    long bad = 0;

    for (int user = 0; user < LOGINS; user++) {
        for (int i = 0; i < SESSIONS_MAX && i < grants[user].count; i++)
            bad += http_ask(&http, target.names[user], grants[user].tokens[i],
                            target.names[ASKER]) != 200;
    }
    return bad;
}

/* Logs in and asks while there is no room. */
static void use_full_disk(void)
{
    static int asker;

    for (int i = 0; i < LOGINS; i++) {
        int status = log_in(i);

        refused += status == 500 || status == 503;
        strange += status != 200 && status != 500 && status != 503;
    }
    for (int i = 0; i < ASKS; i++) {
        int who = ASKER + asker++ % (TARGET_USERS - ASKER);

        unanswered += http_ask(&http, target.names[who], target.tokens[who],
                               target.names[0]) != 200;
    }
}

static void judge_idle_cpu(void)
{
    figure_most("processor time of a second without a request",
                target_idle_cpu(&target), "ms", IDLE_CPU);
}

static void judge_answers(void)
{
    figure_least("logins refused with 500 or 503", (double)refused, "", 10);
    figure_is("other answers than these and 200", strange, 0);
    figure_is("M3 not answered with 200 while it is full", unanswered, 0);
}

static void judge_database(void)
{
    figure_is("... after a restart", bad_tokens(), 0);
    figure_is("errors that SQLite finds", database_complaints(&target), 0);
    row_end();
}

START_TEST(injected)
{
    /*
     * In bytes. SQLite's log (WAL) has a header of 32 bytes. For each page it
     * has a header of 24 bytes and the page, 4,096 bytes. The disk becomes
     * full inside and between these parts.
     */
    static const long rooms[] = {0,    1,    31,    32,    56,    4096,
                                 4152, 9000, 20000, 60000, 100000};
    enum { ROOMS = sizeof rooms / sizeof rooms[0] };
    long again = 0;

    row_begin("12 the disk full");
    if (!faulty_begin())
        return;
    faulty_start();
    target_log_in(&target);
    for (size_t i = 0; i < ROOMS; i++) {
        atomic_store(&injector.fault->room, rooms[i]);
        use_full_disk();
        if (i == 0)
            judge_idle_cpu();
        atomic_store(&injector.fault->room, FAULT_ROOM);
        again += log_in(0) == 200;
    }
    judge_answers();
    figure_is("logins as soon as there was room again", again, ROOMS);
    figure_is("tokens given out that are not good", bad_tokens(), 0);
    faulty_restart();
    judge_database();
}
END_TEST

/* Runs $PROGRAM with the database on a tmpfs that only this process can see. */
static const char on_small_disk[] =
    "#!/bin/sh\n"
    "exec unshare -Urm sh -ec '\n"
    "  mount -t tmpfs -o size=8m small \"$D/small\"\n"
    "  cp \"$D/chat.db\" \"$D/small\"\n"
    "  exec \"$PROGRAM\" \"$@\"' sh \"$@\"\n";

/* Whether this system lets any user mount a tmpfs (user_namespaces(7)). */
static bool may_mount(void)
{
    char *argv[] = {"unshare", "-Urm",  "mount", "-t",
                    "tmpfs",   "small", "/mnt",  NULL};
    struct process *p = process_start(argv);
    bool may = process_wait(p) == 0;

    process_end(p);
    return may;
}

/* The path to NAME on the server's disk. Valid until the next call. */
static const char *seen_from_here(const char *name)
{
    static char path[PATH_SIZE];

    snprintf(path, sizeof path, "/proc/%ld/root%s/small/%s",
             (long)target.fixture.server->pid, target.fixture.dir, name);
    return path;
}

/* The server begins with its database on the small disk. */
static void serve_on_small_disk(void)
{
    static char folder[PATH_SIZE], program[PATH_SIZE];
    struct target *t = &target;

    snprintf(folder, sizeof folder, "D=%.63s", t->fixture.dir);
    snprintf(program, sizeof program, "PROGRAM=%.500s", t->program);
    way = (struct process_way){.settings = {folder, program}};
    snprintf(t->program, PATH_SIZE, "%s",
             fixture_file(&t->fixture, "on-small-disk", on_small_disk));
    ck_assert_int_eq(chmod(t->program, 0700), 0);
    snprintf(t->fixture.db, PATH_SIZE, "%.63s/small/chat.db", t->fixture.dir);
    ck_assert_int_eq(
        mkdir(fixture_path(&t->fixture, t->fixture.dir, "small"), 0700), 0);
    faulty_start();
    target_log_in(t);
}

/* Restarts the server on a copy of the small disk's database. */
static void restart_without_small_disk(void)
{
    static char bytes[8 << 20];
    struct target *t = &target;
    int fd = open(seen_from_here("chat.db"), O_RDONLY | O_CLOEXEC);
    ssize_t len;

    http_close(&http);
    target_stop(t);
    snprintf(t->fixture.db, PATH_SIZE, "%.63s/chat.db", t->fixture.dir);
    len = read(fd, bytes, sizeof bytes);
    ck_assert_int_gt(len, 0);
    close(fd);
    file_write(t->fixture.db, bytes, (size_t)len);
    target_choose(t, fixture_builds[0]);
    faulty_start();
}

/* Fills the disk with a file "filler". */
static void fill_disk(void)
{
    static const char bytes[4096];
    int fd =
        open(seen_from_here("filler"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    while (write(fd, bytes, sizeof bytes) > 0)
        ;
    close(fd);
}

START_TEST(real)
{
    row_begin("12 the disk full, a real one of 8 MiB");
    if (!may_mount()) {
        figure_skip("a small disk", "users may not mount a tmpfs here");
        return;
    }
    serve_on_small_disk();
    fill_disk();
    use_full_disk();
    judge_idle_cpu();
    ck_assert_int_eq(unlink(seen_from_here("filler")), 0);
    judge_answers();
    figure_is("a login when there is room again", log_in(0), 200);
    figure_is("tokens given out that are not good", bad_tokens(), 0);
    restart_without_small_disk();
    judge_database();
}
END_TEST

TEST_SUITE(disk, 120, setup_accounts, teardown_faulty)
{
    tcase_add_tests(tcase, injected, real);
}
