/* SPDX-License-Identifier: MIT */
#include "tests/unit/loop.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/support/captured_output.h"
#include "tests/support/tcp.h"
#include "tests/support/threads.h"

struct loop loop;

void loop_listen(const char *ip, uint16_t wanted)
{
    ck_assert_int_eq(kit_inbox_listen(&loop.inbox, &loop.port, ip, wanted), 0);
}

void loop_setup(void)
{
    capture_errors();
    loop.end_signal = SIGTERM;
    ck_assert_int_eq(pipe(loop.handled), 0);
    loop_listen("127.0.0.1", 0);
    ck_assert_int_eq(loop.inbox->idle, 30000);
}

void loop_teardown(void)
{
    kit_inbox_close(loop.inbox);
}

int loop_line(void *context, const char *peer_ip, const char *line, size_t len)
{
    ck_assert_ptr_eq(context, &loop);
    ck_assert_str_eq(peer_ip, "127.0.0.1");
    ck_assert_int_eq(write(loop.handled[1], line, len), (ssize_t)len);
    ck_assert_int_eq(write(loop.handled[1], "|", 1), 1);
    return len == 3 && memcmp(line, "bad", 3) == 0 ? -1 : 0;
}

int loop_serve(kit_line_handler *handler, long long seconds)
{
    return kit_inbox_serve(loop.inbox, handler, &loop, seconds);
}

static void *run_script(void *context)
{
    void (**script)(void) = context;

    /* When the loop has printed this line, it handles signals. */
    while (!captured_has("listening on"))
        loop_next_tick();
    (*script)();
    kill(getpid(), loop.end_signal);
    return NULL;
}

void loop_run(void (*script)(void))
{
    pthread_t thread = thread_begin(run_script, &script);

    ck_assert_int_eq(loop_serve(loop_line, LOOP_LIMIT), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

void loop_run_expect(void (*script)(void), const char *refused)
{
    loop_run(script);
    if (refused != NULL)
        ck_assert_str_eq(strchr(captured(), '\n') + 1, refused);
}

void loop_expect(const char *want)
{
    static char got[KIT_LINE_MAX + 1];

    tcp_read(loop.handled[0], got, strlen(want) + 1);
    ck_assert_str_eq(got, want);
}

void loop_send(int peer, const char *text)
{
    tcp_write(peer, text, strlen(text));
}

int loop_peer(void)
{
    int peer = tcp_connect(loop.port);

    loop_send(peer, "hello\n");
    loop_expect("hello|");
    return peer;
}

void loop_expect_connected(int peer)
{
    loop_send(peer, "good\n");
    loop_expect("good|");
}

void loop_next_tick(void)
{
    int64_t now = kit_ticks();

    while (kit_ticks() == now)
        ;
}
