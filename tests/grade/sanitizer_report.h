/* SPDX-License-Identifier: MIT */
/*
 * Reading the reports of AddressSanitizer, LeakSanitizer and UBSan. TEXT is
 * always everything that a program wrote on standard error.
 */
#ifndef GRADE_SANITIZER_REPORT_H
#define GRADE_SANITIZER_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * sanitizer_report_summary: summarizes the first report in TEXT, as
 * "stack-buffer-overflow in sender.c:41 (read_chat_response)". Returns false if
 * there is no report.
 */
bool sanitizer_report_summary(char *out, size_t out_size, const char *text);

/*
 * sanitizer_report_no_start: returns the line of TEXT, made printable, in which
 * a sanitizer reports that it cannot start on this machine; or NULL.
 */
const char *sanitizer_report_no_start(const char *text);

/*
 * sanitizer_report_no_leak_check: whether LeakSanitizer could not examine the
 * process. If it can examine a correct program on this machine, then this
 * program has used up its own descriptors or memory.
 */
bool sanitizer_report_no_leak_check(const char *text);

#endif
