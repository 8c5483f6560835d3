/* SPDX-License-Identifier: MIT */
/*
 * Request smuggling: a request that a proxy and a server could read
 * differently, directly followed by a good one. The server must refuse the
 * first and must not read the second.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/attack/raw.h"
#include "tests/attack/setup.h"
#include "tests/support/database.h"
#include "tests/support/figure.h"
#include "tests/support/rejected.h"
#include "tests/support/suites.h"

enum {
    TIMES = 5, /* each request, in turn with a baseline request */
    RATIO = 5, /* the longest requests have 40,000 bytes */
};

/* --- The requests --------------------------------------------------------- */
/*
 * REFUSED: malformed, and its status depends on the HTTP library. The others
 * are well-formed, and the protocol gives their status.
 */

#define BYTES(bytes) (bytes), sizeof(bytes) - 1

/* WITH: Host, the right length and FIELDS. FIELDS: Host and FIELDS only. */
#define WITH(fields)   BYTES(RAW_LINE RAW_LENGTH fields "\r\n" RAW_BODY)
#define FIELDS(fields) BYTES(RAW_LINE fields "\r\n" RAW_BODY)
#define LENGTH(value)  FIELDS("Content-Length:" value "\r\n")
#define CODING(value)  WITH("Transfer-Encoding:" value "\r\n")

/* A different request LINE, with the usual fields and body. */
#define FIRST(line) BYTES(line "Host: lab\r\n" RAW_LENGTH "\r\n" RAW_BODY)

#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define CHUNKS  "39\r\n" RAW_BODY "\r\n0\r\n\r\n"

