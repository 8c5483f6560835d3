/* SPDX-License-Identifier: MIT */
/* Folders, accounts, and people with passwords in files. */
#include "tests/support/fixture.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temp.h"
#include "tests/support/tree.h"

const char *fixture_builds[2];

static const char *const people[] = {"alice", "bob", "carol"};

enum { PEOPLE = sizeof people / sizeof people[0] };

char *fixture_path(struct fixture *fixture, const char *folder,
                   const char *name)
{
    char *path = malloc(PATH_SIZE);

    ck_assert_ptr_nonnull(path);
    ck_assert_uint_lt(fixture->path_count, FIXTURE_PATHS);
    snprintf(path, PATH_SIZE, "%s/%s", folder, name);
    fixture->paths[fixture->path_count++] = path;
    return path;
}

char *fixture_file(struct fixture *fixture, const char *name, const char *text)
{
    char *path = fixture_path(fixture, fixture->dir, name);

    file_write(path, text, strlen(text));
    return path;
}

struct process *fixture_command(struct fixture *fixture, const char *build,
                                const char *command, ...)
{
    char path[PATH_SIZE];
    char *argv[PROCESS_WORDS] = {path, (char *)command, "--db", fixture->db};
    va_list words;

    snprintf(path, sizeof path, "%s/chat-server", build);
    va_start(words, command);
    process_add_words(argv, 4, words);
    va_end(words);
    return process_start_in(argv, fixture->way);
}

void fixture_import(struct fixture *fixture, const char *ln, char *roster)
{
    struct process *p = fixture_command(fixture, fixture_builds[0], "import",
                                        "--scrypt-ln", ln, roster, NULL);

    process_succeeds(p);
}

/* The accounts, with the cheapest hashes that the server accepts. */
static void import_people(struct fixture *fixture)
{
    char roster[256] = "name,password\n", password[64];

    for (size_t i = 0; i < PEOPLE; i++) {
        size_t used = strlen(roster);

        snprintf(password, sizeof password, "%s-pw", people[i]);
        snprintf(roster + used, sizeof roster - used, "%s,%s\n", people[i],
                 password);
        fixture_file(fixture, people[i], password);
    }
    fixture_import(fixture, "10", fixture_file(fixture, "roster.csv", roster));
}

void fixture_open(struct fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    ck_assert_int_eq(temp_folder(fixture->dir, sizeof fixture->dir, "chat"), 0);
    snprintf(fixture->db, sizeof fixture->db, "%s/chat.db", fixture->dir);
    import_people(fixture);
}

void fixture_close(struct fixture *fixture)
{
    process_end(fixture->server);
    ck_assert_int_eq(tree_remove(fixture->dir), 0);
    while (fixture->path_count > 0)
        free(fixture->paths[--fixture->path_count]);
}

void fixture_serve(struct fixture *fixture, const char *build)
{
    fixture->server =
        fixture_command(fixture, build, "serve", "--port", "0", NULL);
    fixture->url = process_ready(fixture->server, &fixture->server->out);
}

struct process *fixture_client(struct fixture *fixture, const char *build,
                               const char *program, const char *user, ...)
{
    char path[PATH_SIZE], password[PATH_SIZE];
    char *argv[PROCESS_WORDS] = {path,     "--server",   (char *)fixture->url,
                                 "--user", (char *)user, "--password-file",
                                 password};
    va_list words;

    snprintf(path, sizeof path, "%s/%s", build, program);
    snprintf(password, sizeof password, "%s/%s", fixture->dir, user);
    va_start(words, user);
    process_add_words(argv, 7, words);
    va_end(words);
    return process_start_in(argv, fixture->way);
}

struct process *fixture_receiver(struct fixture *fixture, const char *build,
                                 const char *user)
{
    struct process *p = fixture_client(fixture, build, "solution/receiver",
                                       user, "--port", "0", NULL);

    process_ready(p, &p->err);
    return p;
}

struct process *fixture_sender(struct fixture *fixture, const char *build,
                               const char *user, const char *receiver)
{
    return fixture_client(fixture, build, "solution/sender", user, receiver,
                          NULL);
}

int fixture_say(struct fixture *fixture, const char *build, const char *user,
                const char *receiver, const char *text)
{
    struct process *p = fixture_sender(fixture, build, user, receiver);
    int code;

    process_write(p, text, strlen(text));
    code = process_wait(p);
    process_end(p);
    return code;
}

void fixture_expect(struct process *p, const char *wanted)
{
    const char *line = process_line(p, &p->out);

    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(line, wanted);
}
