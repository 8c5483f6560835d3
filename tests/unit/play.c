/* SPDX-License-Identifier: MIT */
/* The stage for plays about the receiver's loop. */
#include "tests/unit/play.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/unit/capture.h"
#include "tests/unit/tcp.h"

enum { LIMIT = 60 }; /* seconds after which a test has failed */

struct play play;

void play_begin(void)
{
    capture(STDERR_FILENO);
    play.signal = SIGTERM;
    ck_assert_int_eq(pipe(play.handed), 0);
    ck_assert_int_eq(kit_inbox_listen(&play.inbox, &play.port, "127.0.0.1", 0),
                     0);
}

void play_end(void)
{
    kit_inbox_close(play.inbox);
}

/* Writes to the pipe, which has room for all of a test. */
static void put(const char *bytes, size_t len)
{
    ck_assert_int_eq(write(play.handed[1], bytes, len), (ssize_t)len);
}

int play_on_line(void *context, const char *peer_ip, const char *line,
                 size_t len)
{
    ck_assert_ptr_eq(context, &play);
    put(peer_ip, strlen(peer_ip));
    put(": ", 2);
    put(line, len);
    put("|", 1);
    return len == 3 && memcmp(line, "bad", 3) == 0 ? -1 : 0;
}

void play_expect(const char *want)
{
    char got[512];

    tcp_read(play.handed[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

void play_say(int peer, const char *text)
{
    tcp_write(peer, text, strlen(text));
}

int play_peer(void)
{
    int peer = tcp_connect(play.port);

    play_say(peer, "hello\n");
    play_expect("127.0.0.1: hello|");
    return peer;
}

void play_next_tick(void)
{
    int64_t now = kit_ticks();

    while (kit_ticks() == now)
        ;
}

/* The loop has said that it listens: from now on signals are its own. */
static void wait_until_ready(void)
{
    while (!captured_has("listening on"))
        play_next_tick();
}

static void *run_script(void *context)
{
    void (**script)(void) = context;

    wait_until_ready();
    (*script)();
    kill(getpid(), play.signal);
    return NULL;
}

void play_script(void (*script)(void))
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, run_script, &script), 0);
    ck_assert_int_eq(kit_inbox_serve(play.inbox, play_on_line, &play, LIMIT),
                     0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
