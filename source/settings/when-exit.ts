/**
 * Runs a task when the process ends. It stands in for the package of this name, by which `conf` takes
 * away its temporary files: that listens to all signals, and sends the process each of them again.
 */
export default function whenExit(task: () => void): () => void {
  process.once('exit', task);
  return () => process.off('exit', task);
}
