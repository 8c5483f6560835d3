/* SPDX-License-Identifier: MIT */
/* The results of a run of make bench: results.json, and a table from it. */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

#include <cjson/cJSON.h>

/*
 * report_read: the results of the file RECORDS, which bench_compare wrote, with
 * the machine and the date. Free it with cJSON_Delete.
 */
cJSON *report_read(const char *records);

/* report_write: writes RESULTS to the file PATH. Returns 0 or -1. */
int report_write(const char *path, const cJSON *results);

/*
 * report_print: prints RESULTS as a table. Returns how many goals were missed.
 */
int report_print(const cJSON *results);

#endif
