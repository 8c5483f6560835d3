/* SPDX-License-Identifier: MIT */
/*
 * The sender's connection when the receiver ends it: an error names the lines
 * that may be lost.
 */
#include <string.h>
#include <unistd.h>

#include "tests/support/captured_output.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"
#include "tests/unit/sending.h"

enum end { FIN, RST };
enum notice { BY_LOOKING, BY_FLUSHING, BY_CLOSING, NOTICES };

/* Notices the end of the connection in the way HOW, and closes the outbox.
   Returns whether it has lost lines. */
static bool notice(enum notice how)
{
    /* With lines in the buffer, kit_outbox_is_open does not look for it. */
    if (how == BY_LOOKING)
        ck_assert(kit_outbox_is_open(&sending.outbox) ==
                  (sending.outbox.len > 0));
    if (how == BY_FLUSHING && sending.outbox.len > 0)
        ck_assert_int_eq(kit_outbox_flush(&sending.outbox), -1);
    return kit_outbox_close(&sending.outbox) != 0;
}

/*
 * A receiver has read GOT lines, and BUFFERED more are still in the outbox when
 * it ends the connection. PRINTED names those that may be lost.
 */
static const struct {
    int got, buffered;
    enum end end;
    const char *printed; /* a part of it; NULL: nothing */
} endings[] = {
    {0, 0, FIN, NULL},
    {0, 0, RST, NULL},
    {2, 0, FIN, NULL},
    {1, 0, RST,
     "refused a text (its terminal shows why) or was stopped: the last text "
     "sent (number 1 of this chat"},
    {3, 0, RST,
     "or was stopped: the last 3 texts sent (numbers 1 to 3 of this chat"},
    {0, 1, FIN,
     "closed the connection: the last text sent (number 1 of this chat"},
    {2, 1, FIN,
     "closed the connection: the last text sent (number 3 of this chat"},
    {2, 2, FIN,
     "closed the connection: the last 2 texts sent (numbers 3 to 4 of this "
     "chat"},
    {1, 1, RST, "numbers 1 to 2 of this chat"},
};

START_TEST(connection_ends)
{
    int row = _i / NOTICES, peer = sending_open();
    const char *printed = endings[row].printed;

    for (int i = 0; i < endings[row].got; i++)
        sending_pass(peer, "one");
    for (int i = 0; i < endings[row].buffered; i++)
        sending_put("two");
    ck_assert(kit_outbox_is_open(&sending.outbox));
    if (endings[row].end == FIN)
        close(peer);
    else
        tcp_reset(peer);
    sending_wait_for_end(sending.outbox.fd);
    ck_assert_int_eq(notice(_i % NOTICES), printed != NULL);
    ck_assert_int_eq(sending.outbox.fd, -1);
    if (printed == NULL)
        ck_assert_str_eq(captured(), "");
    else
        captured_one_line(printed);
    /* It does not connect again. */
    ck_assert(!tcp_waits(sending.listener));
}
END_TEST

/* A line that crosses the FIN of the receiver was not processed. */
START_TEST(line_after_the_fin)
{
    int peer = sending_open();

    sending_pass(peer, "one");
    sending.closes_first = peer;
    sending_put("two");
    sending_flush();
    ck_assert(notice(_i));
    captured_one_line("numbers 1 to 2 of this chat");
}
END_TEST

/* The receiver refuses the last line after everything was sent. */
START_TEST(reset_at_the_end)
{
    int peer = sending_open();

    sending_put("one");
    ck_assert_int_eq(sending_close(peer, "one\n", tcp_reset), -1);
    captured_one_line("(number 1 of this chat) may not have been shown");
}
END_TEST

/* The next close reports a loss, even if its own connection lost nothing. The
   close after that does not. */
START_TEST(loss_is_remembered)
{
    int peer = sending_open();

    sending_pass(peer, "one");
    tcp_reset(peer);
    sending_wait_for_end(sending.outbox.fd);
    ck_assert(!kit_outbox_is_open(&sending.outbox));
    captured_one_line("number 1 of");
    for (int i = 0; i < 2; i++) {
        peer = sending_open();
        sending_pass(peer, "two");
        ck_assert_int_eq(sending_close(peer, "", sending_end_with_fin),
                         i == 0 ? -1 : 0);
    }
    ck_assert_int_eq(captured_lines(), 1);
}
END_TEST

/* The lines of each connection are counted from 1. */
START_TEST(numbers_of_each_connection)
{
    for (int i = 0; i < 2; i++) {
        int peer = sending_open();

        sending_pass(peer, "one");
        sending_pass(peer, "two");
        tcp_reset(peer);
        sending_wait_for_end(sending.outbox.fd);
        ck_assert(!kit_outbox_is_open(&sending.outbox));
    }
    ck_assert_int_eq(captured_lines(), 2);
    ck_assert_ptr_nonnull(
        strstr(strchr(captured(), '\n'), "numbers 1 to 2 of this chat"));
}
END_TEST

TEST_SUITE(outbox_losses, 60, sending_setup, NULL)
{
    tcase_add_tests(tcase, reset_at_the_end, loss_is_remembered,
                    numbers_of_each_connection);
    tcase_add_loop_test(tcase, connection_ends, 0,
                        NOTICES * (int)COUNT(endings));
    tcase_add_loop_test(tcase, line_after_the_fin, 0, NOTICES);
}
