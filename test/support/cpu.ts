/** Milliseconds that this process has computed so far: a busy machine does not make them more, as it does those of a clock. */
export function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
