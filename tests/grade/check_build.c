/* SPDX-License-Identifier: MIT */
/* Before the programs run: this machine works, and they compile. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/grade/build.h"
#include "tests/grade/checks.h"
#include "tests/grade/mock_server.h"
#include "tests/grade/program.h"
#include "tests/grade/program_failure.h"
#include "tests/grade/random_data.h"
#include "tests/grade/sanitizer_report.h"
#include "tests/grade/transcript.h"
#include "tests/grade/workspace.h"

/* --- The machine. No submission can fail this check. ---------------------- */

/* Runs the selftest program with backend I. */
static struct program *run_selftest(int i, const struct mock_server *server,
                                    const char *options)
{
    char path[PATH_SIZE];
    char *argv[] = {path, (char *)server->url, NULL};
    struct program *p;

    workspace_selftest(path, i);
    step("A correct program starts: %s.", path);
    p = program_start(path, argv, options);
    program_close_input(p);
    if (program_read_all(p, program_deadline()) == EVENT_TIMEOUT)
        no_verdict("a correct program, %s, does not end within %d seconds: "
                   "this machine is overloaded: end other programs",
                   path, PROGRAM_SECONDS);
    return p;
}

/* No verdict if P, which is correct, has failed. */
static void require_success(const struct program *p)
{
    size_t len = strcspn(p->err.bytes, "\n");
    const char *words = len > 0 ? printable(p->err.bytes, len) : "nothing";

    program_require_sanitizer(p);
    if (!WIFEXITED(p->status))
        no_verdict("a correct program, %s, was killed by signal %d (%s)%s; it "
                   "printed: %s",
                   p->role, WTERMSIG(p->status), strsignal(WTERMSIG(p->status)),
                   WTERMSIG(p->status) == SIGKILL
                       ? ", perhaps for lack of memory: end other programs"
                       : "",
                   words);
    if (WEXITSTATUS(p->status) != 0 || strcmp(p->out.bytes, "hello\n") != 0)
        no_verdict("a correct program, %s, failed with exit code %d; it "
                   "printed: %s",
                   p->role, WEXITSTATUS(p->status), words);
}

void machine_works(void)
{
    struct mock_server server = {0};
    char password[129];

    random_token(password);
    workspace_write_password(password);
    mock_server_start(&server, NULL);
    for (int i = 0; i < CONFIG_BACKENDS; i++) {
        struct program *p = run_selftest(i, &server, "");

        if (config.sanitized && sanitizer_report_no_leak_check(p->err.bytes)) {
            program_free(p);
            note("no leaks");
            p = run_selftest(i, &server, "detect_leaks=0");
        }
        require_success(p);
        program_free(p);
    }
}

void compiler_works(void)
{
    build_selftest("compiler");
}

/* --- The programs --------------------------------------------------------- */

void build_sender(void)
{
    build_program("sender");
}

void build_receiver(void)
{
    build_program("receiver");
}

void build_quiet(void)
{
    static const char *const names[] = {"sender", "receiver"};

    for (int i = 0; i < 2; i++) {
        const char *warning = build_warning(names[i]);

        step("The compiler's output for %s.c:", names[i]);
        detail("%s", warning == NULL ? "(nothing)" : warning);
        if (warning == NULL)
            continue;
        expected("no warnings");
        got("%s", warning);
        fail("The compiler warns: %s", warning);
    }
}
