/* SPDX-License-Identifier: MIT */
/* The line as bytes: its JSON, its length, its pieces, and what it shows. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/e2e/attacked_receiver.h"
#include "tests/support/forgery.h"
#include "tests/support/suites.h"
#include "tests/support/tcp.h"

/* Members of the right kind, and a number spelled as an integer. */
START_TEST(seqs)
{
    static const char *const spellings[] = {
        "0",  "-1",   "2147483648", "1.0", "1e0",        "\"1\"",
        "01", "null", "true",       "[1]", "1,\"seq\":1"};

    attacked_start(NULL);
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        attacked_line(1, "never");
        snprintf(attacked.made.seq, sizeof attacked.made.seq, "%s",
                 spellings[i]);
        attacked_refuses(forgery_line(&attacked.made));
    }
    /* Out of its range, and sealed so. */
    attacked_refuses(attacked_line(0, "never"));
    attacked_refuses(attacked_line(KIT_SEQ_MAX + INT64_C(1), "never"));
}
END_TEST

/* JSON to the letter, with all three members. */
START_TEST(no_message)
{
    static const char *const texts[] = {
        "\n",
        "{}\n",
        "[]\n",
        "null\n",
        "{\"seq\":1}\n",
        "hello bob\n",
        "{\n",
        "\xff\n",
        "{\"senderinfo\":\"\",\"seq\":1,\"message\":\"\"}\n"};
    char twice[2 * KIT_LINE_MAX];

    attacked_start(NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        attacked_refuses(texts[i]);
    attacked_line(1, "never");
    snprintf(twice, sizeof twice, "%.*s{}\n",
             (int)strlen(attacked.made.line) - 1, attacked.made.line);
    attacked_refuses(twice);
}
END_TEST

/* LEN bytes of a good line, filled up with blanks, with its newline. */
static void blow_up(char *out, size_t len, const char *text)
{
    size_t n = strlen(attacked_line(1, text)) - 1;

    memset(out, ' ', len);
    memcpy(out, attacked.made.line, n);
    out[len - 1] = '\n';
    out[len] = '\0';
}

START_TEST(lengths)
{
    static char line[4 * KIT_LINE_MAX + 1];

    attacked_start(NULL);
    blow_up(line, KIT_LINE_MAX + 1, "never");
    attacked_refuses(line);
    blow_up(line, 4 * KIT_LINE_MAX, "never");
    attacked_refuses(line);
    blow_up(line, KIT_LINE_MAX, "full");
    attacked_shows(line, "full");
}
END_TEST

/* A later version of the protocol may say more. */
START_TEST(unknown_members)
{
    char line[2 * KIT_LINE_MAX];

    attacked_start(NULL);
    snprintf(line, sizeof line, "{\"x\":[1.5,null],%s",
             attacked_line(1, "as before") + 1);
    attacked_shows(line, "as before");
}
END_TEST

/* Text is shown, never obeyed, and never a format. */
START_TEST(shown)
{
    attacked_start(NULL);
    attacked_shows(attacked_line(1, "\x1b[2J\r\n\x07"),
                   "\\x1b[2J\\x0d\\x0a\\x07");
    attacked_shows(attacked_line(2, "%s%n%p"), "%s%n%p");
    attacked_shows(attacked_line(3, "x\nmallory: y"), "x\\x0amallory: y");
}
END_TEST

/* Lines in pieces, several at once, and one silent peer beside them. */
START_TEST(pieces)
{
    int silent, fd;

    attacked_start(NULL);
    silent = tcp_connect_to(attacked.where);
    tcp_send(silent, "{", 1);
    fd = tcp_connect_to(attacked.where);
    attacked_line(1, "byte by byte");
    for (const char *p = attacked.made.line; *p != '\0'; p++)
        tcp_send(fd, p, 1);
    fixture_expect(attacked.bob, "alice: byte by byte");
    attacked_fence();
    close(fd);
    close(silent);
    attacked_fence();
}
END_TEST

TEST_SUITE(lines)
{
    Suite *suite = suite_create("lines");
    TCase *tcase = suite_add_case(suite, "lines");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, attacked_begin, attacked_end);
    tcase_add_tests(tcase, seqs, no_message, lengths, unknown_members, shown,
                    pieces);
    return suite;
}
