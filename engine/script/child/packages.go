package child

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"path"
	"slices"
	"strings"
	"time"

	"sluice/engine/flow"
	"sluice/engine/run"
	"sluice/engine/script/internal/process"
	"sluice/engine/script/internal/python"
)

// distributions are the packages that bring modules of another name, as PyPI knows
// them.
var distributions = map[string]string{
	"Crypto": "pycryptodome", "MySQLdb": "mysqlclient", "OpenSSL": "pyOpenSSL", "PIL": "Pillow", "attr": "attrs", "bs4": "beautifulsoup4",
	"cv2": "opencv-python", "dateutil": "python-dateutil", "docx": "python-docx", "dotenv": "python-dotenv", "fitz": "PyMuPDF",
	"git": "GitPython", "googleapiclient": "google-api-python-client", "jose": "python-jose", "jwt": "PyJWT", "kafka": "kafka-python",
	"ldap": "python-ldap", "magic": "python-magic", "nacl": "PyNaCl", "pptx": "python-pptx", "psycopg2": "psycopg2-binary",
	"serial": "pyserial", "skimage": "scikit-image", "sklearn": "scikit-learn", "slugify": "python-slugify", "snowflake": "snowflake-connector-python",
	"telegram": "python-telegram-bot", "usb": "pyusb", "yaml": "PyYAML", "zmq": "pyzmq",
	"google.cloud.bigquery": "google-cloud-bigquery", "google.cloud.storage": "google-cloud-storage", "google.protobuf": "protobuf",
	"google.auth": "google-auth", "google.oauth2": "google-auth", "google.genai": "google-genai", "google.generativeai": "google-generativeai",
}

// sameName are packages that bring a module of their own name.
var sameName = strings.Fields("aiohttp anthropic boto3 botocore certifi chardet click cryptography django duckdb fastapi flask httpx jinja2 lxml matplotlib " +
	"numpy openai openpyxl pandas paramiko plotly polars psycopg pyarrow pydantic pymongo pymysql pytest pytz redis requests rich scipy seaborn " +
	"simplejson slack_sdk sqlalchemy stripe tabulate tenacity tqdm twilio urllib3 websockets xlrd xlsxwriter")

// missingModule is what to tell about a Python module that is not there, and what to
// do. A package is named only where it is known to bring the module.
func missingModule(name, interpreter string) (message, hint string) {
	message = fmt.Sprintf("The script imports %q, which is not installed on this computer", name)
	if len(flow.ImportPaths("python3", "", flow.Import{Name: name})) > 0 || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "f.") || strings.HasPrefix(name, "u.") || name == "f" || name == "u" {
		return fmt.Sprintf("The script imports %q, and the library has no such script", name),
			"Nothing of it was run. A script of the library may import others of it, as from f.folder.name import …"
	}
	for n := name; ; {
		if d, ok := distributions[n]; ok {
			return message, fmt.Sprintf("Install the package %s for %s: -m pip install %s", d, interpreter, d)
		}
		if slices.Contains(sameName, n) {
			return message, fmt.Sprintf("Install it for %s: -m pip install %s", interpreter, n)
		}
		i := strings.LastIndexByte(n, '.')
		if i < 0 {
			break
		}
		n = n[:i]
	}
	return message, fmt.Sprintf("Install the package that brings it for %s, with -m pip install; packages may have other names than their modules.", interpreter)
}

// packageOf is where relative imports of a Python script count from, "" for code
// that has no place in the library.
func packageOf(c run.Code) string {
	if c.Path == "" || len(c.Imports) == 0 {
		return ""
	}
	return strings.ReplaceAll(path.Dir(c.Path), "/", ".")
}

//go:embed python/imports.py
var pythonImports string

// Check tells of a script whether the modules are there that it imports when it is
// loaded; it is a *run.Failure if one is not. Only the interpreter knows, so it is
// asked, unless all is the client's or of the library.
func (*Python) Check(ctx context.Context, code run.Code, _ bool) error {
	ask := false
	imports, _ := flow.Imports(code.Language, code.Content)
	for _, im := range imports {
		if im.Name == "wmill" || slices.Contains(alwaysThere, im.Name) {
			continue
		}
		ask = ask || !slices.ContainsFunc(flow.ImportPaths(code.Language, code.Path, im), func(p string) bool { _, ok := code.Imports[p]; return ok })
	}
	if !ask {
		return nil
	}
	interpreter, err := python.Find()
	if err != nil {
		return err
	}
	known := []string{"wmill", "f", "u"}
	for p := range code.Imports {
		known = append(known, strings.ReplaceAll(p, "/", "."))
	}
	hand, err := json.Marshal(map[string]any{"text": code.Content, "known": known, "package": packageOf(code)})
	if err != nil {
		return err
	}
	upTo, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := process.Quiet(exec.CommandContext(upTo, interpreter.Path, "-B", "-X", "utf8", "-c", pythonImports))
	cmd.Env = append(process.Env(), "PYTHONUSERBASE="+interpreter.Base)
	cmd.Stdin = strings.NewReader(string(hand))
	out, err := cmd.Output()
	var missing struct {
		Name string `json:"name"`
		Line int    `json:"line"`
	}
	if err != nil || json.Unmarshal(out, &missing) != nil || missing.Name == "" {
		return ctx.Err() // what cannot be told before, the step tells
	}
	f := &run.Failure{Name: "ModuleNotFoundError", Line: missing.Line}
	f.Message, f.Hint = missingModule(missing.Name, interpreter.Path)
	f.Hint = "Nothing was run. " + strings.TrimPrefix(f.Hint, "Nothing of it was run. ")
	return f
}

// alwaysThere are modules of every Python that scripts import most; for others the
// interpreter is asked.
var alwaysThere = strings.Fields("os sys json re time datetime math random typing base64 hashlib hmac uuid collections itertools functools decimal csv io " +
	"string urllib urllib.request urllib.parse urllib.error dataclasses enum pathlib logging subprocess asyncio statistics textwrap traceback zoneinfo __future__")
