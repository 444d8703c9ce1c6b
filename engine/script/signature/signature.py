# Reads a script from standard input and writes the JSON Schema of main's
# parameters. It parses; it runs nothing of the script.
import ast, json, re, sys

MISSING = object()


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def literal(node):
    try:
        v = ast.literal_eval(node)
        json.dumps(v, allow_nan=False)
        return v
    except Exception:
        return MISSING


class Types:
    def __init__(self, tree):
        self.classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
        self.names = {}
        self.aliases = {}  # from typing import Optional as Opt
        for n in ast.walk(tree):
            if isinstance(n, ast.ImportFrom):
                self.aliases.update({a.asname: a.name for a in n.names if a.asname})
        for n in tree.body:
            if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.value is not None:  # X: TypeAlias = …
                self.names[n.target.id] = n.value
            if type(n).__name__ == "TypeAlias":  # type X = …
                self.names[n.name.id] = n.value
            if isinstance(n, ast.Assign) and len(n.targets) == 1 and isinstance(n.targets[0], ast.Name):
                self.names[n.targets[0].id] = n.value

    def of(self, t, depth=0):
        if t is None or depth > 20:
            return {}
        if isinstance(t, ast.Constant):
            if isinstance(t.value, str):
                try:
                    return self.of(ast.parse(t.value, mode="eval").body, depth + 1)
                except SyntaxError:
                    return {}
            return {}
        if isinstance(t, ast.Call) and self.name(t.func) == "NewType" and len(t.args) == 2:
            return self.of(t.args[1], depth + 1)
        if isinstance(t, ast.BinOp) and isinstance(t.op, ast.BitOr):
            return self.union([t.left, t.right], depth)
        if isinstance(t, ast.Subscript):
            name = self.name(t.value)
            args = t.slice.elts if isinstance(t.slice, ast.Tuple) else [t.slice]
            if name == "Optional":
                return self.union(args + [ast.Constant(None)], depth)
            if name == "Union":
                return self.union(args, depth)
            if name in ("List", "list", "Sequence", "Iterable", "Set", "set", "Tuple", "tuple"):
                return {"type": "array", "items": self.of(args[0], depth + 1)}
            if name in ("Dict", "dict", "Mapping"):
                return {"type": "object"}
            if name == "Annotated":
                return self.of(args[0], depth + 1)
            if name == "Literal":
                values = [literal(a) for a in args]
                if MISSING in values:
                    return {}
                if all(isinstance(v, str) for v in values):
                    return {"type": "string", "enum": values}
                return {"enum": values}
            return {}
        return self.named(self.name(t), depth)

    def name(self, t):
        if isinstance(t, ast.Attribute):
            return t.attr
        name = t.id if isinstance(t, ast.Name) else ""
        return self.aliases.get(name, name)

    def union(self, parts, depth):
        some = [p for p in parts if not (isinstance(p, ast.Constant) and p.value is None)]
        flat = []
        for p in some:
            if isinstance(p, ast.BinOp) and isinstance(p.op, ast.BitOr):
                inner = self.union([p.left, p.right], depth + 1)
                flat.append(inner)
            else:
                flat.append(self.of(p, depth + 1))
        out = flat[0] if len(flat) == 1 else {}
        if len(some) < len(parts) and out:
            out = dict(out, nullable=True)
        return out

    def named(self, name, depth):
        basic = {
            "str": {"type": "string"}, "int": {"type": "integer"}, "float": {"type": "number"}, "bool": {"type": "boolean"},
            "dict": {"type": "object"}, "object": {"type": "object"}, "Dict": {"type": "object"}, "list": {"type": "array"}, "List": {"type": "array"},
            "bytes": {"type": "string", "contentEncoding": "base64"}, "datetime": {"type": "string", "format": "date-time"},
            "date": {"type": "string", "format": "date"}, "Any": {}, "any": {}, "None": {}, "": {}, "Decimal": {"type": "number"}, "UUID": {"type": "string"},
            "Email": {"type": "string", "format": "email"}, "email": {"type": "string", "format": "email"},
        }
        if name in basic:
            return dict(basic[name])
        if name in self.names:
            return self.of(self.names[name], depth + 1)
        if name in self.classes:
            return self.a_class(self.classes[name], depth)
        return {"type": "object", "format": "resource-" + snake(name)}

    def a_class(self, c, depth):
        bases = [self.name(b) for b in c.bases]
        if any(b.endswith("Enum") for b in bases):
            values = [literal(s.value) for s in c.body if isinstance(s, ast.Assign)]
            if values and all(isinstance(v, str) for v in values):
                return {"type": "string", "enum": values}
            return {}
        fields = [s for s in c.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        decorated = any("dataclass" in ast.dump(d) for d in c.decorator_list)
        if "TypedDict" in bases or "BaseModel" in bases or decorated:
            props = {f.target.id: self.of(f.annotation, depth + 1) for f in fields}
            return {"type": "object", "properties": props, "required": [f.target.id for f in fields if f.value is None]}
        # A class without a base is how scripts write a resource type.
        return {"type": "object", "format": "resource-" + snake(c.name)}


def main():
    source = sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        tree = ast.parse(source)
    except SyntaxError as e:
        return {"error": "%s (line %s)" % (e.msg, e.lineno), "line": e.lineno or 0}
    except (RecursionError, MemoryError, ValueError) as e:
        return {"error": str(e) or type(e).__name__, "line": 0}
    f = next((n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.name == "main"), None)
    if f is None:
        return {"error": "", "line": 0}
    types = Types(tree)
    a = f.args
    params = a.posonlyargs + a.args
    defaults = [None] * (len(params) - len(a.defaults)) + list(a.defaults)
    params, defaults = params + a.kwonlyargs, defaults + list(a.kw_defaults)
    doc = dict(re.findall(r"^\s*(?::param\s+)?(\w+)(?:\s*\([^)]*\))?:\s*(.+)$", ast.get_docstring(f) or "", re.M))
    props, required = {}, []
    for p, d in zip(params, defaults):
        s = types.of(p.annotation)
        if d is None:
            required.append(p.arg)
        else:
            v = literal(d)
            if v is not MISSING and v is not None:
                s["default"] = v
                if p.annotation is None:
                    for t, n in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object")):
                        if isinstance(v, t):
                            s["type"] = n
                            break
        if p.arg in doc:
            s["description"] = doc[p.arg]
        props[p.arg] = s
    return {"schema": {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": props, "required": required, "order": list(props)}}


json.dump(main(), sys.stdout)
