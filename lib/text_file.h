/* SPDX-License-Identifier: MIT */
/*
 * Text files as editors on Windows, macOS and Linux write them. All of the kit
 * reads text through here, so that a byte order mark, a carriage return or
 * another encoding makes no difference or gets one clear sentence.
 */
#ifndef KIT_TEXT_FILE_H
#define KIT_TEXT_FILE_H

#include <stddef.h>

#include "backends/crypto.h"

enum { KIT_TEXT_FILE_WHY = 128 }; /* room for any reason below */

/*
 * What is accepted. In all of them a UTF-8 byte order mark at the start is
 * dropped, and CR LF and a lone CR become LF.
 */
enum kit_encoding {
    KIT_UTF8,     /* UTF-8 without zero bytes; all else is an error */
    KIT_ASCII,    /* the same, but bytes over 127 may mean anything */
    KIT_ANY_TEXT, /* UTF-16 and Windows-1252 (Latin-1) become UTF-8; a zero
                     byte becomes a blank. Only UTF-32 is an error. */
};

/*
 * kit_text_file_read: reads all that is left of the file FD, at most MOST
 * bytes. Returns it as a string, for the caller to free (and to wipe before,
 * if it is secret). Returns NULL if that fails, and then WHY says what is
 * wrong and what to do, to be put behind the file's name and a colon: "line 3
 * is not UTF-8 (Latin-1?): save it as UTF-8". Does not close FD.
 */
char *kit_text_file_read(char why[KIT_TEXT_FILE_WHY], int fd, size_t most,
                         enum kit_encoding encoding) KIT_MUST_CHECK;

/*
 * kit_text_file_clean: the same in place, for the LEN bytes of TEXT that begin
 * a file. LEN becomes smaller or stays. ENCODING is KIT_UTF8 or KIT_ASCII.
 * Returns 0; or -1 with WHY, and TEXT unchanged.
 */
int kit_text_file_clean(char why[KIT_TEXT_FILE_WHY], char *text, size_t *len,
                        enum kit_encoding encoding) KIT_MUST_CHECK;

/*
 * kit_text_file_bom_len: how many of the LEN bytes at the start of a file are a
 * UTF-8 byte order mark: 3 or 0. For a reader that must not change the rest.
 */
size_t kit_text_file_bom_len(const char *text, size_t len);

#endif
