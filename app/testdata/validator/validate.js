// Validates every flow, schedule and trigger below a folder by Windmill's own
// validator, and prints one JSON object for each file.
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");
const { WindmillYamlValidator, getValidationTargetFromFilename } =
  createRequire(path.join(process.argv[2], "x.js"))("windmill-yaml-validator");

const root = process.argv[3];
const validator = new WindmillYamlValidator();
for (const file of fs.readdirSync(root, { recursive: true }).sort()) {
  const target = getValidationTargetFromFilename("/" + file);
  if (!target) continue;
  const { parsed, errors } = validator.validate(fs.readFileSync(path.join(root, file), "utf8"), target);
  const bad = parsed.diagnostics.filter((d) => d.severity === 0).map((d) => d.message);
  for (const e of errors) bad.push(`${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
  console.log(JSON.stringify({ file, errors: bad }));
}
