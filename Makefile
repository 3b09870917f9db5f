# The one entry to everything: `make help`.

PROGRAM := $(CURDIR)/.build/release/interface-reconfigure
export INTERFACE_RECONFIGURE := $(PROGRAM)

# Namespaces and network devices are root's to make.
AS_ROOT := $(if $(filter-out 0,$(shell id -u)),sudo env "PATH=$$PATH" "CI=$$CI" "INTERFACE_RECONFIGURE=$(PROGRAM)")

.NOTPARALLEL:
.PHONY: help setup build test unit integration integration-vm integration-qemu build-tests fuzz thread reliability bench check format demo clean

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what is missing (Debian packages)
	@Scripts/setup

# The toolchain exports every symbol of a static program, which the loader then goes through at each start.
build: setup ## build the programs for release: .build/release
	swift build -c release --static-swift-stdlib -Xlinker --no-export-dynamic

build-tests: build
	swift build --build-tests

test: check build-tests ## check, then every test there is
	@rm -rf .build/tests
	@Scripts/test NetConfigTests
	@Scripts/test InterfaceReconfigureTests
	@$(AS_ROOT) Scripts/test IntegrationTests --no-parallel
	@$(AS_ROOT) Scripts/test VirtualMachine
	@$(MAKE) --no-print-directory thread
	@Scripts/fuzz
	@Scripts/test --summary

unit: build-tests ## the tests that need no privileges
	@Scripts/test NetConfigTests
	@Scripts/test InterfaceReconfigureTests

integration: build-tests ## the tests on network namespaces with a real Open vSwitch (root)
	@$(AS_ROOT) Scripts/test IntegrationTests --no-parallel

integration-vm: build-tests ## the tests that need bonding and 802.1Q, under a kernel that has them (root)
	@$(AS_ROOT) Scripts/test VirtualMachine

integration-qemu: build-tests ## the same tests under the kernel that Debian's machines boot, emulated (root)
	@Scripts/setup qemu-system-x86 busybox-static
	@$(AS_ROOT) Scripts/test Qemu

thread: build-tests ## the tests that use a second thread, watched by the thread sanitizer (root)
	@swift build --quiet --scratch-path .build/thread --sanitize thread --product interface-reconfigure
	@$(AS_ROOT) Scripts/test ThreadSanitizer

fuzz: setup ## feed the parsers with made up input, SECONDS=20 each
	@Scripts/fuzz --seconds $(or $(SECONDS),20)

reliability: build-tests ## force every fault at full length, two hours, and write docs/reliability.md (root)
	@$(AS_ROOT) Scripts/reliability --run

bench: build ## measure against the floors and print the table (root)
	@$(AS_ROOT) Scripts/bench

check: setup ## format and design rules
	@Scripts/check --self-test
	@Scripts/check

format: ## format the Swift sources in place
	swift format --in-place --parallel --recursive Package.swift Sources Tests Fuzz

demo: build ## a management interface goes up and down, on Open vSwitch and on the Linux bridge (root)
	@$(AS_ROOT) Scripts/demo

clean: ## remove everything that was built
	rm -rf .build
