/* SPDX-License-Identifier: MIT */
/*
 * Every way that we know to make two readers disagree about a request. What
 * the protocol names is 400 or 413; the rest ends in another refusal, after
 * which nothing is read either.
 */
#include "tests/attack/shapes.h"

#define RAW(bytes) (bytes), sizeof(bytes) - 1

/* The fields besides Host, the usual length among them; or all but it. */
#define WITH(fields)   RAW(SHAPE_LINE SHAPE_LENGTH fields "\r\n" SHAPE_BODY)
#define FIELDS(fields) RAW(SHAPE_LINE fields "\r\n" SHAPE_BODY)
#define LENGTH(value)  FIELDS("Content-Length:" value "\r\n")
#define CODING(value)  WITH("Transfer-Encoding:" value "\r\n")

/* Another request line, before the same fields and body. */
#define FIRST(line) RAW(line "Host: lab\r\n" SHAPE_LENGTH "\r\n" SHAPE_BODY)

#define CHUNKED "Transfer-Encoding: chunked\r\n"
#define CHUNKS  "39\r\n" SHAPE_BODY "\r\n0\r\n\r\n"

const struct shape shapes[] = {
    /* Lengths. */
    {"1 GiB", LENGTH(" 1073741824"), 413},
    {"no length", FIELDS(""), 400},
    {"two lengths alike", WITH(SHAPE_LENGTH), 400},
    {"two lengths", WITH("Content-Length: 0\r\n"), 400},
    {"the longer one first", FIELDS("Content-Length: 0\r\n" SHAPE_LENGTH), 400},
    {"a list of lengths", LENGTH(" 57, 57"), 400},
    {"a list without blanks", LENGTH(" 57,57"), 400},
    {"plus", LENGTH(" +57"), 400},
    {"minus", LENGTH(" -57"), 400},
    {"minus nothing", LENGTH(" -0"), 400},
    {"hexadecimal", LENGTH(" 0x39"), 400},
    {"a fraction", LENGTH(" 57.0"), 400},
    {"an exponent", LENGTH(" 57e0"), 400},
    {"quoted", LENGTH(" \"57\""), 400},
    {"two numbers", LENGTH(" 5 7"), 400},
    {"a word behind", LENGTH(" 57 bytes"), 400},
    {"no number", LENGTH(""), 400},
    {"a blank for a number", LENGTH("  "), 400},
    {"a vertical tab before", LENGTH("\v57"), 400},
    {"a form feed behind", LENGTH(" 57\f"), 400},
    {"NUL behind", LENGTH(" 57\0"), 400},
    {"other digits", LENGTH(" \xef\xbc\x9X"), 400},
    {"2^32 + 57", LENGTH(" 4294967353"), 413},
    {"2^63 + 57", LENGTH(" 9223372036854775865"), 413},
    {"2^64 + 57", LENGTH(" 18446744073709551673"), 413},
    {"2^64 - 1", LENGTH(" 18446744073709551615"), 413},
    {"a folded length", LENGTH("\r\n 57"), 400},
    {"a blank before its colon", FIELDS("Content-Length : 57\r\n"), 400},
    {"a tab before its colon", FIELDS("Content-Length\t: 57\r\n"), 400},
    {"an underscore", FIELDS("Content_Length: 57\r\n"), 400},

    /* Codings. */
    {"chunked", RAW(SHAPE_LINE CHUNKED "\r\n" CHUNKS), 400},
    {"chunked and a length", CODING(" chunked"), 400},
    {"a length and chunks", RAW(SHAPE_LINE SHAPE_LENGTH CHUNKED "\r\n" CHUNKS),
     400},
    {"identity", CODING(" identity"), 400},
    {"no coding", CODING(""), 400},
    {"an unknown coding", CODING(" xchunked"), 400},
    {"two in one", CODING(" gzip, chunked"), 400},
    {"two fields", CODING(" chunked\r\nTransfer-Encoding: identity"), 400},
    {"large letters", WITH("TRANSFER-ENCODING: CHUNKED\r\n"), 400},
    {"no blank", CODING("chunked"), 400},
    {"a tab", CODING("\tchunked"), 400},
    {"a vertical tab", CODING("\vchunked"), 400},
    {"a quoted coding", CODING(" \"chunked\""), 400},
    {"a folded coding", CODING("\r\n chunked"), 400},
    {"a blank before the colon", WITH("Transfer-Encoding : chunked\r\n"), 400},
    {"a tab before the colon", WITH("Transfer-Encoding\t: chunked\r\n"), 400},
    {"a NUL in the name", WITH("Transfer\0-Encoding: chunked\r\n"), 400},
    {"behind a bare LF", WITH("X: a\nTransfer-Encoding: chunked\r\n"), 400},
    {"behind a bare CR", WITH("X: a\rTransfer-Encoding: chunked\r\n"), 400},
    {"a sign of another script", WITH("Transfer-En\xc2\255coding: chunked\r\n"),
     400},

    /* Lines. */
    {"a folded field", WITH("X: a\r\n b\r\n"), 400},
    {"folded with a tab", WITH("X: a\r\n\tb\r\n"), 400},
    {"folded to nothing", WITH("X: a\r\n \r\n"), 400},
    {"a fold before all", FIELDS(" X: a\r\n" SHAPE_LENGTH), 400},
    {"a blank before a name", WITH(" X: a\r\n"), 400},
    {"a blank in a name", WITH("X Y: a\r\n"), 400},
    {"no name", WITH(": a\r\n"), 400},
    {"no colon", WITH("X\r\n"), 400},
    {"a bare LF", WITH("X: a\n"), 400},
    {"a bare LF first", FIELDS("X: a\n" SHAPE_LENGTH), 400},
    {"an empty line of one LF", RAW(SHAPE_LINE SHAPE_LENGTH "\n" SHAPE_BODY),
     400},
    {"LF alone",
     RAW("POST /login HTTP/1.1\nHost: lab\nContent-Length: 57\n\n" SHAPE_BODY),
     400},
    {"a bare CR", WITH("X: a\rb\r\n"), 400},
    {"two CRs", WITH("X: a\r\r\n"), 400},
    {"NUL in a name", WITH("X\0Y: a\r\n"), 400},
    {"NUL in a value", WITH("X: a\0b\r\n"), 400},
    {"a control character", WITH("X: \x01\r\n"), 400},
    {"DEL", WITH("X: \x7f\r\n"), 400},
    {"a name with the eighth bit", WITH("X\xff: a\r\n"), 400},
    {"two hosts", WITH("Host: other\r\n"), 400},
    {"two hosts alike", WITH("Host: lab\r\n"), 400},

    /* Request lines. */
    {"HTTP/1.0 chunked",
     RAW("POST /login HTTP/1.0\r\n" CHUNKED SHAPE_LENGTH "\r\n" SHAPE_BODY),
     400},
    {"HTTP/0.9", RAW("GET /login\r\n"), 400},
    {"no version", FIRST("POST /login\r\n"), 400},
    {"half a version", FIRST("POST /login HTTP/1\r\n"), 400},
    {"too much of it", FIRST("POST /login HTTP/1.1x\r\n"), 400},
    {"small letters", FIRST("POST /login http/1.1\r\n"), 400},
    {"two blanks", FIRST("POST  /login HTTP/1.1\r\n"), 400},
    {"a blank at the end", FIRST("POST /login HTTP/1.1 \r\n"), 400},
    {"NUL in the path", FIRST("POST /login\0 HTTP/1.1\r\n"), 400},
    {"a line ended by LF", FIRST("POST /login HTTP/1.1\n"), 400},
    {"a line ended by CR", FIRST("POST /login HTTP/1.1\r"), 400},
    {"tabs", FIRST("POST\t/login\tHTTP/1.1\r\n"), 0},
    {"a blank before it", FIRST(" POST /login HTTP/1.1\r\n"), 0},
    {"HTTP/2", FIRST("POST /login HTTP/2.0\r\n"), 505},
    {"the preface of HTTP/2",
     RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0"), 505},
    {"an absolute path", FIRST("POST http://other/login HTTP/1.1\r\n"), 404},
    {"a path with a blank", FIRST("POST /login x HTTP/1.1\r\n"), 404},
    {"CONNECT", FIRST("CONNECT lab:443 HTTP/1.1\r\n"), 404},
    {"an unknown method", FIRST("\xff\xff /login HTTP/1.1\r\n"), 405},
};

const size_t shape_count = sizeof shapes / sizeof shapes[0];

#define END "\r\n" SHAPE_BODY

const struct long_shape long_shapes[] = {
    {"a name of 40,000 bytes", SHAPE_LINE SHAPE_LENGTH, "X", ": a\r\n" END,
     40000, 431},
    {"a value of 40,000 bytes", SHAPE_LINE SHAPE_LENGTH "X: ", "a", "\r\n" END,
     40000, 431},
    {"10,000 fields", SHAPE_LINE SHAPE_LENGTH, "X: a\r\n", END, 10000, 431},
    {"10,000 lengths", SHAPE_LINE, SHAPE_LENGTH, END, 10000, 431},
    {"100 lengths", SHAPE_LINE, SHAPE_LENGTH, END, 100, 400},
    {"a length of 4,000 digits", SHAPE_LINE "Content-Length: ", "9", "\r\n" END,
     4000, 413},
    {"4,000 zeros and 57", SHAPE_LINE "X: a\r\nContent-Length: 57, ", "0",
     "57\r\n" END, 4000, 400},
    {"a fold of 4,000 lines", SHAPE_LINE SHAPE_LENGTH "X: a\r\n", " b\r\n", END,
     4000, 400},
    {"a path of 40,000 bytes", "POST /", "a",
     " HTTP/1.1\r\nHost: lab\r\n" SHAPE_LENGTH END, 40000, 414},
    {"a method of 40,000 bytes", "", "P",
     " /login HTTP/1.1\r\nHost: lab\r\n" SHAPE_LENGTH END, 40000, 414},
};

const size_t long_shape_count = sizeof long_shapes / sizeof long_shapes[0];
