/* SPDX-License-Identifier: MIT */
/* Answers as bytes. */
#include "tests/attack/tricks.h"

#include <sysexits.h>

#define OK      "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define BLANKS  "                                                              "

#define GOES_ON(n, o, a)                                                       \
    {                                                                          \
        .name = n, .once = o, .again = a, .code = EX_UNAVAILABLE               \
    }

const struct trick tricks_endless[TRICKS_ENDLESS] = {
    GOES_ON("a body of 100 MB", OK "Content-Length: 104857600\r\n\r\n", BLANKS),
    GOES_ON("a body without an end", OK "\r\n", BLANKS),
    GOES_ON("chunks", CHUNKED, "1\r\n \r\n"),
    GOES_ON("a chunk's size", CHUNKED, "0"),
    GOES_ON("trailers", CHUNKED "0\r\n", "X: y\r\n"),
    GOES_ON("headers", OK, "X: y\r\n"),
    GOES_ON("a header", OK "X: ", BLANKS),
    GOES_ON("a folded header", OK "X: y\r\n", " y\r\n"),
    GOES_ON("cookies", OK, "Set-Cookie: a=b\r\n"),
    GOES_ON("a status line", "HTTP/1.1 200 ", BLANKS),
    GOES_ON("empty lines", "", "\r\n"),
    GOES_ON("100s", "", "HTTP/1.1 100 Continue\r\n\r\n"),
    GOES_ON("103s", "", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    GOES_ON("no HTTP", "", "\xff"),
};

#define DRIPS(n, o, a)                                                         \
    {                                                                          \
        .name = n, .once = o, .again = a, .every = 100, .code = EX_UNAVAILABLE \
    }

const struct trick tricks_slow[TRICKS_SLOW] = {
    DRIPS("nothing", "", ""),
    DRIPS("a slow header", OK "X: ", "x"),
    DRIPS("a slow body", OK "Content-Length: 9999\r\n\r\n", " "),
    DRIPS("slow chunks", CHUNKED, "1\r\n \r\n"),
    DRIPS("a chunk's extension", CHUNKED "1;", BLANKS),
    DRIPS("slow 100s", "", "HTTP/1.1 100 Continue\r\n\r\n"),
};

/* For both requests; bob would be where the trap is. */
#define BODY                                                                   \
    "{\"token\":\"" TRICKS_TOKEN "\",\"ip_addr\":\"127.0.0.1\",\"port\":@,"    \
    "\"secret\":\"" TRICKS_SECRET "\",\"senderinfo\":"                         \
    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
#define TO "Location: http://127.0.0.1:@/login\r\n\r\n" BODY

/* A message 2 in order, for who unpacks it. */
static const char zipped[] =
    OK "Content-Encoding: gzip\r\nContent-Length: 50\r\n\r\n"
       "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x2a\xc9\xcf\x4e\xcd"
       "\x53\xb2\x52\x32\x30\x34\x32\x36\x31\x35\x33\xb7\xb0\x4c\x4c\x4a\x4e"
       "\x49\x4d\xd3\x85\x48\xd4\x02\x00\xbc\xf4\xb3\x1c\x22\x00\x00\x00";

#define ENDS(n, o, c)                                                          \
    {                                                                          \
        .name = n, .once = o, .code = c                                        \
    }

const struct trick tricks_wrong[TRICKS_WRONG] = {
    ENDS("301", "HTTP/1.1 301 Moved\r\n" TO, EX_PROTOCOL),
    ENDS("302", "HTTP/1.1 302 Found\r\n" TO, EX_PROTOCOL),
    ENDS("303", "HTTP/1.1 303 See Other\r\n" TO, EX_PROTOCOL),
    ENDS("307", "HTTP/1.1 307 Moved\r\n" TO, EX_PROTOCOL),
    ENDS("308", "HTTP/1.1 308 Moved\r\n" TO, EX_PROTOCOL),
    ENDS("Refresh", OK "Refresh: 0; url=http://127.0.0.1:@/\r\n\r\n<html>",
         EX_PROTOCOL),
    ENDS("Basic",
         "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n\r\n" BODY,
         EX_NOPERM),
    ENDS("a proxy's",
         "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\n\r\n" BODY,
         EX_PROTOCOL),
    {.name = "zipped",
     .once = zipped,
     .len = sizeof zipped - 1,
     .code = EX_PROTOCOL},
    ENDS("no content", "HTTP/1.1 204 No Content\r\n\r\n", EX_PROTOCOL),
    ENDS("205", "HTTP/1.1 205 Reset\r\n\r\n" BODY, EX_PROTOCOL),
    ENDS("101", "HTTP/1.1 101 Other\r\nUpgrade: x\r\n\r\n" BODY, EX_PROTOCOL),
    ENDS("HTTP/3", "HTTP/3.0 200 OK\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("no status", "HTTP/1.1 OK\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("99", "HTTP/1.1 99 Low\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("no head", BODY, EX_UNAVAILABLE),
    ENDS("the end", "", EX_UNAVAILABLE),
    ENDS("half a head", OK "Content-Le", EX_PROTOCOL),
    ENDS("half a body", OK "Content-Length: 999\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("a body cut", OK "Content-Length: 20\r\n\r\n" BODY, EX_PROTOCOL),
    ENDS("less than nothing", OK "Content-Length: -1\r\n\r\n" BODY,
         EX_UNAVAILABLE),
    ENDS("no length", OK "Content-Length: x\r\n\r\n" BODY, EX_UNAVAILABLE),
    ENDS("two lengths",
         OK "Content-Length: 2\r\nContent-Length: 20\r\n\r\n" BODY,
         EX_PROTOCOL),
    ENDS("half a chunk", CHUNKED "ff\r\n{", EX_UNAVAILABLE),
    ENDS("no chunk", CHUNKED BODY, EX_UNAVAILABLE),
    ENDS("a huge chunk", CHUNKED "ffffffffffffffff\r\n" BODY, EX_UNAVAILABLE),
};
