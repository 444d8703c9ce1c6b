// node:os, as far as it tells nothing of the computer.
const windows = process.platform === "win32";
export const EOL = windows ? "\r\n" : "\n", devNull = windows ? "\\\\.\\nul" : "/dev/null";
export const platform = () => process.platform, arch = () => process.arch, machine = () => "x86_64", endianness = () => "LE", tmpdir = () => "/tmp";
export const type = () => ({ win32: "Windows_NT", darwin: "Darwin" })[process.platform] ?? "Linux";
export default { EOL, devNull, platform, arch, machine, endianness, tmpdir, type };
