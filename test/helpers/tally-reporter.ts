import type { Reporter, TestModule } from 'vitest/node';

/** Counts what ran, and fails the run when a test was skipped: for where everything is installed. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tally = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        tally[state]++;
        if (state === 'skipped')
          process.stdout.write(`skipped: ${module.moduleId}: ${test.fullName}\n`);
      }
    }
    process.stdout.write(
      `\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`,
    );
    if (tally.skipped > 0) process.exitCode = 1;
  }
}
