/* SPDX-License-Identifier: MIT */
/* Folders, accounts, and people with passwords in files. */
#include "tests/e2e/stage.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/tree.h"

const char *stage_builds[2];

static const char *const people[] = {"alice", "bob", "carol"};

enum { PEOPLE = sizeof people / sizeof people[0] };

char *stage_path(struct stage *stage, const char *folder, const char *name)
{
    char *path = malloc(PATH_SIZE);

    ck_assert_ptr_nonnull(path);
    ck_assert_uint_lt(stage->path_count, STAGE_PATHS);
    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    stage->paths[stage->path_count++] = path;
    return path;
}

char *stage_file(struct stage *stage, const char *name, const char *text)
{
    char *path = stage_path(stage, stage->dir, name);
    FILE *file;

    umask(077);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

/* The accounts, with hashes as cheap as the server takes them. */
static void import_people(struct stage *stage)
{
    char roster[256] = "name,password\n", password[64];
    char *server = stage_path(stage, stage_builds[0], "chat-server");

    for (size_t i = 0; i < PEOPLE; i++) {
        size_t used = strlen(roster);

        snprintf(password, sizeof password, "%s-pw", people[i]);
        snprintf(roster + used, sizeof roster - used, "%s,%s\n", people[i],
                 password);
        stage_file(stage, people[i], password);
    }
    char *argv[] = {server,
                    "import",
                    "--scrypt-ln",
                    "10",
                    "--db",
                    stage->db,
                    stage_file(stage, "roster.csv", roster),
                    NULL};
    struct process *p = process_start(argv);

    process_exits(p, 0);
    process_end(p);
}

void stage_open(struct stage *stage)
{
    const char *tmp = getenv("TMPDIR");

    memset(stage, 0, sizeof *stage);
    snprintf(stage->dir, sizeof stage->dir, "%s/chat-XXXXXX",
             tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(stage->dir));
    snprintf(stage->db, sizeof stage->db, "%s/chat.db", stage->dir);
    import_people(stage);
}

void stage_close(struct stage *stage)
{
    process_end(stage->server);
    ck_assert_int_eq(tree_remove(stage->dir), 0);
    while (stage->path_count > 0)
        free(stage->paths[--stage->path_count]);
}

void stage_serve(struct stage *stage, const char *build)
{
    char program[PATH_SIZE];
    char *argv[] = {program, "serve", "--db", stage->db, "--port", "0", NULL};

    snprintf(program, sizeof program, "%s/chat-server", build);
    stage->server = process_start(argv);
    stage->url = process_ready(stage->server, &stage->server->out);
}

struct process *stage_receiver(struct stage *stage, const char *build,
                               const char *who, const char *user,
                               const char *extra, const char **where)
{
    char program[PATH_SIZE], password[PATH_SIZE];

    snprintf(program, sizeof program, "%s/%s/receiver", build, who);
    snprintf(password, sizeof password, "%s/%s", stage->dir, user);
    char *argv[] = {program,       "--server",   (char *)stage->url,
                    "--user",      (char *)user, "--password-file",
                    password,      "--port",     "0",
                    (char *)extra, NULL};
    struct process *p = process_start(argv);
    const char *at = process_ready(p, &p->err);

    if (where != NULL)
        *where = at;
    return p;
}

struct process *stage_sender(struct stage *stage, const char *build,
                             const char *who, const char *user,
                             const char *receiver)
{
    char program[PATH_SIZE], password[PATH_SIZE];

    snprintf(program, sizeof program, "%s/%s/sender", build, who);
    snprintf(password, sizeof password, "%s/%s", stage->dir, user);
    char *argv[] = {program,  "--server",       (char *)stage->url,
                    "--user", (char *)user,     "--password-file",
                    password, (char *)receiver, NULL};

    return process_start(argv);
}

int stage_say(struct stage *stage, const char *build, const char *user,
              const char *receiver, const void *text, size_t len)
{
    struct process *p = stage_sender(stage, build, "solution", user, receiver);
    int code;

    process_write(p, text, len);
    code = process_wait(p);
    process_end(p);
    return code;
}

void stage_expect(struct process *p, const char *wanted)
{
    const char *line = process_line(p, &p->out);

    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line, wanted);
}