static const struct {
    const char *what;
    const char *bytes;
    size_t len;
    int wanted; /* the status, or REFUSED */
} requests[] = {
    /* Lengths. */
    {"1 GiB", LENGTH(" 1073741824"), 413},
    {"no length", FIELDS(""), 400},
    {"the same length twice", WITH(RAW_LENGTH), REFUSED},
    {"the longer one first", WITH("Content-Length: 0\r\n"), REFUSED},
    {"the shorter one first", FIELDS("Content-Length: 0\r\n" RAW_LENGTH),
     REFUSED},
    {"a list of lengths", LENGTH(" 57, 57"), REFUSED},
    {"a list without blanks", LENGTH(" 57,57"), REFUSED},
    {"a plus sign", LENGTH(" +57"), REFUSED},
    {"a minus sign", LENGTH(" -57"), REFUSED},
    {"minus zero", LENGTH(" -0"), REFUSED},
    {"hexadecimal", LENGTH(" 0x39"), REFUSED},
    {"a fraction", LENGTH(" 57.0"), REFUSED},
    {"an exponent", LENGTH(" 57e0"), REFUSED},
    {"quoted", LENGTH(" \"57\""), REFUSED},
    {"two numbers", LENGTH(" 5 7"), REFUSED},
    {"a word after it", LENGTH(" 57 bytes"), REFUSED},
    {"an empty length", LENGTH(""), REFUSED},
    {"a blank for a length", LENGTH("  "), REFUSED},
    {"a vertical tab before it", LENGTH("\v57"), REFUSED},
    {"a form feed after it", LENGTH(" 57\f"), REFUSED},
    {"NUL after it", LENGTH(" 57\0"), REFUSED},
    {"full-width digits", LENGTH(" \xef\xbc\x95\xef\xbc\x97"), REFUSED},
    {"2^32 + 57", LENGTH(" 4294967353"), 413},
    {"2^63 + 57", LENGTH(" 9223372036854775865"), 413},
    {"2^64 + 57", LENGTH(" 18446744073709551673"), REFUSED},
    {"2^64 - 1", LENGTH(" 18446744073709551615"), REFUSED},
    {"a folded length", LENGTH("\r\n 57"), REFUSED},
    {"a blank before its colon", FIELDS("Content-Length : 57\r\n"), REFUSED},
    {"a tab before its colon", FIELDS("Content-Length\t: 57\r\n"), REFUSED},
    {"an underscore", FIELDS("Content_Length: 57\r\n"), REFUSED},

    /* Codings. */
    {"chunked", BYTES(RAW_LINE CHUNKED "\r\n" CHUNKS), REFUSED},
    {"chunked and a length", CODING(" chunked"), REFUSED},
    {"a length and chunks", BYTES(RAW_LINE RAW_LENGTH CHUNKED "\r\n" CHUNKS),
     REFUSED},
    {"identity", CODING(" identity"), REFUSED},
    {"an empty coding", CODING(""), REFUSED},
    {"an unknown coding", CODING(" xchunked"), REFUSED},
    {"two codings in a field", CODING(" gzip, chunked"), REFUSED},
    {"two fields", CODING(" chunked\r\nTransfer-Encoding: identity"), REFUSED},
    {"capital letters", WITH("TRANSFER-ENCODING: CHUNKED\r\n"), REFUSED},
    {"no blank before the coding", CODING("chunked"), REFUSED},
    {"a tab before the coding", CODING("\tchunked"), REFUSED},
    {"a vertical tab before the coding", CODING("\vchunked"), REFUSED},
    {"a quoted coding", CODING(" \"chunked\""), REFUSED},
    {"a folded coding", CODING("\r\n chunked"), REFUSED},
    {"a blank before the colon", WITH("Transfer-Encoding : chunked\r\n"),
     REFUSED},
    {"a tab before the colon", WITH("Transfer-Encoding\t: chunked\r\n"),
     REFUSED},
    {"a NUL in the name", WITH("Transfer\0-Encoding: chunked\r\n"), REFUSED},
    {"after a bare LF", WITH("X: a\nTransfer-Encoding: chunked\r\n"), REFUSED},
    {"after a bare CR", WITH("X: a\rTransfer-Encoding: chunked\r\n"), REFUSED},
    {"a soft hyphen in the name",
     WITH("Transfer-En\xc2\255coding: chunked\r\n"), REFUSED},

    /* Lines. */
    {"a folded field", WITH("X: a\r\n b\r\n"), REFUSED},
    {"folded with a tab", WITH("X: a\r\n\tb\r\n"), REFUSED},
    {"folded to nothing", WITH("X: a\r\n \r\n"), REFUSED},
    {"a fold as the first field", FIELDS(" X: a\r\n" RAW_LENGTH), REFUSED},
    {"a blank before a name", WITH(" X: a\r\n"), REFUSED},
    {"a blank in a name", WITH("X Y: a\r\n"), REFUSED},
    {"no name", WITH(": a\r\n"), REFUSED},
    {"no colon", WITH("X\r\n"), REFUSED},
    {"a bare LF", WITH("X: a\n"), REFUSED},
    {"a bare LF first", FIELDS("X: a\n" RAW_LENGTH), REFUSED},
    {"an empty line of one LF", BYTES(RAW_LINE RAW_LENGTH "\n" RAW_BODY),
     REFUSED},
    {"LF alone",
     BYTES("POST /login HTTP/1.1\nHost: lab\nContent-Length: 57\n\n" RAW_BODY),
     REFUSED},
    {"a bare CR", WITH("X: a\rb\r\n"), REFUSED},
    {"two CRs", WITH("X: a\r\r\n"), REFUSED},
    {"NUL in a name", WITH("X\0Y: a\r\n"), REFUSED},
    {"NUL in a value", WITH("X: a\0b\r\n"), REFUSED},
    {"a control character", WITH("X: \x01\r\n"), REFUSED},
    {"DEL", WITH("X: \x7f\r\n"), REFUSED},
    {"a name with the eighth bit", WITH("X\xff: a\r\n"), REFUSED},
    {"no host", BYTES("POST /login HTTP/1.1\r\n" RAW_LENGTH "\r\n" RAW_BODY),
     REFUSED},
    {"no host, HTTP/1.0",
     BYTES("POST /login HTTP/1.0\r\n" RAW_LENGTH "\r\n" RAW_BODY), REFUSED},
    {"two hosts", WITH("Host: other\r\n"), REFUSED},
    {"the same host twice", WITH("Host: lab\r\n"), REFUSED},

    /* Request lines. */
    {"HTTP/1.0 chunked",
     BYTES("POST /login HTTP/1.0\r\nHost: lab\r\n" CHUNKED RAW_LENGTH
           "\r\n" RAW_BODY),
     REFUSED},
    {"HTTP/0.9", BYTES("GET /login\r\n"), REFUSED},
    {"no version", FIRST("POST /login\r\n"), REFUSED},
    {"half a version", FIRST("POST /login HTTP/1\r\n"), REFUSED},
    {"a letter after the version", FIRST("POST /login HTTP/1.1x\r\n"), REFUSED},
    {"small letters", FIRST("POST /login http/1.1\r\n"), REFUSED},
    {"two blanks", FIRST("POST  /login HTTP/1.1\r\n"), REFUSED},
    {"a blank at the end", FIRST("POST /login HTTP/1.1 \r\n"), REFUSED},
    {"NUL in the path", FIRST("POST /login\0 HTTP/1.1\r\n"), REFUSED},
    {"a line ended by LF", FIRST("POST /login HTTP/1.1\n"), REFUSED},
    {"a line ended by CR", FIRST("POST /login HTTP/1.1\r"), REFUSED},
    {"tabs", FIRST("POST\t/login\tHTTP/1.1\r\n"), REFUSED},
    {"a blank before the request line", FIRST(" POST /login HTTP/1.1\r\n"),
     REFUSED},
    {"HTTP/2", FIRST("POST /login HTTP/2.0\r\n"), REFUSED},
    {"the preface of HTTP/2",
     BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0"), REFUSED},
    {"an absolute URL", FIRST("POST http://other/login HTTP/1.1\r\n"), 404},
    {"a path with a blank", FIRST("POST /login x HTTP/1.1\r\n"), REFUSED},
    {"CONNECT", FIRST("CONNECT lab:443 HTTP/1.1\r\n"), 404},
    {"an unknown method", FIRST("\xff\xff /login HTTP/1.1\r\n"), REFUSED},
};

#define END "\r\n" RAW_BODY

/* BEFORE, then FILLER repeated, then AFTER. */
static const struct long_request {
    const char *what;
    const char *before, *filler, *after;
    int times;
    int wanted;
} long_requests[] = {
    {"a name of 40,000 bytes", RAW_LINE RAW_LENGTH, "X", ": a\r\n" END, 40000,
     REFUSED},
    {"a value of 40,000 bytes", RAW_LINE RAW_LENGTH "X: ", "a", "\r\n" END,
     40000, REFUSED},
    {"10,000 fields", RAW_LINE RAW_LENGTH, "X: a\r\n", END, 10000, REFUSED},
    {"10,000 lengths", RAW_LINE, RAW_LENGTH, END, 10000, REFUSED},
    {"100 lengths", RAW_LINE, RAW_LENGTH, END, 100, REFUSED},
    {"a length of 4,000 digits", RAW_LINE "Content-Length: ", "9", "\r\n" END,
     4000, REFUSED},
    {"4,000 zeros and 57", RAW_LINE "X: a\r\nContent-Length: 57, ", "0",
     "57\r\n" END, 4000, REFUSED},
    {"a fold of 4,000 lines", RAW_LINE RAW_LENGTH "X: a\r\n", " b\r\n", END,
     4000, REFUSED},
    {"a path of 40,000 bytes", "POST /", "a",
     " HTTP/1.1\r\nHost: lab\r\n" RAW_LENGTH END, 40000, REFUSED},
    {"a method of 40,000 bytes", "", "P",
     " /login HTTP/1.1\r\nHost: lab\r\n" RAW_LENGTH END, 40000, REFUSED},
};

/* --- The tests ------------------------------------------------------------ */

static struct raw_answer answer;

/* The results of all requests together. */
static struct {
    long tried, wrong, open, repeated;
    struct times times, baseline;
} sum;

/* There must be one answer, or none if REFUSED, and then the end. */
static void judge(const char *what, int wanted)
{
    sum.tried++;
    if (!status_fits(answer.status, wanted) || answer.answers > 1 ||
        (answer.answers == 0 && wanted != REFUSED)) {
        sum.wrong++;
        fprintf(stderr, "%s: %d answers, the first is %d instead of %d\n", what,
                answer.answers, answer.status, wanted);
    }
    if (!answer.ended) {
        sum.open++;
        fprintf(stderr, "%s: the connection stays open\n", what);
    }
    sum.repeated += answer.more > 0;
}

/* Sends LEN bytes of a request and the second request. */
static void send_both(const char *bytes, size_t len, enum raw_way way)
{
    char *all = malloc(len + sizeof RAW_SECOND);

    ck_assert_ptr_nonnull(all);
    memcpy(all, bytes, len);
    memcpy(all + len, RAW_SECOND, sizeof RAW_SECOND);
    raw_send(&answer, target.fixture.url, all, len + sizeof RAW_SECOND - 1,
             way);
    free(all);
}

static void try(const char *what, const char *bytes, size_t len, int wanted)
{
    for (int i = 0; i < TIMES; i++) {
        raw_post(&answer, target.fixture.url, "/nowhere", "{}", 2);
        times_add(&sum.baseline, answer.ms);
        send_both(bytes, len, RAW_AT_ONCE);
        times_add(&sum.times, answer.ms);
        judge(what, wanted);
    }
}

static void try_long(const struct long_request *request)
{
    size_t before = strlen(request->before), filler = strlen(request->filler);
    size_t len = before + filler * (size_t)request->times;
    size_t all = len + strlen(request->after);
    char *bytes = malloc(all + 1);

    ck_assert_ptr_nonnull(bytes);
    memcpy(bytes, request->before, before);
    for (size_t at = before; at < len; at += filler)
        memcpy(bytes + at, request->filler, filler);
    strcpy(bytes + len, request->after);
    try(request->what, bytes, all, request->wanted);
    free(bytes);
}

static long count_sessions(void)
{
    return database_number(&target, "SELECT count(*) FROM sessions");
}

static void show_sum(void)
{
    figure_note("requests", (double)sum.tried, "");
    figure_is("not refused, or answered twice", sum.wrong, 0);
    figure_is("connections left open", sum.open, 0);
    figure_note("answers whose head the library sends twice",
                (double)sum.repeated, "");
    figure_is("first or second requests executed", count_sessions(), 0);
}

START_TEST(at_once)
{
    row_begin("07 requests with an ambiguous end");
    for (size_t i = 0; i < COUNT(requests); i++)
        try(requests[i].what, requests[i].bytes, requests[i].len,
            requests[i].wanted);
    for (size_t i = 0; i < COUNT(long_requests); i++)
        try_long(&long_requests[i]);
    show_sum();
    figure_times("answers", &sum.times, &sum.baseline, RATIO);
    times_free(&sum.times);
    times_free(&sum.baseline);
    row_end();
}
END_TEST

/* The result must not depend on how the bytes arrive. */
START_TEST(byte_by_byte)
{
    row_begin("07 the same, each byte in its own packet");
    for (size_t i = 0; i < COUNT(requests); i++) {
        send_both(requests[i].bytes, requests[i].len, RAW_BYTE_BY_BYTE);
        judge(requests[i].what, requests[i].wanted);
    }
    show_sum();
    row_end();
}
END_TEST

/* Shows that the tests above can fail: here the second request is executed. */
START_TEST(good)
{
    row_begin("07 the same with a good first request");
    send_both(RAW_LOGIN, sizeof RAW_LOGIN - 1, RAW_AT_ONCE);
    figure_is("status", answer.status, 200);
    figure_is("answers", answer.answers, 2);
    figure_is("requests executed", count_sessions(), 2);
    row_end();
}
END_TEST

TEST_SUITE(smuggling, 120, setup_server, teardown_target)
{
    tcase_add_tests(tcase, at_once, byte_by_byte, good);
}
