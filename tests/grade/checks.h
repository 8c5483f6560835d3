/* SPDX-License-Identifier: MIT */
/* Every check of the ladder, by the file it stands in. */
#ifndef GRADE_CHECKS_H
#define GRADE_CHECKS_H

typedef void check_function(void);

/* check_build.c */
check_function build_sender, build_receiver, build_quiet;

/* check_m4.c */
check_function m4_connects, m4_no_password, m4_default_port, m4_asks_anew;
check_function m4_missing, m4_malformed, m4_other_receiver, m4_oversized;

/* check_m4_errors.c */
check_function m4_errors, m4_no_hot_retry;
check_function tls_works, tls_unknown, tls_wrong_name, tls_no_fallback;

/* check_m5.c */
check_function m5_line, m5_ticket, m5_box, m5_seq, m5_nonces;

/* check_m5_texts.c */
check_function m5_lengths, m5_bytes, m5_too_long;
check_function m5_nothing_in_clear, m5_nothing_leaks;

/* check_m5_network.c */
check_function m5_slow_reader, m5_peer_leaves, m5_reconnects, m5_exit_codes;
check_function m5_memory;

#endif
