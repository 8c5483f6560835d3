/* SPDX-License-Identifier: MIT */
/* The stage for plays about the receiver's loop. */
#include "tests/unit/inbox_script.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/captured_output.h"
#include "tests/support/tcp.h"

enum { LIMIT = 60 }; /* seconds after which a test has failed */

struct inbox_script inbox_script;

void inbox_script_begin(void)
{
    capture(STDERR_FILENO);
    inbox_script.signal = SIGTERM;
    ck_assert_int_eq(pipe(inbox_script.handed), 0);
    ck_assert_int_eq(kit_inbox_listen(&inbox_script.inbox, &inbox_script.port,
                                      "127.0.0.1", 0),
                     0);
}

void inbox_script_end(void)
{
    kit_inbox_close(inbox_script.inbox);
}

/* Writes to the pipe, which has room for all of a test. */
static void put(const char *bytes, size_t len)
{
    ck_assert_int_eq(write(inbox_script.handed[1], bytes, len), (ssize_t)len);
}

int inbox_script_on_line(void *context, const char *peer_ip, const char *line,
                         size_t len)
{
    ck_assert_ptr_eq(context, &inbox_script);
    put(peer_ip, strlen(peer_ip));
    put(": ", 2);
    put(line, len);
    put("|", 1);
    return len == 3 && memcmp(line, "bad", 3) == 0 ? -1 : 0;
}

void inbox_script_expect(const char *want)
{
    char got[512];

    tcp_read(inbox_script.handed[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

void inbox_script_say(int peer, const char *text)
{
    tcp_write(peer, text, strlen(text));
}

int inbox_script_peer(void)
{
    int peer = tcp_connect(inbox_script.port);

    inbox_script_say(peer, "hello\n");
    inbox_script_expect("127.0.0.1: hello|");
    return peer;
}

void inbox_script_next_tick(void)
{
    int64_t now = kit_ticks();

    while (kit_ticks() == now)
        ;
}

/* The loop has said that it listens: from now on signals are its own. */
static void wait_until_ready(void)
{
    while (!captured_has("listening on"))
        inbox_script_next_tick();
}

static void *run_script(void *context)
{
    void (**script)(void) = context;

    wait_until_ready();
    (*script)();
    kill(getpid(), inbox_script.signal);
    return NULL;
}

void inbox_script_run(void (*script)(void))
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, run_script, &script), 0);
    ck_assert_int_eq(kit_inbox_serve(inbox_script.inbox, inbox_script_on_line,
                                     &inbox_script, LIMIT),
                     0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
