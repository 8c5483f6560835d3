/* SPDX-License-Identifier: MIT */
/*
 * Every way that we know to make two readers disagree about a request. They
 * are REFUSED, some of them by the library; what is well-formed has the status
 * that the protocol names.
 */
#include "tests/attack/shapes.h"

#include "tests/support/rejected.h"

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
    {"two lengths alike", WITH(SHAPE_LENGTH), REFUSED},
    {"two lengths", WITH("Content-Length: 0\r\n"), REFUSED},
    {"the longer one first", FIELDS("Content-Length: 0\r\n" SHAPE_LENGTH),
     REFUSED},
    {"a list of lengths", LENGTH(" 57, 57"), REFUSED},
    {"a list without blanks", LENGTH(" 57,57"), REFUSED},
    {"plus", LENGTH(" +57"), REFUSED},
    {"minus", LENGTH(" -57"), REFUSED},
    {"minus nothing", LENGTH(" -0"), REFUSED},
    {"hexadecimal", LENGTH(" 0x39"), REFUSED},
    {"a fraction", LENGTH(" 57.0"), REFUSED},
    {"an exponent", LENGTH(" 57e0"), REFUSED},
    {"quoted", LENGTH(" \"57\""), REFUSED},
    {"two numbers", LENGTH(" 5 7"), REFUSED},
    {"a word behind", LENGTH(" 57 bytes"), REFUSED},
    {"no number", LENGTH(""), REFUSED},
    {"a blank for a number", LENGTH("  "), REFUSED},
    {"a vertical tab before", LENGTH("\v57"), REFUSED},
    {"a form feed behind", LENGTH(" 57\f"), REFUSED},
    {"NUL behind", LENGTH(" 57\0"), REFUSED},
    {"other digits", LENGTH(" \xef\xbc\x9X"), REFUSED},
    {"2^32 + 57", LENGTH(" 4294967353"), 413},
    {"2^63 + 57", LENGTH(" 9223372036854775865"), 413},
    {"2^64 + 57", LENGTH(" 18446744073709551673"), REFUSED},
    {"2^64 - 1", LENGTH(" 18446744073709551615"), REFUSED},
    {"a folded length", LENGTH("\r\n 57"), REFUSED},
    {"a blank before its colon", FIELDS("Content-Length : 57\r\n"), REFUSED},
    {"a tab before its colon", FIELDS("Content-Length\t: 57\r\n"), REFUSED},
    {"an underscore", FIELDS("Content_Length: 57\r\n"), REFUSED},

    /* Codings. */
    {"chunked", RAW(SHAPE_LINE CHUNKED "\r\n" CHUNKS), REFUSED},
    {"chunked and a length", CODING(" chunked"), REFUSED},
    {"a length and chunks", RAW(SHAPE_LINE SHAPE_LENGTH CHUNKED "\r\n" CHUNKS),
     REFUSED},
    {"identity", CODING(" identity"), REFUSED},
    {"no coding", CODING(""), REFUSED},
    {"an unknown coding", CODING(" xchunked"), REFUSED},
    {"two in one", CODING(" gzip, chunked"), REFUSED},
    {"two fields", CODING(" chunked\r\nTransfer-Encoding: identity"), REFUSED},
    {"large letters", WITH("TRANSFER-ENCODING: CHUNKED\r\n"), REFUSED},
    {"no blank", CODING("chunked"), REFUSED},
    {"a tab", CODING("\tchunked"), REFUSED},
    {"a vertical tab", CODING("\vchunked"), REFUSED},
    {"a quoted coding", CODING(" \"chunked\""), REFUSED},
    {"a folded coding", CODING("\r\n chunked"), REFUSED},
    {"a blank before the colon", WITH("Transfer-Encoding : chunked\r\n"),
     REFUSED},
    {"a tab before the colon", WITH("Transfer-Encoding\t: chunked\r\n"),
     REFUSED},
    {"a NUL in the name", WITH("Transfer\0-Encoding: chunked\r\n"), REFUSED},
    {"behind a bare LF", WITH("X: a\nTransfer-Encoding: chunked\r\n"), REFUSED},
    {"behind a bare CR", WITH("X: a\rTransfer-Encoding: chunked\r\n"), REFUSED},
    {"a sign of another script", WITH("Transfer-En\xc2\255coding: chunked\r\n"),
     REFUSED},

    /* Lines. */
    {"a folded field", WITH("X: a\r\n b\r\n"), REFUSED},
    {"folded with a tab", WITH("X: a\r\n\tb\r\n"), REFUSED},
    {"folded to nothing", WITH("X: a\r\n \r\n"), REFUSED},
    {"a fold before all", FIELDS(" X: a\r\n" SHAPE_LENGTH), REFUSED},
    {"a blank before a name", WITH(" X: a\r\n"), REFUSED},
    {"a blank in a name", WITH("X Y: a\r\n"), REFUSED},
    {"no name", WITH(": a\r\n"), REFUSED},
    {"no colon", WITH("X\r\n"), REFUSED},
    {"a bare LF", WITH("X: a\n"), REFUSED},
    {"a bare LF first", FIELDS("X: a\n" SHAPE_LENGTH), REFUSED},
    {"an empty line of one LF", RAW(SHAPE_LINE SHAPE_LENGTH "\n" SHAPE_BODY),
     REFUSED},
    {"LF alone",
     RAW("POST /login HTTP/1.1\nHost: lab\nContent-Length: 57\n\n" SHAPE_BODY),
     REFUSED},
    {"a bare CR", WITH("X: a\rb\r\n"), REFUSED},
    {"two CRs", WITH("X: a\r\r\n"), REFUSED},
    {"NUL in a name", WITH("X\0Y: a\r\n"), REFUSED},
    {"NUL in a value", WITH("X: a\0b\r\n"), REFUSED},
    {"a control character", WITH("X: \x01\r\n"), REFUSED},
    {"DEL", WITH("X: \x7f\r\n"), REFUSED},
    {"a name with the eighth bit", WITH("X\xff: a\r\n"), REFUSED},
    {"no host", RAW("POST /login HTTP/1.1\r\n" SHAPE_LENGTH "\r\n" SHAPE_BODY),
     REFUSED},
    {"no host, HTTP/1.0",
     RAW("POST /login HTTP/1.0\r\n" SHAPE_LENGTH "\r\n" SHAPE_BODY), REFUSED},
    {"two hosts", WITH("Host: other\r\n"), REFUSED},
    {"two hosts alike", WITH("Host: lab\r\n"), REFUSED},

    /* Request lines. */
    {"HTTP/1.0 chunked",
     RAW("POST /login HTTP/1.0\r\nHost: lab\r\n" CHUNKED SHAPE_LENGTH
         "\r\n" SHAPE_BODY),
     REFUSED},
    {"HTTP/0.9", RAW("GET /login\r\n"), REFUSED},
    {"no version", FIRST("POST /login\r\n"), REFUSED},
    {"half a version", FIRST("POST /login HTTP/1\r\n"), REFUSED},
    {"too much of it", FIRST("POST /login HTTP/1.1x\r\n"), REFUSED},
    {"small letters", FIRST("POST /login http/1.1\r\n"), REFUSED},
    {"two blanks", FIRST("POST  /login HTTP/1.1\r\n"), REFUSED},
    {"a blank at the end", FIRST("POST /login HTTP/1.1 \r\n"), REFUSED},
    {"NUL in the path", FIRST("POST /login\0 HTTP/1.1\r\n"), REFUSED},
    {"a line ended by LF", FIRST("POST /login HTTP/1.1\n"), REFUSED},
    {"a line ended by CR", FIRST("POST /login HTTP/1.1\r"), REFUSED},
    {"tabs", FIRST("POST\t/login\tHTTP/1.1\r\n"), REFUSED},
    {"a blank before it", FIRST(" POST /login HTTP/1.1\r\n"), REFUSED},
    {"HTTP/2", FIRST("POST /login HTTP/2.0\r\n"), REFUSED},
    {"the preface of HTTP/2",
     RAW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0"), REFUSED},
    {"an absolute path", FIRST("POST http://other/login HTTP/1.1\r\n"), 404},
    {"a path with a blank", FIRST("POST /login x HTTP/1.1\r\n"), REFUSED},
    {"CONNECT", FIRST("CONNECT lab:443 HTTP/1.1\r\n"), 404},
    {"an unknown method", FIRST("\xff\xff /login HTTP/1.1\r\n"), REFUSED},
};

