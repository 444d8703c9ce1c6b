# Runs a step's main() with its arguments by name. The folder holds script.py and
# this file; arguments and environment come on standard input, where nobody else
# can read them. The end is written to result.json or error.json.
import sys, os, json


def write(name, text):
    with open(name + ".part", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(name + ".part", name)


def default(o):
    # What JSON does not know becomes text, as in Windmill; bytes and tables do not.
    if isinstance(o, (bytes, bytearray)):
        import base64
        return base64.b64encode(bytes(o)).decode()
    if type(o).__name__ == "DataFrame":
        if hasattr(o, "rows"):  # polars
            return o.rows()
        if hasattr(o, "values"):  # pandas
            return o.values.tolist()
    return str(o)


def finite(o):
    # JSON has no NaN and no infinity: they become null.
    if isinstance(o, float):
        return o if o == o and o not in (float("inf"), float("-inf")) else None
    if isinstance(o, dict):
        return {k: finite(v) for k, v in o.items()}
    if isinstance(o, (list, tuple)):
        return [finite(v) for v in o]
    return o


def dump(v):
    def known(o):
        return finite(default(o))
    try:
        return json.dumps(v, default=known, allow_nan=False)
    except ValueError:
        return json.dumps(finite(v), default=known)


def fail(name, message, stack="", line=0, hint="", extra=None, missing=""):
    error = {"name": name, "message": message, "stack": stack, "line": line, "hint": hint, "missing": missing}
    if extra:
        error["extra"] = extra
    write("error.json", json.dumps(error))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


def extra_of(e):
    # What an error carries besides what every error has, as JSON allows.
    out = {}
    for k, v in getattr(e, "__dict__", {}).items():
        try:
            out[str(k)] = json.loads(dump(v))
        except Exception:  # a cycle, a text that cannot be made
            pass
    return out


def fail_with(e, script):
    import traceback, linecache
    out, line = [], 0
    if isinstance(e, SyntaxError) and e.filename == script:
        line = e.lineno or 0
    for f in traceback.extract_tb(e.__traceback__):
        if f.filename == __file__:
            continue
        name = f.filename
        if name == script:
            name, line = "script.py", f.lineno
        out.append("  at %s (%s:%d)" % (f.name, name, f.lineno))
    message = str(e)
    hint, missing = "", ""
    name = type(e).__name__
    if isinstance(e, SyntaxError):
        message = "%s (line %s)" % (e.msg, e.lineno)
        hint = "Nothing was run."
    elif isinstance(e, ModuleNotFoundError):
        missing = e.name or ""
    elif isinstance(e, ImportError) and e.name == "wmill":
        message = str(e).split(" (")[0]
        hint = "Sluice brings a client of its own, and that name is not in it."
    elif isinstance(e, MemoryError):
        message = "The script needs more memory than there is"
    elif isinstance(e, RecursionError):
        hint = "Look for a recursion that does not end."
    elif isinstance(e, SystemExit):
        name, message = "SystemExit", "The script called exit(%s) before main returned" % ("" if e.code is None else e.code)
        hint = "Return a value from main, or raise an error."
    elif isinstance(e, KeyError):
        message = "there is no key %s" % message
    fail(name, message, "\n".join(reversed(out[-20:])), line, hint, extra_of(e), missing)


KNOWN = ("bytes", "datetime", "date")


def kinds(t, scope, depth=0):
    # The names of the types that a note allows besides None: those of KNOWN, and
    # "" for all others.
    if t is None or t is type(None) or depth > 10:
        return []
    if isinstance(t, str) or hasattr(t, "__forward_arg__"):
        text = t if isinstance(t, str) else t.__forward_arg__
        try:
            return kinds(eval(text, scope), scope, depth + 1)
        except Exception:  # X | None before Python 3.10, or a name that only a type checker sees
            return [k for part in text.split("|") for k in named(part.strip())]
    for inner in ("__value__", "__supertype__"):  # type X = …, NewType
        if hasattr(t, inner):
            return kinds(getattr(t, inner), scope, depth + 1)
    origin = getattr(t, "__origin__", None)
    if hasattr(t, "__metadata__"):  # Annotated
        return kinds(origin, scope, depth + 1)
    if type(t).__name__ in ("UnionType", "Union") or "typing.Union" in str(origin):
        return [k for part in t.__args__ for k in kinds(part, scope, depth + 1)]
    if getattr(t, "__module__", "datetime") in ("datetime", "builtins") and getattr(t, "__name__", "") in KNOWN:
        return [t.__name__]
    return [""]


def named(text):
    if text.replace(" ", "") == "None":
        return []
    for word in ("Optional[", "typing.Optional["):
        if text.startswith(word) and text.endswith("]"):
            return named(text[len(word) : -1].strip())
    name = text.split(".")[-1]
    return [name if name in KNOWN else ""]


def convert(v, t, scope):
    # Text becomes what the note of its parameter says, if that leaves no choice.
    if not isinstance(v, str) or t is None or t is str:
        return v
    found = set(kinds(t, scope))
    if "" in found or not found:
        return v
    kind = "datetime" if "datetime" in found else found.pop()
    if kind == "bytes":
        import base64
        return base64.b64decode(v)
    import datetime
    if kind == "datetime":
        return datetime.datetime.fromisoformat(v.replace("Z", "+00:00"))
    return datetime.date.fromisoformat(v[:10])


def arguments(main, args):
    # By code object and defaults, which is faster than inspect.signature.
    code, notes = main.__code__, getattr(main, "__annotations__", {})
    n, k = code.co_argcount, code.co_kwonlyargcount
    names = code.co_varnames[: n + k]
    defaults = dict(zip(names[n - len(main.__defaults__ or ()) : n], main.__defaults__ or ()))
    defaults.update(main.__kwdefaults__ or {})
    if code.co_flags & 8:  # **kwargs
        out = dict(args)
    else:
        out = {}
    for name in names:
        v = args.get(name)
        if v is None and name in defaults:
            out.pop(name, None)
        else:
            out[name] = convert(v, notes.get(name), getattr(main, "__globals__", {}))
    only = names[: code.co_posonlyargcount]
    first = [out.pop(name) for name in only if name in out]
    return first, out


def handed():
    parts = []
    while True:
        part = os.read(0, 1 << 20)
        if not part:
            break
        parts.append(part)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    hand = json.loads(b"".join(parts))
    os.environ.update(hand["env"] or {})
    return hand["args"]


def run():
    here = os.path.dirname(os.path.abspath(__file__))
    script = os.path.join(here, "script.py")
    sys.path.insert(0, os.path.join(here, "lib"))
    args = handed()
    with open(script, encoding="utf-8") as f:
        text = f.read()
    scope = {"__name__": "script", "__file__": script, "__builtins__": __builtins__}
    import types
    module = types.ModuleType("script")
    module.__file__ = script
    sys.modules["script"] = module
    scope = module.__dict__
    if sys.argv[4]:  # from . import counts from there
        module.__package__ = sys.argv[4]
    try:
        exec(compile(text, script, "exec"), scope)
        entry = sys.argv[1] if callable(scope.get(sys.argv[1])) else "main"
        main = scope.get(entry)
        if not callable(main):
            fail("NoMain", "The script has no function main", hint="Write: def main(name: str): …")
        while hasattr(main, "__wrapped__"):
            main = main.__wrapped__
        first, rest = arguments(main, args)
        value = scope[entry](*first, **rest)
        if hasattr(value, "__await__"):
            import asyncio
            value = asyncio.run(value)
        elif hasattr(value, "__next__"):
            value = list(value)
        out = dump(value)
    except BaseException as e:
        fail_with(e, script)
    most = int(sys.argv[2])
    if len(out) > most:
        fail("ResultTooLarge", "The result has %d MB; a step may return %d MB" % (len(out) >> 20, most >> 20), hint=sys.argv[3])
    write("result.json", out)
    sys.stdout.flush()
    sys.stderr.flush()


run()
