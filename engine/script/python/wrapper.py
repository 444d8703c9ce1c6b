# Runs a step's main() with its arguments by name. The folder holds script.py,
# args.json and this file; the end is written to result.json or error.json.
import sys, os, json


def write(name, text):
    with open(name + ".part", "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(name + ".part", name)


def default(o):
    import base64, datetime, decimal, uuid, enum
    if isinstance(o, (bytes, bytearray)):
        return base64.b64encode(bytes(o)).decode()
    if isinstance(o, (datetime.datetime, datetime.date, datetime.time)):
        return o.isoformat()
    if isinstance(o, decimal.Decimal):
        return float(o)
    if isinstance(o, (set, frozenset)):
        return list(o)
    if isinstance(o, enum.Enum):
        return o.value
    if isinstance(o, uuid.UUID):
        return str(o)
    if hasattr(o, "tolist"):  # numpy
        return o.tolist()
    if hasattr(o, "to_dict"):  # pandas
        return o.to_dict()
    import dataclasses
    if dataclasses.is_dataclass(o) and not isinstance(o, type):
        return dataclasses.asdict(o)
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


def fail(name, message, stack="", line=0, hint=""):
    write("error.json", json.dumps({"name": name, "message": message, "stack": stack, "line": line, "hint": hint}))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


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
    hint = ""
    name = type(e).__name__
    if isinstance(e, SyntaxError):
        message = "%s (line %s)" % (e.msg, e.lineno)
        hint = "Nothing was run."
    elif isinstance(e, ModuleNotFoundError):
        message = "The script imports %r, which is not installed on this computer" % e.name
        hint = "Install it for %s: -m pip install %s" % (sys.executable, (e.name or "").split(".")[0])
    elif isinstance(e, MemoryError):
        message = "The script needs more memory than there is"
    elif isinstance(e, RecursionError):
        hint = "Look for a recursion that does not end."
    elif isinstance(e, SystemExit):
        name, message = "Exit", "The script called exit(%s) before main returned" % ("" if e.code is None else e.code)
        hint = "Return a value from main, or raise an error."
    elif isinstance(e, KeyError):
        message = "there is no key %s" % message
    fail(name, message, "\n".join(reversed(out[-20:])), line, hint)


def convert(v, t):
    text = t if isinstance(t, str) else getattr(t, "__name__", str(t))
    text = text.split("|")[0].strip().replace("Optional[", "").rstrip("]").split(".")[-1]
    if isinstance(v, str):
        if text == "bytes":
            import base64
            return base64.b64decode(v)
        if text == "datetime":
            import datetime
            return datetime.datetime.fromisoformat(v.replace("Z", "+00:00"))
        if text == "date":
            import datetime
            return datetime.date.fromisoformat(v[:10])
    return v


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
            out[name] = convert(v, notes.get(name))
    only = names[: code.co_posonlyargcount]
    first = [out.pop(name) for name in only if name in out]
    return first, out


def run():
    here = os.path.dirname(os.path.abspath(__file__))
    script = os.path.join(here, "script.py")
    sys.path.insert(0, os.path.join(here, "lib"))
    with open("args.json", encoding="utf-8") as f:
        args = json.load(f)
    with open(script, encoding="utf-8") as f:
        text = f.read()
    scope = {"__name__": "script", "__file__": script, "__builtins__": __builtins__}
    import types
    module = types.ModuleType("script")
    module.__file__ = script
    sys.modules["script"] = module
    scope = module.__dict__
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
