// node:os, as far as it tells nothing of the computer.
const windows = process.platform === "win32";
export const EOL = windows ? "\r\n" : "\n", devNull = windows ? "\\\\.\\nul" : "/dev/null";
export const platform = () => process.platform, arch = () => process.arch, machine = () => "x86_64", endianness = () => "LE", tmpdir = () => "/tmp";
export const type = () => ({ win32: "Windows_NT", darwin: "Darwin" })[process.platform] ?? "Linux";
export const hostname = () => "localhost", homedir = () => "/", release = () => "", version = () => "", uptime = () => process.uptime();
export const cpus = () => [{ model: "", speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } }], availableParallelism = () => 1;
export const totalmem = () => 256 << 20, freemem = totalmem, loadavg = () => [0, 0, 0], networkInterfaces = () => ({}); // a step's memory
export const userInfo = () => ({ uid: -1, gid: -1, username: "step", homedir: "/", shell: null });
export default {
	EOL, devNull, platform, arch, machine, endianness, tmpdir, type, hostname, homedir, release, version, uptime,
	cpus, availableParallelism, totalmem, freemem, loadavg, networkInterfaces, userInfo,
};
