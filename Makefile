# The one entry to everything: `make help`.

PROGRAM := $(CURDIR)/.build/programs/release/interface-reconfigure
export INTERFACE_RECONFIGURE := $(PROGRAM)

# Namespaces and network devices are root's to make.
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo env "PATH=$$PATH" "CI=$$CI" "INTERFACE_RECONFIGURE=$(PROGRAM)")

# Where "make install" puts things, below DESTDIR; the programs are those of BUILT.
PREFIX ?= /usr
LIBEXECDIR ?= $(PREFIX)/libexec/interface-reconfigure
ZSH_COMPLETIONS ?= $(PREFIX)/share/zsh/site-functions
FISH_COMPLETIONS ?= $(PREFIX)/share/fish/vendor_completions.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
BUILT ?= .build/programs/release
PROGRAMS := interface-reconfigure openvswitch-cfg-update
BENCH := netconfig-bench
EXPLORER := netconfig-explore

# Where a program tells in which directory it was built: hashes of the compiler's for itself, and one of the debugger's.
BUILD_TRACES := .swift_modhash .note.gnu.build-id

# What the host's own software calls: links into LIBEXECDIR, in place of XenServer's programs of these names.
REPLACED := /opt/xensource/libexec/interface-reconfigure /opt/xensource/libexec/management-interface \
    /opt/xensource/libexec/openvswitch-boot \
    /etc/xapi.d/plugins/openvswitch-cfg-update /etc/xapi.d/plugins/openvswitch-config-update

# Where one of these is, xcp-networkd configures the network, and the packages replace and enable nothing. The units and
# openvswitch-boot name the same.
NETWORKD := /usr/lib/systemd/system/xcp-networkd.service /lib/systemd/system/xcp-networkd.service \
    /etc/systemd/system/xcp-networkd.service /usr/sbin/xcp-networkd /opt/xensource/libexec/xcp-networkd

.NOTPARALLEL:
.PHONY: help setup build test unit integration integration-vm integration-qemu build-tests fuzz explore reliability bench docs check format demo clean
.PHONY: install replaced networkd deb rpm

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what is missing (Debian packages)
	@Scripts/setup

# Programs for every host: without a library they start where the C library is another one, and in half the time. Of ICU,
# which libxml2 can ask for encodings, comes the code but not its 30 MB of data: the address of this program's header stands
# for them, which ICU refuses as no data of its own, and the encoding as unknown. Paths are given from here on, so that a
# program does not depend on the directory in which it was built. Each is asked for by its name: what is not asked for, the
# tests' own module, is not compiled.
# Where a generic type is used, its metadata is asked for directly. By its mangled name, which makes the code 1 % smaller, each
# first use has the runtime search all conformances of the program: a third of the time of an "up" that has nothing to do.
LIBRARIES := nl-3 icuuc z lzma stdc++ m
build: setup ## build the programs for release: .build/programs/release
	for program in $(PROGRAMS) $(BENCH) $(EXPLORER); do \
	    swift build -c release --scratch-path .build/programs --product $$program -Xswiftc -static-executable -Xswiftc -use-ld=lld \
	        $(LIBRARIES:%=-Xlinker -l%) -Xlinker --defsym=icudt$$(pkg-config --modversion icu-uc | cut -d. -f1)_dat=__ehdr_start \
	        -Xlinker --gc-sections -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors \
	        -Xcc -ffile-prefix-map=$(CURDIR)=. -Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. || exit; \
	done

# In a directory each, both at the same time: what is optimised as a whole keeps one processor busy. The first one fetches
# what is needed, the other one finds it in SwiftPM's cache.
build-tests: setup
	@swift package resolve
	@$(MAKE) --no-print-directory build & programs=$$!; \
	swift build --build-tests || status=$$?; wait $$programs || status=$$?; exit $${status:-0}

# While the programs are still being built, which keeps one processor busy, the tests that need none of them run.
test: check setup ## check, then every test there is
	@rm -rf .build/tests
	@swift package resolve
	@$(MAKE) --no-print-directory build & programs=$$!; \
	{ swift build --build-tests && Scripts/test NetConfigTests; } || status=$$?; \
	wait $$programs || status=$$?; exit $${status:-0}
	@Scripts/fuzz --build & fuzzers=$$!; \
	$(AS_ROOT) Scripts/test IntegrationTests & namespaces=$$!; \
	Scripts/test InterfaceReconfigureTests & program=$$!; \
	$(AS_ROOT) Scripts/test VirtualMachine || status=$$?; \
	wait $$program || status=$$?; wait $$namespaces || status=$$?; wait $$fuzzers || status=$$?; exit $${status:-0}
	@Scripts/fuzz
	@Scripts/docs --pages
	@Scripts/test --summary

