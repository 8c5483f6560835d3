/* SPDX-License-Identifier: MIT */
/* Whether another server does what protocol.md demands of /userinfo. */
#ifndef TESTS_BENCH_ANSWERS_H
#define TESTS_BENCH_ANSWERS_H

#include "tests/bench/load.h"

/*
 * answers_check: fails the test unless the server at URL answers and refuses
 * requests as our server does. The users of LOAD and its target are logged in;
 * the first one of the target uses up its limit.
 */
void answers_check(const struct load *load, const char *url);

#endif
