/** Tells the parent that this server listens; whatever becomes of the parent, the server ends with it. */
export function ready(): void {
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}
