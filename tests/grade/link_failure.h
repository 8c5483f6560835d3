/* SPDX-License-Identifier: MIT */
/* Why a program cannot be linked, from the output of the linker. */
#ifndef GRADE_LINK_FAILURE_H
#define GRADE_LINK_FAILURE_H

/*
 * link_failure_explain: fails the check because NAME ("sender") cannot be
 * linked with BACKEND. The last command of compiler_run was that linker.
 */
_Noreturn void link_failure_explain(const char *name, const char *backend);

#endif
