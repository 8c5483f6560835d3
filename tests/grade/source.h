/* SPDX-License-Identifier: MIT */
/* Reading the text files of a submission. */
#ifndef GRADE_SOURCE_H
#define GRADE_SOURCE_H

enum { SOURCE_MAX = 1 << 20 }; /* bytes of one file */

/*
 * source_read: reads the text file FOLDER/FILE, without byte order mark and
 * carriage returns. The caller frees the result. Returns NULL if the file is
 * missing, not a regular file, too large, or in UTF-16; then WHY is the reason,
 * valid until the next call. source_read_any_text does the same, but converts
 * UTF-16 and Latin-1 to UTF-8.
 */
char *source_read(const char **why, const char *folder, const char *file);
char *source_read_any_text(const char **why, const char *folder,
                           const char *file);

#endif
