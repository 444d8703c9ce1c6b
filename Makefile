# Sluice: run, test, measure, package. `make help` lists the targets.

SHELL := /bin/bash
GO    ?= go
BIN   := bin/sluice
VERSION := $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
# UPDATE_URL is where it stands which version is the newest; empty: nobody looks.
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.updateURL=$(UPDATE_URL)
export LANG ?= C.UTF-8

# What the build needs (cgo, GL, X11 and Wayland headers) and what the tests
# need besides (a display without a screen, a browser, the mouse and keyboard,
# and node for the packages of others that Sluice must get on with).
BUILD_PKGS := gcc libc6-dev pkg-config git ca-certificates libgl1-mesa-dev libegl1-mesa-dev libx11-dev libxcursor-dev \
	libxrandr-dev libxinerama-dev libxi-dev libxxf86vm-dev libwayland-dev libxkbcommon-dev
RUN_PKGS   := libgl1-mesa-dri xdg-utils
TEST_PKGS  := xvfb xauth xdotool imagemagick openbox x11-utils xclip dbus-daemon chromium python3 procps node:nodejs npm:npm
PACKAGE_PKGS := binutils dpkg-dev librsvg2-bin appstream desktop-file-utils
WINDOWS_PKGS := git gcc-mingw-w64-x86-64 nsis librsvg2-bin icoutils imagemagick
WINE_PKGS    := wine wine64 xvfb xauth xdotool openbox libgl1-mesa-dri bsdutils procps

.PHONY: picture screenshot help run build test check race window walk sim mutants fuzz bench golden cover package package-windows package-macos test-windows setup setup-test setup-package setup-windows setup-wine clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: setup build ## build Sluice and open its window (without a display: serve the sample)
	@$(BIN)

build: ## build bin/sluice
	@mkdir -p bin
	$(GO) build -tags migrated_fynedo -ldflags "$(LDFLAGS)" -o $(BIN) ./app

test: setup-test check race window walk ## everything, as the build server runs it

check: ## formatting, vet, staticcheck, switches that forget a kind, functions that nobody calls
	@fmt=$$(gofmt -l app ui engine hub assets); if [ -n "$$fmt" ]; then echo "not gofmt-clean:"; echo "$$fmt"; exit 1; fi
	$(GO) vet -tags ci ./...
	$(GO) tool staticcheck -tags ci -checks inherit,-ST1005 ./... # errors are sentences for people
	GOFLAGS=-tags=ci $(GO) tool go-check-sumtype ./app/... ./engine/... ./ui/...
	@dead=$$($(GO) tool deadcode -tags ci -test ./...); if [ -n "$$dead" ]; then echo "nobody calls:"; echo "$$dead"; exit 1; fi

# A process that ends under the race detector sleeps for a second if nobody says
# otherwise, and the tests start hundreds. SQLite is C made Go: neither its pointers
# nor its memory are ours to check, and four fifths of the time went there.
race: ## tests of everything but the window, with the race detector
	GORACE=$${GORACE:-atexit_sleep_ms=50} CGO_ENABLED=1 $(GO) test -race '-gcflags=modernc.org/...=-d=checkptr=0 -race=false' -tags ci -timeout 30m ./app ./engine/... ./hub/... ./ui/model/...

window: ## tests of the widgets and panes, drawn by Fyne's software painter
	CGO_ENABLED=0 $(GO) test -tags test -timeout 10m ./ui/...

walk: ## walk the whole way in a real window and a real browser, under Xvfb
	@mkdir -p bin
	$(GO) build -tags walk -o bin/sluice-walk ./app
	SLUICE_BIN=$(CURDIR)/bin/sluice-walk $(GO) test -tags walk -count=1 -timeout 15m -v ./app/walk

sim: ## 20,000 random flows against the reference interpreter (SIM_SEED, SIM_RUNS)
	SIM_RUNS=$${SIM_RUNS:-20000} $(GO) test -count=1 -run TestSimulation -v ./engine/run/...

mutants: ## break the core on purpose in 32 ways: each break must be noticed (13 min)
	$(GO) test -count=1 -tags mutants -run TestMutants -v -timeout 40m ./engine/run/simtest

fuzz: ## fuzz the readers of flows, names, expressions and parameters, half a minute each
	@for f in flow:FuzzParse flow:FuzzUses flow:FuzzSchema workspace:FuzzNames expr:FuzzWrapping script/signature:FuzzParameters; do \
		echo "$${f#*:}"; $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime 30s ./engine/$${f%%:*} || exit 1; done

bench: ## the benchmarks whose figures stand in the README
	$(GO) test -tags ci -run '^$$' -bench . -benchtime 1x ./app
	$(GO) test -run '^$$' -bench . ./engine/...
	CGO_ENABLED=0 $(GO) test -tags test -run '^$$' -bench . ./ui/...

picture: ## draw the picture of the packages in the README anew, and list the client's calls
	$(GO) test -tags ci -count=1 -run '^(TestPicture|TestReadmeListsTheCalls)$$' ./app -draw

screenshot: ## take the picture of the window in the README anew, under Xvfb
	@mkdir -p bin
	$(GO) build -tags walk -o bin/sluice-walk ./app
	SLUICE_BIN=$(CURDIR)/bin/sluice-walk $(GO) test -tags walk -count=1 -run '^TestPictureOfTheEditor$$' ./app/walk -draw

golden: ## rewrite the transcripts and golden files from what the code does now
	$(GO) test ./engine/run ./ui/model -update

cover: ## test coverage of the parts without a window
	$(GO) test -tags ci -coverprofile=cover.out ./app ./engine/... ./hub/... ./ui/model/... && $(GO) tool cover -func=cover.out | tail -1

package: setup-package ## a .deb, an .rpm and a .tar.gz for this kind of computer, in bin/package
	@mkdir -p bin/package
	$(GO) build -trimpath -tags migrated_fynedo,release -ldflags "$(LDFLAGS)" -o $(BIN) ./app
	@assets/package/build $(BIN) $(VERSION) bin/package

package-windows: setup-windows ## an installer for Windows, in bin/package (the first time 10 min)
	@mkdir -p bin/package
	@assets/package/windows/build $(VERSION) bin/package

test-windows: setup-wine ## install that under Wine and try it: runs, votes, kills, its window, removal
	SLUICE_SETUP=$(CURDIR)/bin/package/sluice-$(VERSION)-windows-amd64-setup.exe $(GO) test -tags walk,wine -count=1 -timeout 15m -run '^TestWindows' -v ./app/walk

package-macos: ## on a Mac with Xcode's command line tools: Sluice.app in a disk image (not tried)
	@mkdir -p bin/package
	$(GO) build -trimpath -tags migrated_fynedo,release -ldflags "$(LDFLAGS)" -o $(BIN) ./app
	@assets/package/macos/build $(BIN) $(VERSION) bin/package

clean: ## remove what was built
	rm -rf bin cover.out

setup: ; @.ci/setup $(BUILD_PKGS) $(RUN_PKGS)
setup-package: ; @.ci/setup $(BUILD_PKGS) $(PACKAGE_PKGS)
setup-windows: ; @.ci/setup $(WINDOWS_PKGS)
setup-wine: ; @.ci/setup $(WINDOWS_PKGS) $(WINE_PKGS)
setup-test: ; @.ci/setup $(BUILD_PKGS) $(RUN_PKGS) $(TEST_PKGS)
