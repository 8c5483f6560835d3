/* SPDX-License-Identifier: MIT */
/* What the grader inherits from its shell: environment and limits. */
#ifndef GRADE_LIMITS_H
#define GRADE_LIMITS_H

/*
 * limits_reset_environment: undoes inherited settings that would change the
 * grader or the programs under test: variables of Check (CK_*), of OpenSSL, of
 * the dynamic linker and of the compiler, blocked signals, and the umask. From
 * now on, a write beyond the file size limit fails, but does not end a process.
 */
void limits_reset_environment(void);

/*
 * limits_check: raises the limits of this process (ulimit) that are too low to
 * grade with. Returns 0, or -1 with an error if one cannot be raised.
 */
int limits_check(void);

#endif