# Each for itself leaves processors idle while its tests wait. What is measured needs the release build of "make test".
unit: setup ## the tests that need no privileges, on a debug build
	@swift build --build-tests
	@INTERFACE_RECONFIGURE=$(CURDIR)/.build/debug/interface-reconfigure \
	    Scripts/test InterfaceReconfigureTests --skip 'GrowthTests|ExplorationTests' & program=$$!; \
	Scripts/test NetConfigTests || status=$$?; wait $$program || status=$$?; exit $${status:-0}

integration: build-tests ## the tests on network namespaces with a real Open vSwitch (root)
	@$(AS_ROOT) Scripts/test IntegrationTests

integration-vm: build-tests ## the tests that need bonding and 802.1Q, under a kernel that has them (root)
	@$(AS_ROOT) Scripts/test VirtualMachine

integration-qemu: build-tests ## the same tests under the kernel that Debian's machines boot, emulated (root)
	@Scripts/setup qemu-system-x86 busybox-static
	@$(AS_ROOT) Scripts/test Qemu

fuzz: setup ## feed the parsers with made up input, SECONDS=20 each
	@Scripts/fuzz --seconds $(or $(SECONDS),20)

explore: build ## every transition of a small host with a death after each step; EXPLORE=whole for minutes, =deep for hours, goes on where it was
	@.build/programs/release/$(EXPLORER) .build/explore $(or $(EXPLORE),usual)

reliability: build-tests ## force every fault at full length, two hours, and write docs/reliability.md (root)
	@$(AS_ROOT) Scripts/reliability --run

bench: build ## measure against the floors and print the tables (root)
	@$(AS_ROOT) Scripts/bench
	@$(AS_ROOT) Scripts/bench-vlans
	@Scripts/bench-growth

docs: setup ## draw the pictures in docs anew, and make the library's pages
	swift build --build-tests
	@Scripts/docs

check: setup ## format and design rules
	@Scripts/check --self-test
	@Scripts/check

format: ## format the Swift sources in place
	swift format --in-place --parallel --recursive Package.swift Sources Examples Tests Fuzz

demo: build ## a management interface goes up and down, on Open vSwitch and on the Linux bridge (root)
	@$(AS_ROOT) Scripts/demo

install: ## put what is built in place, below DESTDIR; it keeps nothing of what it replaces, the packages do
	install -d $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(PREFIX)/sbin
	install -m 755 $(addprefix $(BUILT)/,$(PROGRAMS)) $(DESTDIR)$(LIBEXECDIR)
	strip $(foreach section,$(BUILD_TRACES),--remove-section $(section)) $(addprefix $(DESTDIR)$(LIBEXECDIR)/,$(PROGRAMS))
	install -m 755 boot/management-interface boot/openvswitch-boot $(DESTDIR)$(LIBEXECDIR)
	ln -sf openvswitch-cfg-update $(DESTDIR)$(LIBEXECDIR)/openvswitch-config-update
	ln -sf $(LIBEXECDIR)/interface-reconfigure $(DESTDIR)$(PREFIX)/sbin
	install -d $(addprefix $(DESTDIR),$(sort $(dir $(REPLACED))))
	$(foreach path,$(REPLACED),ln -sf $(LIBEXECDIR)/$(notdir $(path)) $(DESTDIR)$(path) &&) :
	install -D -m 644 -t $(DESTDIR)$(UNITDIR) boot/management-interface.service boot/management-interface-cache.service
	# Unlike a unit, a drop-in cannot be disabled: what it calls is there where the links are not.
	sed 's|/opt/xensource/libexec|$(LIBEXECDIR)|' boot/openvswitch-boot.conf | \
	    install -D -m 644 /dev/stdin $(DESTDIR)$(UNITDIR)/ovsdb-server.service.d/openvswitch-boot.conf
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 docs/man/network.dbcache.5
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man8 docs/man/interface-reconfigure.8 docs/man/openvswitch-cfg-update.8
	ln -sf openvswitch-cfg-update.8 $(DESTDIR)$(PREFIX)/share/man/man8/openvswitch-config-update.8
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions packaging/completion/interface-reconfigure
	install -d $(DESTDIR)$(ZSH_COMPLETIONS) $(DESTDIR)$(FISH_COMPLETIONS)
	$(BUILT)/interface-reconfigure --generate-completion-script zsh | \
	    install -m 644 /dev/stdin $(DESTDIR)$(ZSH_COMPLETIONS)/_interface-reconfigure
	$(BUILT)/interface-reconfigure --generate-completion-script fish | \
	    install -m 644 /dev/stdin $(DESTDIR)$(FISH_COMPLETIONS)/interface-reconfigure.fish

replaced:
	@echo $(REPLACED)

networkd:
	@echo $(NETWORKD)

deb: build ## make a package for Debian and its kin: .build/packages
	@Scripts/package deb

rpm: build ## make a package for RPM: .build/packages
	@Scripts/package rpm

clean: ## remove everything that was built
	rm -rf .build