const size_t shape_count = sizeof shapes / sizeof shapes[0];

#define END "\r\n" SHAPE_BODY

const struct long_shape long_shapes[] = {
    {"a name of 40,000 bytes", SHAPE_LINE SHAPE_LENGTH, "X", ": a\r\n" END,
     40000, REFUSED},
    {"a value of 40,000 bytes", SHAPE_LINE SHAPE_LENGTH "X: ", "a", "\r\n" END,
     40000, REFUSED},
    {"10,000 fields", SHAPE_LINE SHAPE_LENGTH, "X: a\r\n", END, 10000, REFUSED},
    {"10,000 lengths", SHAPE_LINE, SHAPE_LENGTH, END, 10000, REFUSED},
    {"100 lengths", SHAPE_LINE, SHAPE_LENGTH, END, 100, REFUSED},
    {"a length of 4,000 digits", SHAPE_LINE "Content-Length: ", "9", "\r\n" END,
     4000, REFUSED},
    {"4,000 zeros and 57", SHAPE_LINE "X: a\r\nContent-Length: 57, ", "0",
     "57\r\n" END, 4000, REFUSED},
    {"a fold of 4,000 lines", SHAPE_LINE SHAPE_LENGTH "X: a\r\n", " b\r\n", END,
     4000, REFUSED},
    {"a path of 40,000 bytes", "POST /", "a",
     " HTTP/1.1\r\nHost: lab\r\n" SHAPE_LENGTH END, 40000, REFUSED},
    {"a method of 40,000 bytes", "", "P",
     " /login HTTP/1.1\r\nHost: lab\r\n" SHAPE_LENGTH END, 40000, REFUSED},
};

const size_t long_shape_count = sizeof long_shapes / sizeof long_shapes[0];
