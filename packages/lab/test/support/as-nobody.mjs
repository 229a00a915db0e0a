// @ts-check
// Loaded before the run: gives up the superuser's rights, for whom no folder is unwritable.
if (process.getuid?.() === 0) {
  process.setgid?.(65534);
  process.setuid?.(65534);
}
