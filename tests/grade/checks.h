/* SPDX-License-Identifier: MIT */
/* The functions of all checks, by the file they are in. */
#ifndef GRADE_CHECKS_H
#define GRADE_CHECKS_H

typedef void check_function(void);

/* check_build.c; the last two test this machine and are not in the ladder */
check_function build_sender, build_receiver, build_quiet, machine_works,
    compiler_works;

/* check_m4.c */
check_function m4_connects, m4_request, m4_optional, m4_new_secret_each_run;

/* check_m4_refused.c */
check_function m4_missing, m4_other_receiver, m4_bad_port;
check_function m4_errors, m4_no_hot_retry;

/* check_tls.c */
check_function tls_works, tls_unknown, tls_wrong_name, tls_no_fallback;

/* check_m5.c */
check_function m5_line, m5_ticket, m5_box, m5_seq, m5_secrets;
check_function m5_lengths, m5_bytes, m5_too_long;

/* check_m5_nonces.c */
check_function m5_nonces;

/* check_m5_leaks.c */
check_function m5_nothing_in_clear, m5_nothing_leaks, m5_memory;

/* check_m5_connection.c */
check_function m5_slow_reader, m5_peer_leaves, m5_new_chat, m5_exit_codes;

/* check_r4.c */
check_function r4_shows, r4_exp, r4_unknown_members, r4_long_names;
check_function r4_address_is_no_proof, r4_new_token, r4_refused_login;

/* check_r5.c */
check_function r5_in_order, r5_two_senders, r5_gaps, r5_lengths;
check_function r5_control_bytes, r5_format, r5_unicode, r5_pieces;

/* check_attack_changed.c */
check_function a_message_bits, a_nonce_and_tag, a_ticket_bits, a_renumbered;
check_function a_short_boxes;

/* check_attack_replay.c */
check_function a_replay, a_replay_elsewhere, a_late, a_large_numbers;
check_function a_many_chats;

/* check_attack_forged.c */
check_function a_reflected, a_locked_out, a_outer_name, a_clear_message;

/* check_attack_ticket.c */
check_function a_clear_ticket, a_others_ticket, a_bad_tickets, a_expired;

/* check_robust_lines.c */
check_function x_goes_on, x_json, x_missing, x_seq_bounds, x_silent;
check_function x_text_length, x_line_length;

/* check_robust_peers.c */
check_function x_idle_peer, x_reset, x_descriptors, x_listens_there;

/* check_robust_leaks.c */
check_function x_memory, x_nothing_leaks;

/* check_together.c */
check_function t_own, t_to_other, t_from_other;

#endif
