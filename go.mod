module sluice

go 1.26.0

require (
	fyne.io/fyne/v2 v2.8.0 // the window
	fyne.io/systray v1.12.2 // the icon in the tray; Fyne's own way to it works only from its start on
	github.com/aymanbagabas/go-udiff v0.4.1 // what changed between two texts, line by line
	github.com/chromedp/cdproto v0.0.0-20250724212937-08a3db8b4327 // tests: what the browser is told
	github.com/chromedp/chromedp v0.14.2 // tests: the approval page and sign-in in a real browser
	github.com/dlclark/regexp2 v1.11.5 // JSON Schema patterns are ECMAScript; Go's own have no lookahead
	github.com/evanw/esbuild v0.28.2 // takes the types out of TypeScript and reads its imports
	github.com/go-gl/glfw/v3.4/glfw v0.1.0-pre.1.0.20260707082822-2a407d02d01a // the window system that Fyne uses: its wait lets a window at rest sleep
	github.com/godbus/dbus/v5 v5.2.2 // notifications that can be pressed, whether there is a tray, waking from sleep
	github.com/google/go-cmp v0.7.0 // tests: readable differences
	github.com/google/uuid v1.6.0 // run ids that sort by time
	github.com/hashicorp/golang-lru/v2 v2.0.7 // keeps the links that were opened last
	github.com/microcosm-cc/bluemonday v1.0.27 // lets only harmless HTML from a script onto an approval page
	github.com/nicksnyder/go-i18n/v2 v2.5.1 // which plural a number has in each language; Fyne speaks through it, too
	github.com/pkg/browser v0.0.0-20240102092130-5ac0b6a4141c // opens Google's sign-in page in the person's browser
	github.com/rogpeppe/go-internal v1.14.1 // tests: the command line as scripts
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.2 // checks forms and inputs against their schema
	github.com/spf13/cobra v1.10.1 // the command line
	github.com/spf13/pflag v1.0.9 // tests: the flags that man pages and completions name
	github.com/tdewolff/parse/v2 v2.8.20 // reads which parts of an expression its author wrote
	github.com/wneessen/go-mail v0.8.1 // writes MIME messages
	github.com/yuin/goldmark v1.8.2 // Markdown on approval pages
	github.com/zalando/go-keyring v0.2.8 // the key that seals secrets lives in the system's keyring
	go.yaml.in/yaml/v3 v3.0.4 // flow files, with the line and column of each mistake
	golang.org/x/net v0.61.0 // domains of mail addresses in other letters
	golang.org/x/oauth2 v0.37.0 // Sign in with Google, and fresh tokens after it
	golang.org/x/sync v0.24.0 // lets jobs in as they came, so many at once
	golang.org/x/sys v0.49.0 // one Sluice per data folder; limits on what a script may use
	golang.org/x/text v0.43.0 // sorts words as their language does
	golang.org/x/tools v0.52.0 // tests: txtar, transcripts in one file
	google.golang.org/api v0.300.0 // sends by the Gmail API
	modernc.org/libc v1.77.1 // the memory that the JavaScript engine lies in
	modernc.org/libquickjs v0.13.1 // where that engine keeps its allocator, so that a used machine can be put back
	modernc.org/quickjs v0.25.0 // JavaScript inside Sluice, without cgo
	modernc.org/sqlite v1.60.0 // the journal, without cgo
)

require (
	cloud.google.com/go/auth v0.24.0 // indirect
	cloud.google.com/go/auth/oauth2adapt v0.3.0 // indirect
	cloud.google.com/go/compute/metadata v0.10.0 // indirect
	github.com/BurntSushi/toml v1.6.0 // indirect
	github.com/FyshOS/fancyfs v0.0.1 // indirect
	github.com/alecthomas/go-check-sumtype v0.4.0 // indirect
	github.com/anthonynsimon/bild v0.14.0 // indirect
	github.com/aymerick/douceur v0.2.0 // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/chromedp/sysutil v1.1.0 // indirect
	github.com/clipperhouse/uax29/v2 v2.2.0 // indirect
	github.com/cpuguy83/go-md2man/v2 v2.0.7 // indirect
	github.com/danieljoos/wincred v1.2.3 // indirect
	github.com/davecgh/go-spew v1.1.2-0.20180830191138-d8f796af33cc // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/felixge/httpsnoop v1.1.0 // indirect
	github.com/fredbi/uri v1.1.1 // indirect
	github.com/fsnotify/fsnotify v1.9.0 // indirect
	github.com/fyne-io/gl-js v0.2.1-0.20260315212741-029c47fd27e8 // indirect
	github.com/fyne-io/glfw-js v0.4.0 // indirect
	github.com/fyne-io/image v0.1.1 // indirect
	github.com/fyne-io/oksvg v0.2.0 // indirect
	github.com/go-gl/gl v0.0.0-20260331235117-4566fea9a276 // indirect
	github.com/go-json-experiment/json v0.0.0-20250725192818-e39067aee2d2 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/go-text/render v0.2.1 // indirect
	github.com/go-text/typesetting v0.3.4 // indirect
	github.com/gobwas/httphead v0.1.0 // indirect
	github.com/gobwas/pool v0.2.1 // indirect
	github.com/gobwas/ws v1.4.0 // indirect
	github.com/google/s2a-go v0.1.10 // indirect
	github.com/googleapis/enterprise-certificate-proxy v0.3.22 // indirect
	github.com/googleapis/gax-go/v2 v2.26.2 // indirect
	github.com/gorilla/css v1.0.1 // indirect
	github.com/hack-pad/go-indexeddb v0.3.2 // indirect
	github.com/hack-pad/safejs v0.1.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/jeandeaual/go-locale v0.0.0-20250612000132-0ef82f21eade // indirect
	github.com/jsummers/gobmp v0.0.0-20230614200233-a9de23ed2e25 // indirect
	github.com/mattn/go-isatty v0.0.24 // indirect
	github.com/mattn/go-runewidth v0.0.24 // indirect
	github.com/ncruces/go-strftime v1.0.0 // indirect
	github.com/nfnt/resize v0.0.0-20180221191011-83c6a9932646 // indirect
	github.com/pmezard/go-difflib v1.0.1-0.20181226105442-5d4384ee4fb2 // indirect
	github.com/remyoudompheng/bigfft v0.0.0-20230129092748-24d4a6f8daec // indirect
	github.com/russross/blackfriday/v2 v2.1.0 // indirect
	github.com/rymdport/portal v0.4.2 // indirect
	github.com/srwiley/oksvg v0.0.0-20221011165216-be6e8873101c // indirect
	github.com/srwiley/rasterx v0.0.0-20220730225603-2ab79fcdd4ef // indirect
	github.com/stretchr/testify v1.11.1 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.69.0 // indirect
	go.opentelemetry.io/otel v1.45.0 // indirect
	go.opentelemetry.io/otel/metric v1.45.0 // indirect
	go.opentelemetry.io/otel/trace v1.45.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/exp/typeparams v0.0.0-20231108232855-2478ac86f678 // indirect
	golang.org/x/image v0.24.0 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/telemetry v0.0.0-20261009151841-97e8ea77aa2a // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260921155816-b14227669459 // indirect
	google.golang.org/grpc v1.84.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
	honnef.co/go/tools v0.8.2 // indirect
	modernc.org/mathutil v1.7.1 // indirect
	modernc.org/memory v1.12.1 // indirect
)

tool (
	github.com/alecthomas/go-check-sumtype/cmd/go-check-sumtype
	golang.org/x/tools/cmd/deadcode
	honnef.co/go/tools/cmd/staticcheck
)
