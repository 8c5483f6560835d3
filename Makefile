# SPDX-License-Identifier: MIT
# The chat lab. `make help` says what can be typed.

# --- What to build -----------------------------------------------------------

CRYPTO     ?= libsodium#  the backend: libsodium or openssl
SUBMISSION ?= starter#    whose sender and receiver `make sender` runs
SERVER     ?= http://127.0.0.1:8080
HOSTS      ?= 127.0.0.1 localhost

ifeq ($(wildcard backends/$(CRYPTO).c),)
$(error CRYPTO=$(CRYPTO): there is no backends/$(CRYPTO).c. Choose one of: \
  $(patsubst backends/%.c,%,$(wildcard backends/*.c)))
endif

BACKENDS := libsodium openssl
SUFFIX   := $(if $(SAN),-san)
B        := build/$(CRYPTO)$(SUFFIX)
JOBS     ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
AGAIN     = $(MAKE) --no-print-directory $(if $(findstring j,$(MAKEFLAGS)),,-j$(JOBS))

# V=1 shows every command.
Q   := $(if $(V),,@)
say  = @printf '  %-5s %s\n'

# --- Compiler and libraries --------------------------------------------------

CLIENT_PKGS := $(CRYPTO) libcjson libcurl
SERVER_PKGS := $(CLIENT_PKGS) libmicrohttpd sqlite3
TEST_PKGS   := $(SERVER_PKGS) check
OS          := $(shell uname -s)

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wno-unused-parameter \
            -Werror=incompatible-pointer-types \
            $(if $(WERROR),-Werror -Wshadow -Wmissing-prototypes \
              -Wstrict-prototypes)
HARDEN   := -fstack-protector-strong -fPIE
HARDEN_LD = $(if $(filter Linux,$(OS)),-pie -Wl$(comma)-z$(comma)relro,-Wl$(comma)-pie)
comma    := ,
ifdef SAN
HARDEN   += -fsanitize=address,undefined -fno-sanitize-recover=undefined \
            -fno-omit-frame-pointer
HARDEN_LD += -fsanitize=address,undefined
else
HARDEN   += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LD += $(if $(filter Linux,$(OS)),-Wl$(comma)-z$(comma)now)
endif

pkg_cflags := $(shell pkg-config --cflags $(TEST_PKGS) 2>/dev/null)
COMPILE     = $(CC) -std=c11 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE -I. \
              -I$(B) $(WARNINGS) $(HARDEN) $(CFLAGS) $(pkg_cflags) \
              -DOPENSSL_NO_DEPRECATED
LINK        = $(CC) $(HARDEN_LD) $(CFLAGS) $(LDFLAGS)

client_libs := $(shell pkg-config --libs $(CLIENT_PKGS) 2>/dev/null) -pthread
server_libs := $(shell pkg-config --libs $(SERVER_PKGS) 2>/dev/null) -pthread
test_libs   := $(shell pkg-config --libs $(TEST_PKGS) 2>/dev/null) -pthread

# --- The files ---------------------------------------------------------------

object   = $(patsubst %.c,$(B)/%.o,$(1))
lib_o   := $(call object,$(wildcard lib/*.c) backends/$(CRYPTO).c)
server_o := $(call object,$(filter-out server/main.c,$(wildcard server/*.c)))
unit_c  := $(wildcard tests/unit/*.c)
e2e_c   := $(wildcard tests/e2e/*.c)

people   := $(patsubst %/sender.c,%,$(wildcard starter/sender.c \
              solution/sender.c))
chats    := $(foreach who,$(people),$(B)/$(who)/sender $(B)/$(who)/receiver)
programs := $(B)/chat-server $(chats)

# --- For everyone ------------------------------------------------------------

.PHONY: all help programs
all: programs ## build the server, the starter and the solution
	@echo
	@echo "Built for $(CRYPTO) in $(B)/. Next, in three terminals:"
	@echo "    make server"
	@echo "    make receiver ME=bob"
	@echo "    make sender ME=alice TO=bob"

help: ## this list
	@echo "make [CRYPTO=libsodium|openssl] [V=1] [SAN=1] TARGET"
	@echo
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' \
	    Makefile

programs: $(programs)

.PHONY: demo server receiver sender certs
demo: deps ## build everything, then watch one message travel
	+@$(AGAIN) programs
	@sh tests/demo.sh $(B) $(firstword $(filter solution,$(people)) starter)

server: $(B)/chat-server ## a server with the accounts of the demo
	@$(B)/chat-server --demo $(ARGS)

receiver: need-ME $(B)/$(SUBMISSION)/receiver ## wait for messages: ME=bob
	@$(B)/$(SUBMISSION)/receiver --server $(SERVER) --user $(ME) $(ARGS)

sender: need-ME need-TO $(B)/$(SUBMISSION)/sender ## send: ME=alice TO=bob
	@$(B)/$(SUBMISSION)/sender --server $(SERVER) --user $(ME) $(ARGS) $(TO)

need-%:
	@test -n "$($*)" || { echo "who? Type for example:" \
	    "make receiver ME=bob, or make sender ME=alice TO=bob" >&2; exit 64; }

certs: ## a class CA and a server certificate: HOSTS="192.168.1.5 lab"
	@sh server/certs.sh $(HOSTS)

.PHONY: deps clean
deps: ## find the packages that are missing and install them
	@sh tests/deps.sh $(sort $(BACKENDS) $(TEST_PKGS))

clean: ## forget everything that was built
	$(Q)rm -rf build

# --- For those who change the kit --------------------------------------------

.PHONY: check run-checks unit e2e style leaks sync-starter format
check: deps ## every test, on both backends, with -Werror
	+@for c in $(BACKENDS); do \
	    $(AGAIN) WERROR=1 CRYPTO=$$c programs unit-tests || exit; done
	+@$(AGAIN) WERROR=1 e2e-tests
	+@$(AGAIN) run-checks

run-checks: style
	@for c in $(BACKENDS); do echo "== unit tests, $$c"; \
	    build/$$c$(SUFFIX)/unit-tests || exit; done
	@echo "== end to end"
	@$(B)/e2e-tests $(foreach c,$(BACKENDS),build/$(c)$(SUFFIX))

unit: unit-tests ## the unit tests of one backend: KIT_ONLY=base64,json
	@$(B)/unit-tests

e2e: ## the end-to-end tests alone: KIT_ONLY=chat,replay
	+@for c in $(BACKENDS); do $(AGAIN) CRYPTO=$$c programs || exit; done
	+@$(AGAIN) e2e-tests
	@$(B)/e2e-tests $(foreach c,$(BACKENDS),build/$(c)$(SUFFIX))

leaks: programs ## 1,000 messages with both ends under valgrind
	@sh tests/leaks.sh $(B)

style: ## layout of C and shell files
	@sh tests/style.sh

sync-starter: ## cut starter/ from solution/ (overwrites starter/*.c)
	@for f in sender.c receiver.c; do \
	    awk -f tests/cut.awk solution/$$f > starter/$$f.new || \
	      { rm -f starter/$$f.new; exit 1; }; \
	    mv starter/$$f.new starter/$$f; done

format: ## lay out every C file
	$(Q)clang-format -i $(wildcard */*.[ch] tests/*/*.[ch])

# --- How it is built ---------------------------------------------------------

$(B)/chat-server: $(B)/server/main.o $(server_o) $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(server_libs)

$(chats): $(B)/%: $(B)/%.o $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(client_libs)

.PHONY: unit-tests e2e-tests
unit-tests: $(B)/unit-tests
e2e-tests: $(B)/e2e-tests

$(B)/unit-tests: $(call object,$(unit_c)) $(server_o) $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/e2e-tests: $(call object,$(e2e_c)) $(lib_o)
	$(say) link $@
	$(Q)$(LINK) -o $@ $^ $(test_libs)

$(B)/%.o: %.c $(B)/flags | $(B)/packages
	@mkdir -p $(@D)
	$(say) cc $<
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

# The list of suites: one for each tests/unit/test_*.c, named like the file.
$(B)/tests/unit/main.o $(B)/tests/e2e/main.o: \
$(B)/tests/%/main.o: $(B)/%_suites.inc
$(B)/%_suites.inc: tests/%
	@mkdir -p $(@D)
	@ls $< | sed -n 's/^test_\(.*\)\.c$$/SUITE(\1)/p' > $@

# Other flags, another compiler: build anew.
$(B)/flags: always
	@mkdir -p $(@D)
	@echo '$(COMPILE)' | cmp -s - $@ || echo '$(COMPILE)' > $@

$(B)/packages: Makefile
	@mkdir -p $(@D)
	@sh tests/deps.sh --check $(TEST_PKGS)
	@touch $@

.PHONY: always
always:
.SECONDARY:

-include $(patsubst %.o,%.d,$(wildcard $(B)/*/*.o $(B)/*/*/*.o))
