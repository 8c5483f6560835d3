/* SPDX-License-Identifier: MIT */
/*
 * How a child process reports that it becomes another program, or why it
 * cannot: through a pipe that exec closes.
 */
#ifndef GRADE_EXEC_REPORT_H
#define GRADE_EXEC_REPORT_H

struct exec_report {
    int error;     /* errno of the step that failed; 0: all is ready for exec */
    char step[60]; /* "run", "change the user of" */
};

/*
 * exec_report_ready: tells the reader of the pipe FD that exec comes next. If
 * the pipe ends without any report, the sandbox has failed: bubblewrap or
 * setpriv could not run the child.
 */
void exec_report_ready(int fd);

/* exec_report_failure: sends errno and the STEP that failed, and exits. */
_Noreturn void exec_report_failure(int fd, const char *step);

#endif
