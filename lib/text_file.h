/* SPDX-License-Identifier: MIT */
/*
 * Reads text files as editors on Windows, macOS and Linux write them. All text
 * files of the kit are read with these functions. A byte order mark or carriage
 * returns make no difference, and other encodings cause a clear error message.
 */
#ifndef KIT_TEXT_FILE_H
#define KIT_TEXT_FILE_H

#include <stddef.h>

#include "backends/crypto.h"

enum { KIT_TEXT_FILE_WHY = 128 }; /* room for every error message below */

/*
 * What is accepted. In all cases, a UTF-8 byte order mark at the start is
 * removed, and CR LF and a lone CR become LF.
 */
enum kit_encoding {
    KIT_UTF8,     /* UTF-8 without zero bytes; anything else is an error */
    KIT_8BIT,     /* the same, but bytes over 127 need not be UTF-8 */
    KIT_ANY_TEXT, /* UTF-16 and Windows-1252 (Latin-1) are converted to UTF-8,
                     and zero bytes to spaces. Only UTF-32 is an error. */
};

/*
 * kit_text_file_read: reads the rest of the file FD, at most MOST bytes, and
 * does not close it. Returns it as a string, to be freed (and, if it is secret,
 * wiped) by the caller. On failure returns NULL and writes to WHY what is wrong
 * and what to do, for printing after the file's name and a colon: "line 3 is
 * not UTF-8 (Latin-1?): save it as UTF-8".
 */
char *kit_text_file_read(char why[KIT_TEXT_FILE_WHY], int fd, size_t most,
                         enum kit_encoding encoding) KIT_MUST_CHECK;

/*
 * kit_text_file_clean: does the same to LEN bytes in memory. TEXT is the start
 * of a file. LEN becomes smaller or stays the same. ENCODING is KIT_UTF8 or
 * KIT_8BIT. Returns 0; or -1 with WHY, and TEXT unchanged.
 */
int kit_text_file_clean(char why[KIT_TEXT_FILE_WHY], char *text, size_t *len,
                        enum kit_encoding encoding) KIT_MUST_CHECK;

/*
 * kit_text_file_bom_len: returns 3 if the LEN bytes of TEXT begin with a UTF-8
 * byte order mark, which has 3 bytes, and 0 if not.
 */
size_t kit_text_file_bom_len(const char *text, size_t len);

#endif
